/* Administrators: which programs of others are known here. */

import { Button, Skeleton } from '@mantine/core';
import { useId, useState } from 'react';
import { AuthError, authErrorOf } from '../access/api';
import { problemText, TextField, Trouble } from '../access/fields';
import { session } from '../access/here';
import '../access/office.css';
import { useAct } from '../access/useAct';
import { useAppWords } from '../i18n/apps';
import { useI18n } from '../i18n/context';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { useLoad } from '../ui/useLoad';
import './apps.css';
import { EMPTY, EXAMPLE, newClient, PROOFS, type Typed } from './form';
import type { Client } from './types';
import { grantWords, hostOf } from './words';

export default function Clients() {
  const { t } = useI18n();
  const w = useAppWords();
  const list = useLoad('clients', () => session.api.clients());
  const [adding, setAdding] = useState(false);
  return (
    <>
      <h1>{t('clients.title')}</h1>
      <p>{w('clients.lead')}</p>
      <div className="an-office-bar">
        <Button leftSection={<Icon name="plus" />} aria-expanded={adding} onClick={() => setAdding((a) => !a)}>{w('clients.add')}</Button>
      </div>
      {adding && <Add onClose={() => setAdding(false)} onMade={list.reload} />}
      {list.error !== undefined && (
        <Notice kind="warn" title={problemText(authErrorOf(list.error).problem, t)} role="alert"><Button variant="default" onClick={list.reload}>{t('error.retry')}</Button></Notice>
      )}
      {list.data === undefined && list.error === undefined && <div aria-hidden="true"><Skeleton height={56} mb={10} /><Skeleton height={56} /></div>}
      {list.data?.length === 0 && <Notice kind="info" title={w('clients.none')} />}
      <ul className="an-lines an-app-lines" aria-label={t('clients.title')}>{(list.data ?? []).map((c) => <Line key={c.id} client={c} onChange={list.reload} />)}</ul>
    </>
  );
}

function Line({ client: c, onChange }: { client: Client; onChange: () => void }) {
  const { t } = useI18n();
  const w = useAppWords();
  const { busy, error, left, run } = useAct();
  const [sure, setSure] = useState(false);
  const [secret, setSecret] = useState<string>();
  const act = async (what: () => Promise<unknown>): Promise<void> => {
    if (await run(async () => { await what(); })) onChange();
  };
  const may = grantWords(c.scope ?? '', w);
  return (
    <li>
      <div>
        <strong>{c.name}</strong>{c.disabled && <span className="an-mark an-mark-warn">{w('clients.off')}</span>}
        <p className="an-dim"><code>{c.id}</code>{c.account !== undefined && ` · ${w('clients.actsAs', { account: c.account })}`}{c.redirects.length > 0 && ` · ${c.redirects.map(hostOf).join(', ')}`}</p>
        {may !== '' && <p className="an-dim">{w('apps.what', { what: may })}</p>}
        {secret !== undefined && <Once id={c.id} secret={secret} />}
        <Trouble error={error} left={left} />
      </div>
      <div className="an-row">
        <Button variant="default" disabled={busy} onClick={() => void act(() => session.api.switchClient(c.id, c.disabled))}>{w(c.disabled ? 'clients.switchOn' : 'clients.switchOff')}</Button>
        {c.kind === 'secret' && <Button variant="default" disabled={busy} onClick={() => void act(async () => setSecret((await session.api.newSecret(c.id)).secret))}>{w('clients.newSecret')}</Button>}
        {sure ? <Button color="red" disabled={busy} onClick={() => void act(() => session.api.removeClient(c.id))}>{w('clients.removeSure')}</Button>
          : <Button variant="default" disabled={busy} onClick={() => setSure(true)}>{w('clients.remove')}</Button>}
        {sure && <Button variant="default" onClick={() => setSure(false)}>{t('office.cancel')}</Button>}
      </div>
    </li>
  );
}

function Once({ id, secret }: { id: string; secret?: string }) {
  const w = useAppWords();
  return (
    <div role="status">
      <p>{w('clients.giveId')}{secret !== undefined && ` ${w('clients.giveSecret')}`}</p>
      <dl className="an-given">
        <div><dt className="an-dim">{w('clients.id')}</dt><dd><code className="an-code">{id}</code></dd></div>
        {secret !== undefined && <div><dt className="an-dim">{w('clients.secret')}</dt><dd><code className="an-code">{secret}</code></dd></div>}
      </dl>
    </div>
  );
}

function Add({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const { t } = useI18n();
  const w = useAppWords();
  const [typed, setTyped] = useState<Typed>(EMPTY);
  const [made, setMade] = useState<Client>();
  const [incomplete, setIncomplete] = useState(false);
  const { busy, error, left, run } = useAct();
  const set = (part: Partial<Typed>): void => setTyped((v) => ({ ...v, ...part }));
  const submit = async (): Promise<void> => {
    const client = newClient(typed);
    setIncomplete(client === undefined);
    if (client === undefined) return;
    await run(async () => {
      setMade(await session.api.addClient(client));
      onMade();
    });
  };
  if (made) {
    return (
      <section className="an-card an-office-card">
        <h2>{w('clients.made', { name: made.name })}</h2>
        <Once id={made.id} {...(made.secret === undefined ? {} : { secret: made.secret })} />
        <div><Button variant="default" onClick={onClose}>{t('office.close')}</Button></div>
      </section>
    );
  }
  const own = typed.proof === 'own';
  const keyed = own || typed.proof === 'key';
  return (
    <section className="an-card an-office-card">
      <h2>{w('clients.add')}</h2>
      <form className="an-entries" noValidate onSubmit={(e) => { e.preventDefault(); void submit(); }}>
        <TextField label={w('clients.name')} value={typed.name} onChange={(name) => set({ name })} autoFocus />
        <fieldset className="an-checks">
          <legend>{w('clients.kind')}</legend>
          {PROOFS.map((p) => <label key={p}><input type="radio" name="proof" checked={typed.proof === p} onChange={() => set({ proof: p })} /><span>{w(`clients.kind.${p}`)}</span></label>)}
        </fieldset>
        {!own && <Area label={w('clients.redirects')} hint={w('clients.redirectsHint')} value={typed.redirects} onChange={(redirects) => set({ redirects })} />}
        {!own && <TextField label={w('clients.launch')} value={typed.launch} onChange={(launch) => set({ launch })} maxLength={1000} />}
        {keyed && <Area label={w('clients.keys')} value={typed.keys} onChange={(keys) => set({ keys })} />}
        {own && <TextField label={w('clients.account')} hint={w('clients.accountHint')} value={typed.account} onChange={(account) => set({ account })} />}
        {own && <TextField label={w('clients.practitioner')} value={typed.practitioner} onChange={(practitioner) => set({ practitioner })} />}
        <Area label={w('clients.scope')} hint={w('clients.scopeHint', { example: own ? EXAMPLE.own : EXAMPLE.people })} value={typed.scope} onChange={(scope) => set({ scope })} />
        <div role="alert">{incomplete && <p className="an-entry-trouble">{w('clients.incomplete')}</p>}</div>
        {error instanceof AuthError && error.detail !== '' ? <p className="an-entry-trouble" role="alert">{w('clients.refused', { detail: error.detail })}</p> : <Trouble error={error} left={left} />}
        <div className="an-row">
          <Button type="submit" loading={busy}>{w('clients.make')}</Button>
          <Button variant="default" onClick={onClose}>{t('office.cancel')}</Button>
        </div>
      </form>
    </section>
  );
}

function Area({ label, hint, value, onChange }: { label: string; hint?: string; value: string; onChange: (v: string) => void }) {
  const id = useId();
  return (
    <div className="an-entry">
      <label htmlFor={id}>{label}</label>
      <textarea id={id} className="an-select" rows={3} maxLength={16000} spellCheck={false} value={value} onChange={(e) => onChange(e.currentTarget.value)} aria-describedby={`${id}-about`} />
      <p id={`${id}-about`} className="an-dim an-entry-about">{hint}</p>
    </div>
  );
}
