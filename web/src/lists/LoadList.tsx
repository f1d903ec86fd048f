/* Loading a list: which, from which file; what it would change; written. A file is sent twice, once to look and once to write: between the two
 * the server keeps nothing. */

import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { TextField } from '../access/fields';
import { useI18n } from '../i18n/context';
import { useListWords } from '../i18n/lists';
import { Notice } from '../ui/Notice';
import { ask, dataOf, importOf, KINDS, MOST_BYTES, type Kind, type Load, type Plan } from './lists';
import { ListTrouble } from './ListTrouble';
import { lists as client } from './client';
import { PlanView } from './PlanView';

interface Props { onWritten: () => void }

export function LoadList({ onWritten }: Props) {
  const { num } = useI18n();
  const w = useListWords();
  const [kind, setKind] = useState<Kind>();
  const [file, setFile] = useState<File>();
  const [edition, setEdition] = useState('');
  const [from, setFrom] = useState('');
  const [busy, setBusy] = useState<'checking' | 'writing'>();
  const [error, setError] = useState<unknown>();
  const [missing, setMissing] = useState(false);
  const [looked, setLooked] = useState<{ load: Load; plan: Plan }>();
  const [leaveOut, setLeaveOut] = useState(false);
  const [done, setDone] = useState<Plan>();

  /* what was looked at is no longer what would be sent */
  const change = (run: () => void): void => { run(); setLooked(undefined); setDone(undefined); setError(undefined); setMissing(false); };
  const doing = async (what: 'checking' | 'writing', run: () => Promise<void>): Promise<void> => {
    setBusy(what);
    setError(undefined);
    try {
      await run();
    } catch (e) {
      setError(e);
      setLooked(undefined);
    } finally {
      setBusy(undefined);
    }
  };
  const check = async (): Promise<void> => {
    setDone(undefined);
    if (!kind || !file) { setMissing(true); return; }
    if (file.size > MOST_BYTES) { setError('large'); return; }
    await doing('checking', async () => {
      const load = { kind, data: await dataOf(file), edition, from };
      setLeaveOut(false);
      setLooked({ load, plan: await ask(client, 'list-import', importOf(load, true, true)) });
    });
  };
  const write = (load: Load): Promise<void> => doing('writing', async () => {
    setDone(await ask(client, 'list-import', importOf(load, leaveOut, false)));
    setLooked(undefined);
    onWritten();
  });

  return (
    <section className="an-card an-list-load" aria-labelledby="list-load">
      <h2 id="list-load">{w('load')}</h2>
      <form className="an-entries an-list-form" noValidate onSubmit={(e) => { e.preventDefault(); void check(); }}>
        <div className="an-entry">
          <label htmlFor="list-kind">{w('kind')}</label>
          <select id="list-kind" className="an-select" value={kind ?? ''} onChange={(e) => { const next = KINDS.find((k) => k === e.currentTarget.value); change(() => setKind(next)); }}>
            <option value="">{w('choose')}</option>
            {KINDS.map((k) => <option key={k} value={k}>{w(`kind.${k}`)}</option>)}
          </select>
        </div>
        <div className="an-entry">
          <label htmlFor="list-file">{w('file')}</label>
          <input id="list-file" className="an-file" type="file" accept=".xlsx,.csv,.txt,.tsv" onChange={(e) => { const next = e.currentTarget.files?.[0]; change(() => setFile(next)); }} />
        </div>
        <TextField label={w('edition')} hint={w('editionHint')} value={edition} onChange={(v) => change(() => setEdition(v))} maxLength={40} />
        <div className="an-entry">
          <label htmlFor="list-from">{w('from')}</label>
          <input id="list-from" type="date" className="an-time" aria-describedby="list-from-hint" value={from} onChange={(e) => { const next = e.currentTarget.value; change(() => setFrom(next)); }} />
          <p id="list-from-hint" className="an-dim">{w('fromHint')}</p>
        </div>
        <div><Button type="submit" loading={busy === 'checking'} disabled={busy !== undefined}>{w('check')}</Button></div>
      </form>
      <p role="status" className="an-dim">{busy && w(busy)}</p>
      {missing && <Notice kind="warn" title={w('needKind')} role="alert" />}
      {error !== undefined && <ListTrouble error={error} />}
      {done && <Notice kind="good" title={w('written', { kind: w(`kind.${done.kind}`), n: num(done.codes) })} role="status"><p>{w('writtenUndo')}</p></Notice>}
      {looked && (
        <section aria-labelledby="list-plan">
          <h3 id="list-plan">{w('planTitle', { kind: w(`kind.${looked.plan.kind}`) })}</h3>
          <PlanView plan={looked.plan} />
          {looked.plan.refused > 0 && <Checkbox className="an-list-check" label={w('leaveOut', { n: looked.plan.refused })} checked={leaveOut} onChange={(e) => setLeaveOut(e.currentTarget.checked)} />}
          <div className="an-row">
            <Button loading={busy === 'writing'} disabled={busy !== undefined || (looked.plan.refused > 0 && !leaveOut)} onClick={() => void write(looked.load)}>{w('write')}</Button>
            <Button variant="default" disabled={busy !== undefined} onClick={() => setLooked(undefined)}>{w('cancel')}</Button>
          </div>
        </section>
      )}
    </section>
  );
}
