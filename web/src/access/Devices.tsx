/* The shared devices: on them staff change over by PIN. This very browser can be made one, or be one no more. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { showFhirDate } from '../fhir/dates';
import { useI18n } from '../i18n/context';
import { Dialog } from '../ui/Dialog';
import { Notice } from '../ui/Notice';
import { useLoad } from '../ui/useLoad';
import { Card } from './AccountScreen';
import { AuthError, authErrorOf, type Device } from './api';
import { problemText, TextField, Trouble } from './fields';
import { session } from './here';
import { useMe } from './me';
import './office.css';
import { useAct } from './useAct';

export default function Devices() {
  const { t } = useI18n();
  const { me } = useMe();
  const list = useLoad('devices', () => session.api.devices());
  const [name, setName] = useState('');
  const [asking, setAsking] = useState<Device>();
  const { busy, error, left, run, fail } = useAct();
  const register = async (): Promise<void> => {
    if (name.trim() === '') return fail(new AuthError('bad-request'));
    await run(async () => { session.arrived(await session.api.registerDevice(name.trim())); });
    setName('');
    list.reload();
    return undefined;
  };
  const remove = async (): Promise<void> => {
    const id = asking?.id ?? '';
    setAsking(undefined);
    await run(() => session.api.endDevice(id));
    await session.refresh();
    list.reload();
  };
  return (
    <>
      <h1>{t('devices.title')}</h1>
      <p>{t('devices.why')}</p>
      <div className="an-office-cards">
        <Card title={t('devices.this')}>
          {me.device?.registered
            ? <Notice kind="good" title={t('devices.isShared', { name: me.device.name ?? '' })} />
            : (
              <form className="an-entries" noValidate onSubmit={(e) => { e.preventDefault(); void register(); }}>
                <p className="an-dim">{t('devices.careful')}</p>
                <TextField label={t('devices.name')} hint={t('devices.nameHint')} value={name} onChange={setName} maxLength={80} />
                <div><Button type="submit" loading={busy} disabled={left > 0}>{t('devices.register')}</Button></div>
              </form>
            )}
          <Trouble error={error} left={left} />
        </Card>
        <Card title={t('devices.list')}>
          {list.error !== undefined && <Notice kind="warn" title={problemText(authErrorOf(list.error).problem, t)} role="alert"><Button variant="default" onClick={list.reload}>{t('error.retry')}</Button></Notice>}
          {list.data?.length === 0 && <p className="an-dim">{t('devices.none')}</p>}
          <ul className="an-lines">
            {(list.data ?? []).map((d) => (
              <li key={d.id}>
                <div><strong>{d.name}</strong>{d.current && <span className="an-mark">{t('sessions.here')}</span>}<p className="an-dim">{t('devices.since', { date: showFhirDate(d.since) })}</p></div>
                <Button variant="default" disabled={busy} onClick={() => setAsking(d)}>{t('devices.remove')}</Button>
              </li>
            ))}
          </ul>
        </Card>
      </div>
      {asking && (
        <Dialog title={t('devices.ask', { name: asking.name })} onClose={() => setAsking(undefined)}>
          <p>{t('devices.askWhy')}</p>
          <div className="an-row">
            <Button variant="default" onClick={() => setAsking(undefined)}>{t('office.cancel')}</Button>
            <Button onClick={() => void remove()}>{t('devices.remove')}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
