/* A person's page: opening the record in a program of others. Nothing is shown where there is none. */

import { Button } from '@mantine/core';
import { Trouble } from '../access/fields';
import { session } from '../access/here';
import { server } from '../fhir/server';
import { useAct } from '../access/useAct';
import { useAppWords } from '../i18n/apps';
import type { ScreenProps } from '../screen';
import { useLoad } from '../ui/useLoad';
import { stayNow } from './stays';

export default function OpenWith({ params }: ScreenProps) {
  const w = useAppWords();
  const list = useLoad('launches', () => session.api.launches());
  const { busy, error, left, run } = useAct();
  /* the window is opened by the hand that pressed, before the server has answered: a browser lets no other one open */
  const open = (client: string): void => {
    const other = window.open('about:blank', '_blank');
    if (other) other.opener = null;
    void run(async () => {
      const patient = params.id ?? '', encounter = await stayNow(server, patient);
      const { url } = await session.api.launchApp({ client, patient, ...(encounter === undefined ? {} : { encounter }) });
      if (other) other.location.replace(url);
      else window.location.assign(url);
    }).then((done) => { if (!done) other?.close(); });
  };
  if ((list.data ?? []).length === 0) return null;
  return (
    <section className="an-card">
      <h2>{w('apps.open')}</h2>
      <p className="an-dim">{w('apps.openWhy')}</p>
      <div className="an-row">
        {(list.data ?? []).map((a) => <Button key={a.client} variant="default" disabled={busy} onClick={() => open(a.client)}>{a.name}</Button>)}
      </div>
      <Trouble error={error} left={left} />
    </section>
  );
}
