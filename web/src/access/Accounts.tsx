/* All accounts, and making one: the one-time password is shown once, to be handed over in person. */

import { Button, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { readDate } from '../books/cells';
import { nowMs } from '../fhir/clock';
import { clockDate, showFhirDate } from '../fhir/dates';
import { server } from '../fhir/server';
import { foldText } from '../text';
import { useI18n } from '../i18n/context';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { useLoad } from '../ui/useLoad';
import { uuid4 } from '../vitals/uuid';
import { isAccountName, suggestName } from './accountName';
import { AuthError, authErrorOf, type User } from './api';
import { Card } from './AccountScreen';
import { problemText, TextField, Trouble } from './fields';
import { Given } from './Given';
import { session } from './here';
import { useMe } from './me';
import './office.css';
import { isWaiting, SlipsAgain, SlipTable, type Slip } from './Slips';
import { addPractitioner, DIRECT_ROLES, OWN_ROLES, ownRoleOf, recordOf } from './staff';
import { useAct } from './useAct';

export const accountHref = (id: string): string => `#/accounts/${encodeURIComponent(id)}`;

export default function Accounts() {
  const { t } = useI18n();
  const list = useLoad('users', () => session.api.users());
  const [q, setQ] = useState('');
  const [adding, setAdding] = useState(false);
  const [slips, setSlips] = useState<Slip[]>();
  const { me } = useMe();
  const waiting = (list.data ?? []).filter((u) => isWaiting(u) && u.account !== me.account?.id);
  const wanted = foldText(q).split(' ').filter((w) => w !== '');
  const found = (list.data ?? []).filter((u) => wanted.every((w) => foldText(`${u.display} ${u.name}`).includes(w)));
  if (slips) {
    return (
      <div className="an-stay-form">
        <h1>{t('slips.title')}</h1>
        <SlipTable slips={slips} />
        <div className="an-row an-noprint"><Button variant="default" onClick={() => { setSlips(undefined); list.reload(); }}>{t('slips.done')}</Button></div>
      </div>
    );
  }
  return (
    <>
      <h1>{t('users.title')}</h1>
      <div className="an-office-bar">
        <TextField label={t('users.find')} value={q} onChange={setQ} />
        <Button leftSection={<Icon name="plus" />} aria-expanded={adding} onClick={() => setAdding((a) => !a)}>{t('users.add')}</Button>
      </div>
      {/* whoever has just started, and sees only themselves */}
      {list.data?.length === 1 && !adding && (
        <Notice kind="info" title={t('users.alone')} after={<div><Button component="a" href="#/setup">{t('setup.title')}</Button></div>}><p>{t('users.aloneDo')}</p></Notice>
      )}
      {waiting.length > 0 && !adding && <SlipsAgain users={waiting} onMade={setSlips} />}
      {adding && <Add onClose={() => setAdding(false)} onMade={list.reload} />}
      {list.error !== undefined && (
        <Notice kind="warn" title={problemText(authErrorOf(list.error).problem, t)} role="alert"><Button variant="default" onClick={list.reload}>{t('error.retry')}</Button></Notice>
      )}
      {list.data === undefined && list.error === undefined && <div aria-hidden="true">{[1, 2, 3, 4].map((n) => <Skeleton key={n} height={56} mb={10} />)}</div>}
      {list.data !== undefined && (
        <>
          <p className="an-dim" role="status">{t('users.count', { n: found.length })}</p>
          {found.length > 0 ? <ul className="an-people" aria-label={t('users.title')}>{found.map((u) => <Row key={u.account} user={u} />)}</ul>
            : <Notice kind="info" title={t('users.none')}><p>{t('users.noneDo')}</p></Notice>}
        </>
      )}
    </>
  );
}

function Row({ user }: { user: User }) {
  const { t } = useI18n();
  const direct = DIRECT_ROLES.find((r) => r === user.directRole) ?? ownRoleOf(user.person);
  return (
    <li>
      <a className="an-user-row" href={accountHref(user.account)}>
        <span className="an-person-name">{user.display}<Marks user={user} /></span>
        <span className="an-dim">{user.name}{direct && ` · ${t(`role.${direct}`)}`}</span>
        <span className="an-dim an-number">{user.lastUsed ? t('users.lastUsed', { when: showFhirDate(user.lastUsed) }) : t('users.never')}</span>
        <Icon name="next" />
      </a>
    </li>
  );
}

export function Marks({ user }: { user: User }) {
  const { t } = useI18n();
  return (
    <>
      {user.disabled && <span className="an-mark an-mark-warn">{t('users.disabled')}</span>}
      {!user.disabled && user.mustChange && <span className="an-mark">{t('users.mustChange')}</span>}
      {user.program && <span className="an-mark">{t('role.system')}</span>}
    </>
  );
}

function Add({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const { t } = useI18n();
  const [display, setDisplay] = useState('');
  const [name, setName] = useState('');
  const [kind, setKind] = useState<'staff' | (typeof DIRECT_ROLES)[number] | (typeof OWN_ROLES)[number]>('staff');
  const own = OWN_ROLES.find((r) => r === kind);
  const [record, setRecord] = useState('');
  const [birth, setBirth] = useState('');
  const [uuid] = useState(uuid4);
  const [made, setMade] = useState<User & { password: string }>();
  const { busy, error, left, run, fail } = useAct();
  const wanted = name.trim() || suggestName(display);
  const submit = async (): Promise<void> => {
    const person = own ? recordOf(own, record) : '';
    const born = own ? readDate(birth, clockDate(new Date(nowMs()))).value ?? '' : '';
    if (display.trim() === '' || !isAccountName(wanted) || (own && (person === '' || born === ''))) return fail(new AuthError('bad-request'));
    await run(async () => {
      /* staff have a Practitioner, who signs what they write and holds their roles */
      const practitioner = kind === 'staff' ? await addPractitioner(server, display.trim(), uuid) : '';
      const user = await session.api.addUser({
        name: wanted, display: display.trim(), ...(practitioner === '' ? {} : { practitioner: `Practitioner/${practitioner}` }),
        ...(own ? { person, birth: born } : kind === 'staff' ? {} : { directRole: kind }),
      });
      setMade(user);
      onMade();
    });
    return undefined;
  };
  if (made) {
    return (
      <Card title={t('users.made', { who: made.display })}>
        <Given name={made.name} password={made.password} />
        <div className="an-row">
          <Button component="a" href={accountHref(made.account)}>{t(kind === 'staff' ? 'users.toRoles' : 'users.open')}</Button>
          <Button variant="default" onClick={onClose}>{t('office.close')}</Button>
        </div>
      </Card>
    );
  }
  return (
    <Card title={t('users.add')}>
      <form className="an-entries" noValidate onSubmit={(e) => { e.preventDefault(); void submit(); }}>
        <TextField label={t('first.display')} hint={t('users.displayHint')} value={display} onChange={setDisplay} autoFocus />
        <TextField
          label={t('signIn.name')} value={name} onChange={setName}
          trouble={error?.problem === 'bad-request' && name.trim() !== '' && !isAccountName(name.trim()) ? t('first.nameWrong', { name: suggestName(display) || 'ha.nt' }) : undefined}
          hint={name === '' && display !== '' ? t('users.suggested', { name: suggestName(display) }) : t('first.nameHint')}
        />
        <fieldset className="an-checks">
          <legend>{t('users.kind')}</legend>
          {(['staff', ...DIRECT_ROLES, ...OWN_ROLES] as const).map((k) => (
            <label key={k}><input type="radio" name="kind" checked={kind === k} onChange={() => setKind(k)} />{t(`users.kind.${k}`)}</label>
          ))}
        </fieldset>
        {own && <TextField label={t(`users.record.${own}`)} hint={t('users.recordHint')} value={record} onChange={setRecord} />}
        {own && <TextField label={t('users.birth')} hint={t('users.birthHint')} value={birth} onChange={setBirth} />}
        <Trouble error={error} left={left} />
        <div className="an-row">
          <Button type="submit" loading={busy} disabled={left > 0}>{t('users.make')}</Button>
          <Button variant="default" onClick={onClose}>{t('office.cancel')}</Button>
        </div>
      </form>
    </Card>
  );
}
