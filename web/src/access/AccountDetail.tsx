/* One account: on or off, a new one-time password, and the dated roles of the person behind it. */

import { Button, Skeleton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { problemOf } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { showFhirDate } from '../fhir/dates';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import type { ScreenProps } from '../screen';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { uuid4 } from '../vitals/uuid';
import { AccountEdit } from './AccountEdit';
import { Card } from './AccountScreen';
import { Marks } from './Accounts';
import { authErrorOf, type User } from './api';
import { problemText, TextField, Trouble } from './fields';
import { Given } from './Given';
import { session } from './here';
import { useMe } from './me';
import './office.css';
import { addRole, endRole, findOrganizations, loadRoles, ownRoleOf, STAFF_ROLES, wardsOfOrganization, type Organization, type RoleLine } from './staff';
import { useAct } from './useAct';
import { rolesText } from './UserMenu';

export default function AccountDetail({ params }: ScreenProps) {
  const { t } = useI18n();
  const id = params.id ?? '';
  const load = useLoad(`user ${id}`, async () => (await session.api.users()).find((u) => u.account === id));
  return (
    <>
      <a className="an-back" href="#/accounts"><Icon name="back" />{t('users.title')}</a>
      {load.error !== undefined && <Notice kind="warn" title={problemText(authErrorOf(load.error).problem, t)} role="alert"><Button variant="default" onClick={load.reload}>{t('error.retry')}</Button></Notice>}
      {load.data === undefined && load.error === undefined && (load.loading ? <Skeleton height={48} /> : <Notice kind="info" title={t('auth.problem.not-found')} />)}
      {load.data !== undefined && <Detail user={load.data} reload={load.reload} />}
    </>
  );
}

function Detail({ user, reload }: { user: User; reload: () => void }) {
  const { t } = useI18n();
  const { me } = useMe();
  const own = me.account?.id === user.account;
  const [asking, setAsking] = useState<'disable' | 'reset'>();
  const [password, setPassword] = useState('');
  const [changing, setChanging] = useState(false);
  const { busy, error, left, run } = useAct();
  const act = async (): Promise<void> => {
    const wanted = asking;
    setAsking(undefined);
    await run(async () => {
      if (wanted === 'reset') setPassword((await session.api.resetUser(user.account)).password);
      else await session.api.disableUser(user.account);
    });
    reload();
  };
  const enable = async (): Promise<void> => {
    await run(async () => { await session.api.enableUser(user.account); });
    reload();
  };
  const direct = user.directRole || ownRoleOf(user.person);
  return (
    <>
      <h1>{user.display}<Marks user={user} /></h1>
      <p className="an-dim">{user.name}{direct ? ` · ${rolesText([direct], t)}` : ''} · {user.lastUsed ? t('users.lastUsed', { when: showFhirDate(user.lastUsed) }) : t('users.never')}</p>
      {password !== '' && <Given name={user.name} password={password} />}
      <Trouble error={error} left={left} />
      <div className="an-row">
        <Button variant="default" disabled={busy} aria-expanded={changing} onClick={() => setChanging((c) => !c)}>{t('users.change')}</Button>
        {user.disabled
          ? <Button loading={busy} onClick={() => void enable()}>{t('users.enable')}</Button>
          : <Button variant="default" disabled={own || busy} onClick={() => setAsking('disable')}>{t('users.disable')}</Button>}
        {!user.program && <Button variant="default" disabled={own || busy} onClick={() => setAsking('reset')}>{t('users.reset')}</Button>}
      </div>
      {own && <p className="an-dim">{t('users.own')}</p>}
      {(user.person ?? '') !== '' && <p>{t('users.ofRecord', { record: user.person ?? '' })}</p>}
      {changing && <AccountEdit user={user} own={own} onDone={() => { setChanging(false); reload(); }} onCancel={() => setChanging(false)} />}
      {user.practitioner !== undefined && user.practitioner !== '' && <Roles practitioner={user.practitioner.replace(/^Practitioner\//, '')} />}
      {asking && (
        <Dialog title={t(`users.ask.${asking}`, { who: user.display })} onClose={() => setAsking(undefined)}>
          <p>{t(`users.askWhy.${asking}`)}</p>
          <div className="an-row">
            <Button variant="default" onClick={() => setAsking(undefined)}>{t('office.cancel')}</Button>
            <Button onClick={() => void act()}>{t(`users.${asking}`)}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

function Roles({ practitioner }: { practitioner: string }) {
  const { t } = useI18n();
  const load = useLoad(`roles ${practitioner}`, (signal) => loadRoles(server, practitioner, signal));
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<RoleLine>();
  const [error, setError] = useState<unknown>();
  const end = async (): Promise<void> => {
    const line = ending;
    setEnding(undefined);
    setError(undefined);
    await endRole(server, line?.resource.id ?? '', new Date(nowMs())).catch(setError);
    load.reload();
  };
  return (
    <Card title={t('roles.title')}>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {error !== undefined && <Problem error={error} />}
      {load.data?.length === 0 && <p className="an-dim">{t('roles.none')}</p>}
      <ul className="an-lines">
        {(load.data ?? []).map((r) => (
          <li key={r.resource.id}>
            <div>
              <strong>{rolesText([r.role], t)}</strong>
              {r.state !== 'now' && <span className="an-mark">{t(`roles.${r.state}`)}</span>}
              <p>{r.organization} · {r.wards.length > 0 ? r.wards.join(', ') : t('roles.allWards')}</p>
              <p className="an-dim an-number">{r.to === '' ? t('roles.from', { from: showFhirDate(r.from) }) : t('roles.fromTo', { from: showFhirDate(r.from), to: showFhirDate(r.to) })}</p>
            </div>
            {r.state !== 'over' && <Button variant="default" onClick={() => setEnding(r)}>{t('roles.end')}</Button>}
          </li>
        ))}
      </ul>
      {adding
        ? <AddRole practitioner={practitioner} onDone={() => { setAdding(false); load.reload(); }} onCancel={() => setAdding(false)} />
        : <div><Button leftSection={<Icon name="plus" />} onClick={() => setAdding(true)}>{t('roles.add')}</Button></div>}
      {ending && (
        <Dialog title={t('roles.askEnd', { role: rolesText([ending.role], t), where: ending.organization })} onClose={() => setEnding(undefined)}>
          <p>{t('roles.askEndWhy')}</p>
          <div className="an-row">
            <Button variant="default" onClick={() => setEnding(undefined)}>{t('office.cancel')}</Button>
            <Button onClick={() => void end()}>{t('roles.end')}</Button>
          </div>
        </Dialog>
      )}
    </Card>
  );
}

const today = (): string => {
  const at = new Date(nowMs());
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`;
};

function AddRole({ practitioner, onDone, onCancel }: { practitioner: string; onDone: () => void; onCancel: () => void }) {
  const { t } = useI18n();
  const [role, setRole] = useState('');
  const [organization, setOrganization] = useState<Organization>();
  const [picked, setPicked] = useState<Set<string>>(new Set());
  const [from, setFrom] = useState(today);
  const [to, setTo] = useState('');
  const [uuid] = useState(uuid4);
  const [trouble, setTrouble] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const wards = useLoad(`wards ${organization?.id ?? ''}`, async (signal) => (organization?.id ? wardsOfOrganization(server, organization.id, signal) : []));
  const submit = async (): Promise<void> => {
    setError(undefined);
    const missing = role === '' ? t('roles.needRole') : !organization ? t('roles.needOrganization')
      : from === '' ? t('roles.needFrom') : to !== '' && to < from ? t('roles.toBeforeFrom') : undefined;
    setTrouble(missing);
    if (missing !== undefined || !organization || busy) return;
    setBusy(true);
    try {
      await addRole(server, practitioner, { role, organization, wards: (wards.data ?? []).filter((w) => picked.has(w.id ?? '')), from, to }, uuid);
      onDone();
    } catch (e) {
      setError(problemOf(e));
      setBusy(false);
    }
  };
  const toggle = (id: string): void => setPicked((p) => {
    const next = new Set(p);
    if (!next.delete(id)) next.add(id);
    return next;
  });
  return (
    <form className="an-entries" noValidate onSubmit={(e) => { e.preventDefault(); void submit(); }}>
      <div className="an-entry">
        <label htmlFor="new-role">{t('roles.role')}</label>
        <select id="new-role" className="an-select" value={role} onChange={(e) => setRole(e.currentTarget.value)}>
          <option value="">{t('roles.choose')}</option>
          {STAFF_ROLES.map((r) => <option key={r} value={r}>{t(`role.${r}`)}</option>)}
        </select>
      </div>
      <OrganizationField chosen={organization} onChoose={(o) => { setOrganization(o); setPicked(new Set()); }} />
      {organization && (wards.data ?? []).length > 0 && (
        <fieldset className="an-checks">
          <legend>{t('roles.wards')}</legend>
          <p className="an-dim">{t('roles.wardsHint')}</p>
          {(wards.data ?? []).map((w) => (
            <label key={w.id}><input type="checkbox" checked={picked.has(w.id ?? '')} onChange={() => toggle(w.id ?? '')} />{w.name}</label>
          ))}
        </fieldset>
      )}
      <div className="an-row">
        <div className="an-entry"><label htmlFor="role-from">{t('roles.fromLabel')}</label><input id="role-from" type="date" className="an-time" value={from} onChange={(e) => setFrom(e.currentTarget.value)} /></div>
        <div className="an-entry"><label htmlFor="role-to">{t('roles.toLabel')}</label><input id="role-to" type="date" className="an-time" value={to} min={from} onChange={(e) => setTo(e.currentTarget.value)} /></div>
      </div>
      <div role="alert">{trouble !== undefined && <p className="an-auth-trouble"><Icon name="bad" />{trouble}</p>}</div>
      {error !== undefined && <Problem error={error} />}
      <div className="an-row">
        <Button type="submit" loading={busy}>{t('roles.save')}</Button>
        <Button variant="default" onClick={onCancel}>{t('office.cancel')}</Button>
      </div>
    </form>
  );
}

function OrganizationField({ chosen, onChoose }: { chosen: Organization | undefined; onChoose: (o: Organization | undefined) => void }) {
  const { t } = useI18n();
  const [q, setQ] = useState('');
  const [rested, setRested] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setRested(q), 200);
    return () => clearTimeout(timer);
  }, [q]);
  const found = useLoad(`organizations ${rested}`, (signal) => findOrganizations(server, rested, signal));
  if (chosen) {
    return (
      <div className="an-entry">
        <span><strong>{t('roles.organization')}</strong></span>
        <div className="an-row"><span>{chosen.name}</span><Button variant="default" onClick={() => onChoose(undefined)}>{t('roles.change')}</Button></div>
      </div>
    );
  }
  return (
    <div>
      <TextField label={t('roles.organization')} hint={t('roles.organizationHint')} value={q} onChange={setQ} />
      {found.error !== undefined && <Problem error={found.error} onRetry={found.reload} />}
      <ul className="an-choose" aria-label={t('roles.organization')}>
        {(found.data ?? []).map((o) => <li key={o.id}><button type="button" onClick={() => onChoose(o)}>{o.name}</button></li>)}
      </ul>
      {found.data?.length === 0 && <p className="an-dim">{t('roles.noOrganization')}</p>}
    </div>
  );
}
