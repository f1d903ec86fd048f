/* First passwords on paper: of a house just set up, or made anew when that paper is lost or was never printed. They are shown once, so that a new
 * slip means a new password, and the old slip is void. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import type { User } from './api';
import { Trouble } from './fields';
import { session } from './here';
import { loadRoles } from './staff';
import { useAct } from './useAct';
import { rolesText } from './UserMenu';
import '../stay/stay.css';

/* role and place: two may have one name, and each shall get the paper that is theirs */
export interface Slip { display: string; name: string; password: string; role: string; ward: string }

export function SlipTable({ slips }: { slips: Slip[] }) {
  const { t } = useI18n();
  return (
    <>
      <Notice kind="warn" title={t('setup.once')} role="status"><p>{t('setup.onceDo')}</p></Notice>
      <div className="an-stay-scroll" tabIndex={0} role="region" aria-label={t('setup.password')}>
        <table className="an-stay-table">
          <thead><tr><th>{t('setup.staff')}</th><th>{t('setup.account')}</th><th>{t('setup.password')}</th><th>{t('setup.role')}</th></tr></thead>
          <tbody>
            {slips.map((s) => (
              <tr key={s.name}>
                <td>{s.display}</td><td>{s.name}</td><td>{s.password === '' ? t('setup.noPassword') : <code>{s.password}</code>}</td>
                <td>{s.role !== '' && `${rolesText([s.role], t)} · ${s.ward || t('setup.whole')}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="an-row an-noprint">
        <Button leftSection={<Icon name="print" />} onClick={() => window.print()}>{t('setup.print')}</Button>
      </div>
    </>
  );
}

/* Who has no password of their own yet, so that nothing but the slip is lost by a new one. */
export const isWaiting = (u: User): boolean => u.mustChange === true && u.disabled !== true && u.program !== true;

export function SlipsAgain({ users, onMade }: { users: User[]; onMade: (slips: Slip[]) => void }) {
  const { t } = useI18n();
  const [asking, setAsking] = useState(false);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const { busy, error, left: wait, run } = useAct();
  const chosen = users.filter((u) => !left.has(u.account));
  const make = async (): Promise<void> => {
    const made: Slip[] = [];
    await run(async () => {
      /* asked again: somebody may have come in with the old slip while this dialog stood open */
      const now = new Set((await session.api.users()).filter(isWaiting).map((u) => u.account));
      for (const u of chosen.filter((one) => now.has(one.account))) {
        const practitioner = (u.practitioner ?? '').replace(/^Practitioner\//, '');
        const role = practitioner === '' ? undefined : (await loadRoles(server, practitioner)).find((r) => r.state === 'now');
        const { password } = await session.api.resetUser(u.account);
        made.push({ display: u.display, name: u.name, password, role: role?.role ?? u.directRole ?? '', ward: role?.wards.join(', ') ?? '' });
      }
    });
    setAsking(false);
    /* also when it broke off: the old slips of these are void already */
    if (made.length > 0) onMade(made);
  };
  const toggle = (account: string): void => setLeft((l) => new Set(l.has(account) ? [...l].filter((a) => a !== account) : [...l, account]));
  return (
    <>
      <Notice kind="info" title={t('slips.waiting', { n: users.length })} after={<div><Button variant="default" leftSection={<Icon name="print" />} onClick={() => setAsking(true)}>{t('slips.again')}</Button></div>}>
        <p>{t('slips.why')}</p>
      </Notice>
      <Trouble error={error} left={wait} />
      {asking && (
        <Dialog title={t('slips.ask')} onClose={() => setAsking(false)}>
          <p>{t('slips.askWhy')}</p>
          <fieldset className="an-checks">
            <legend>{t('slips.whose')}</legend>
            {users.map((u) => <label key={u.account}><input type="checkbox" checked={!left.has(u.account)} onChange={() => toggle(u.account)} />{u.display} · {u.name}</label>)}
          </fieldset>
          <div className="an-row">
            <Button variant="default" disabled={busy} onClick={() => setAsking(false)}>{t('office.cancel')}</Button>
            <Button loading={busy} disabled={chosen.length === 0} onClick={() => void make()}>{t('slips.make', { n: chosen.length })}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
