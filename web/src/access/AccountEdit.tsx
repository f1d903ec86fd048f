/* What an administrator may change of an account: how it is called, who signs with it, and the role it has by itself. */

import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { Card } from './AccountScreen';
import type { User } from './api';
import { TextField, Trouble } from './fields';
import { session } from './here';
import { DIRECT_ROLES, findPractitioners, type Staff } from './staff';
import { useAct } from './useAct';
import { rolesText } from './UserMenu';

interface Props { user: User; own: boolean; onDone: () => void; onCancel: () => void }

export function AccountEdit({ user, own, onDone, onCancel }: Props) {
  const { t } = useI18n();
  const before = (user.practitioner ?? '').replace(/^Practitioner\//, '');
  const [display, setDisplay] = useState(user.display);
  const [role, setRole] = useState(user.directRole ?? '');
  const [staff, setStaff] = useState<Staff | undefined>(before === '' ? undefined : { id: before, name: '', roles: [] });
  const { busy, error, left, run } = useAct();
  const practitioner = staff?.id ?? '';
  const signsAnew = role !== (user.directRole ?? '') || practitioner !== before;
  const submit = async (): Promise<void> => {
    const done = await run(async () => {
      await session.api.changeUser(user.account, {
        ...(display.trim() === user.display ? {} : { display: display.trim() }),
        ...(role === (user.directRole ?? '') ? {} : { directRole: role }),
        ...(practitioner === before ? {} : { practitioner: practitioner === '' ? '' : `Practitioner/${practitioner}` }),
      });
    });
    if (done) onDone();
  };
  return (
    <Card title={t('users.change')}>
      <form className="an-entries" noValidate onSubmit={(e) => { e.preventDefault(); void submit(); }}>
        <TextField label={t('first.display')} hint={t('users.displayHint')} value={display} onChange={setDisplay} autoFocus />
        {!own && !user.program && (user.person ?? '') === '' && (
          <>
            <div className="an-entry">
              <label htmlFor="direct-role">{t('users.directRole')}</label>
              <select id="direct-role" className="an-select" value={role} onChange={(e) => setRole(e.currentTarget.value)}>
                <option value="">{t('users.directNone')}</option>
                {DIRECT_ROLES.map((r) => <option key={r} value={r}>{t(`role.${r}`)}</option>)}
                {role === 'system' && <option value="system">{t('role.system')}</option>}
              </select>
            </div>
            <StaffField chosen={staff} onChoose={setStaff} />
          </>
        )}
        {signsAnew && <Notice kind="info" title={t('users.signsAnew')} />}
        <Trouble error={error} left={left} />
        <div className="an-row">
          <Button type="submit" loading={busy} disabled={left > 0}>{t('users.save')}</Button>
          <Button variant="default" onClick={onCancel}>{t('office.cancel')}</Button>
        </div>
      </form>
    </Card>
  );
}

function StaffField({ chosen, onChoose }: { chosen: Staff | undefined; onChoose: (s: Staff | undefined) => void }) {
  const { t } = useI18n();
  const [q, setQ] = useState('');
  const [rested, setRested] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setRested(q.trim()), 200);
    return () => clearTimeout(timer);
  }, [q]);
  const found = useLoad(`staff ${chosen ? `/${chosen.id}` : rested}`, async (signal) => {
    if (chosen) return findPractitioners(server, { _id: chosen.id }, signal);
    return rested === '' ? [] : findPractitioners(server, { name: rested }, signal);
  });
  if (chosen) {
    const known = found.data?.[0] ?? chosen;
    return (
      <div className="an-entry">
        <span><strong>{t('users.staff')}</strong></span>
        <div className="an-row">
          <span>{[known.name || t('users.staffUnknown'), rolesText(known.roles, t)].filter((x) => x !== '').join(' · ')}</span>
          <Button variant="default" onClick={() => onChoose(undefined)}>{t('roles.change')}</Button>
        </div>
      </div>
    );
  }
  return (
    <div>
      <TextField label={t('users.staff')} hint={t('users.staffHint')} value={q} onChange={setQ} />
      {found.error !== undefined && <Problem error={found.error} onRetry={found.reload} />}
      <ul className="an-choose" aria-label={t('users.staff')}>
        {(found.data ?? []).map((s) => (
          <li key={s.id}>
            <button type="button" onClick={() => onChoose(s)}>{[s.name || t('users.staffUnknown'), rolesText(s.roles, t)].filter((x) => x !== '').join(' · ')}</button>
          </li>
        ))}
      </ul>
      {rested !== '' && found.data?.length === 0 && <p className="an-dim">{t('users.staffNone')}</p>}
    </div>
  );
}
