/* The licence to treat of each house, and the decisions that approve its techniques: what stands, writing one down from its paper, ending one. Without a
 * licence a house monitors health, stops techniques and claims no medical record; so this is the first thing a licensed house writes. */

import { Button, Input, Skeleton, Textarea } from '@mantine/core';
import { useState } from 'react';
import '../access/access.css';
import '../access/office.css';
import { useDrafts } from '../access/drafts';
import { useTyped } from '../access/typed';
import { searchAll } from '../fhir/all';
import { FhirError, problemOf } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { showFhirDay } from '../fhir/dates';
import { server } from '../fhir/server';
import type { Resource } from '../fhir/types';
import { wardTime } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { LIST_CATALOGUES, useListWords } from '../i18n/lists';
import '../lists/lists.css';
import { Select } from '../stay/parts';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { Sure } from '../ui/Sure';
import { useLoad } from '../ui/useLoad';
import { TECHNIQUES, type Licence } from '../visits/forms';
import { allowedOn, standOf } from '../visits/licence';
import { uuid4 } from '../vitals/uuid';
import { emptyLicence, KINDS, kindOf, licenceBundle, periodOf, readCodes, withdrawn, wrongWith, type Typed, type Wrong } from './licence';

/* begun before a reload: it stands open again */
const DRAFT = 'licence';

/* more than these are chosen from a list */
const MOST_SHOWN = 4;

interface HouseOf { id: string; name: string }
type Organization = Resource & { resourceType: 'Organization'; name?: string };

/* Those of this account's line, whatever place its role is at. */
const loadHouses = async (signal: AbortSignal): Promise<HouseOf[]> =>
  (await searchAll<Organization>(server, 'Organization', { type: 'urn:ansinh:organization-kind|facility', _sort: 'name' }, signal)).items.map((o) => ({ id: o.id ?? '', name: o.name ?? '' }));

export default function LicenceScreen() {
  const { t } = useI18n();
  const w = useListWords();
  const [chosen, setChosen] = useState('');
  const load = useLoad('licence houses', loadHouses);
  const houses = load.data ?? [];
  const shown = houses.length <= MOST_SHOWN ? houses : houses.filter((h) => h.id === chosen);
  return (
    <>
      <h1>{t('licence.title')}</h1>
      <p className="an-office-lead">{w('licence.lead')}</p>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {!load.data && load.error === undefined && <Skeleton height={160} />}
      {load.data?.length === 0 && <Notice kind="info" title={w('licence.noHouse')} />}
      {houses.length > MOST_SHOWN && <Select label={w('licence.house')} none={w('choose')} value={chosen} onChange={setChosen} options={houses.map((h) => ({ value: h.id, label: h.name }))} />}
      {shown.map((h) => <House key={h.id} house={h} />)}
    </>
  );
}

function House({ house }: { house: HouseOf }) {
  const w = useListWords();
  const load = useLoad(`licences ${house.id}`, async (signal) => (await searchAll<Licence>(server, 'HealthcareService', { organization: `Organization/${house.id}` }, signal)).items);
  const drafts = useDrafts();
  const [open, setOpen] = useState(() => drafts.get(DRAFT, house.id) !== null);
  const [problem, setProblem] = useState<unknown>();
  const today = wardTime(nowMs()).day;
  const known = (load.data ?? []).filter((l) => kindOf(l) !== undefined);
  const allowed = allowedOn(known, today);
  const end = async (l: Licence): Promise<void> => {
    setProblem(undefined);
    try {
      const { resource, etag } = await server.read<Licence>('HealthcareService', l.id ?? '');
      await server.update(withdrawn(resource), etag ?? '');
    } catch (e) {
      setProblem(e);
    }
    load.reload();
  };
  return (
    <section className="an-card an-list-card" aria-label={house.name}>
      <h2>{house.name}</h2>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {load.data && <Notice kind={allowed.treats ? 'good' : 'warn'} title={w(allowed.treats ? 'licence.treats' : 'licence.treatsNot')}><p>{w('licence.techniques', { n: allowed.techniques.size })}</p></Notice>}
      {problem !== undefined && <Problem error={problem} />}
      <ul className="an-list-lines">
        {known.map((l) => <Paper key={l.id} paper={l} today={today} onEnd={() => void end(l)} />)}
      </ul>
      {open ? <Form house={house.id} onDone={() => { setOpen(false); load.reload(); }} /> : <Button onClick={() => setOpen(true)}>{w('licence.add')}</Button>}
    </section>
  );
}

function Paper({ paper: l, today, onEnd }: { paper: Licence; today: string; onEnd: () => void }) {
  const w = useListWords();
  const { start, end } = periodOf(l);
  const name = `${w(`licence.kind.${kindOf(l) ?? 'list'}`)} ${l.identifier?.[0]?.value ?? ''}`;
  const stand = standOf(l, today);
  return (
    <li>
      <p><strong>{name}</strong> · {w('licence.span', { from: showFhirDay(start), to: end === undefined ? w('licence.open') : showFhirDay(end) })}{stand !== 'now' && <span className={stand === 'over' ? 'an-late' : 'an-dim'}> · {w(`licence.${stand}`)}</span>}</p>
      <p className="an-dim">{w('licence.techniques', { n: (l.type ?? []).length })}</p>
      {stand !== 'over' && <Sure variant="subtle" label={w('licence.end')} name={`${w('licence.end')}: ${name}`} title={w('licence.endSure')} keep={w('cancel')} yes={w('licence.end')} onDo={onEnd}><p><strong>{name}</strong></p><p>{w('licence.endMeans')}</p></Sure>}
    </li>
  );
}

interface Found { names: Map<string, string>; unknown: string[]; loaded: boolean }
const AT_ONCE = 6;

/* Each code as the list of techniques has it. Without the list on this server nothing is known of any. */
async function lookUp(codes: string[], tell: (done: number) => void): Promise<Found> {
  const found: Found = { names: new Map(), unknown: [], loaded: true };
  for (let i = 0; i < codes.length && found.loaded; i += AT_ONCE) {
    await Promise.all(codes.slice(i, i + AT_ONCE).map(async (code) => {
      try {
        const answer = await server.operation<Resource & { resourceType: 'Parameters'; parameter?: { name: string; valueString?: string }[] }>(`CodeSystem/$lookup?system=${TECHNIQUES}&code=${code}`, 'Parameters');
        found.names.set(code, answer?.resource.parameter?.find((p) => p.name === 'display')?.valueString ?? '');
      } catch (e) {
        if (!(e instanceof FhirError) || e.problem !== 'missing') throw e;
        if (/^system:/.test(e.diagnostics)) found.loaded = false;
        else found.unknown.push(code);
      }
    }));
    tell(Math.min(codes.length, i + AT_ONCE));
  }
  return found;
}

function Form({ house, onDone }: { house: string; onDone: () => void }) {
  const w = useListWords();
  const { now: typed, change, forget } = useTyped<Typed>(DRAFT, house, () => emptyLicence(uuid4()));
  const [wrong, setWrong] = useState<Wrong[]>([]);
  const [unknown, setUnknown] = useState<string[]>([]);
  const [busy, setBusy] = useState('');
  const [unchecked, setUnchecked] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const read = readCodes(typed.codes);
  const set = (part: Partial<Typed>): void => { change(part); setWrong([]); setUnknown([]); setUnchecked(false); };
  const save = async (): Promise<void> => {
    const bad = wrongWith(typed);
    setWrong(bad);
    setProblem(undefined);
    if (bad.length > 0 || busy !== '') return;
    setBusy(w('licence.checking', { n: 0, all: read.codes.length }));
    try {
      const found = await lookUp(read.codes, (n) => setBusy(w('licence.checking', { n, all: read.codes.length })));
      setUnknown(found.unknown);
      if (found.unknown.length > 0) return;
      /* said once, then it goes in: what the list would say of the codes nobody here can know */
      if (!found.loaded && !unchecked) return setUnchecked(true);
      await server.transaction(licenceBundle(typed, house, LIST_CATALOGUES.vi[`licence.kind.${typed.kind === 'treatment' ? 'treatment' : 'list'}`], found.names));
      forget();
      onDone();
    } catch (e) {
      setProblem(problemOf(e));
    } finally {
      setBusy('');
    }
  };
  return (
    <div className="an-list-card">
      <div className="an-options" role="group" aria-label={w('licence.which')}>
        {KINDS.map((k) => <Button key={k} variant={typed.kind === k ? 'filled' : 'default'} aria-pressed={typed.kind === k} onClick={() => set({ kind: k })}>{w(`licence.kind.${k}`)}</Button>)}
      </div>
      <label className="an-entry">{w('licence.number')}<Input value={typed.number} maxLength={60} onChange={(e) => set({ number: e.currentTarget.value })} /></label>
      <div className="an-options">
        <label className="an-entry">{w('licence.from')}<input type="date" className="an-time" value={typed.from} onChange={(e) => set({ from: e.currentTarget.value })} /></label>
        <label className="an-entry">{w('licence.to')}<input type="date" className="an-time" value={typed.to} onChange={(e) => set({ to: e.currentTarget.value })} /></label>
      </div>
      <label className="an-entry">{w('licence.codes')}<Textarea autosize minRows={3} maxRows={12} value={typed.codes} onChange={(e) => set({ codes: e.currentTarget.value })} /></label>
      <p className="an-dim" role="status">{busy === '' ? w('licence.read', { n: read.codes.length }) : busy}</p>
      {wrong.length > 0 && <Notice kind="warn" title={w('licence.wrong')} role="alert"><ul>{wrong.map((x) => <li key={x}>{w(`licence.wrong.${x}`)}{x === 'unread' && `: ${read.unread.slice(0, 5).join(' · ')}`}</li>)}</ul></Notice>}
      {unknown.length > 0 && (
        <Notice kind="warn" title={w('licence.unknown', { n: unknown.length })} role="alert">
          <p>{unknown.slice(0, 40).join(', ')}</p>
          <Button variant="default" onClick={() => set({ codes: read.codes.filter((c) => !unknown.includes(c)).join('\n') })}>{w('licence.drop')}</Button>
        </Notice>
      )}
      {unchecked && <Notice kind="warn" title={w('licence.notLoaded')} role="alert" />}
      {problem !== undefined && <Problem error={problem} />}
      <div className="an-options">
        <Button disabled={busy !== ''} onClick={() => void save()}>{w(unchecked ? 'licence.saveAnyway' : 'licence.save')}</Button>
        <Button variant="subtle" onClick={() => { forget(); onDone(); }}>{w('cancel')}</Button>
      </div>
    </div>
  );
}
