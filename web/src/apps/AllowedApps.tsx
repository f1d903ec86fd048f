/* My account: the programs that I allowed, and taking it back. */

import { Button } from '@mantine/core';
import { authErrorOf } from '../access/api';
import { problemText, Trouble } from '../access/fields';
import { session } from '../access/here';
import { useAct } from '../access/useAct';
import { showFhirDate } from '../fhir/dates';
import { useAppWords } from '../i18n/apps';
import { useI18n } from '../i18n/context';
import { Notice } from '../ui/Notice';
import { useLoad } from '../ui/useLoad';
import { grantWords } from './words';

export default function AllowedApps() {
  const { t } = useI18n();
  const w = useAppWords();
  const list = useLoad('apps', () => session.api.apps());
  const { busy, error, left, run } = useAct();
  const end = async (id: string): Promise<void> => {
    await run(() => session.api.endApp(id));
    list.reload();
  };
  return (
    <section className="an-card an-office-card">
      <h2>{w('apps.card')}</h2>
      <p className="an-dim">{w('apps.why')}</p>
      {list.error !== undefined && list.data === undefined && (
        <Notice kind="warn" title={problemText(authErrorOf(list.error).problem, t)} role="alert"><Button variant="default" onClick={list.reload}>{t('error.retry')}</Button></Notice>
      )}
      <Trouble error={error} left={left} />
      {list.data?.length === 0 && <p>{w('apps.none')}</p>}
      <ul className="an-lines" aria-busy={list.loading}>
        {(list.data ?? []).map((a) => (
          <li key={a.id}>
            <div>
              <strong>{a.name}</strong>
              <p className="an-dim">{w('apps.what', { what: grantWords(a.scope, w) || w('ask.openid') })}</p>
              <p className="an-dim">{a.lastUsed === undefined ? w('apps.sinceOnly', { since: showFhirDate(a.since) }) : w('apps.since', { since: showFhirDate(a.since), last: showFhirDate(a.lastUsed) })}</p>
            </div>
            <Button variant="default" disabled={busy} onClick={() => void end(a.id)}>{w('apps.end')}</Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
