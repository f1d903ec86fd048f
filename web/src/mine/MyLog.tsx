/* Who looked at the record, when and why, newest first, a day at a time. */

import { Button, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { KINDS } from '../access/trace';
import { showFhirDay } from '../fhir/dates';
import { server } from '../fhir/server';
import { wardClock } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import type { MessageKey } from '../i18n/vi';
import { useMineWords, type MineKey } from '../i18n/mine';
import { Icon } from '../ui/Icon';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { Owned, Tools } from './Frame';
import { byDay, loadLog, type Day, type LogPage, type Look } from './log';
import type { Own } from './own';

export default function MyLog() {
  return <Owned>{(own) => <Log own={own} />}</Owned>;
}

function Log({ own }: { own: Own }) {
  const w = useMineWords();
  const { t } = useI18n();
  const first = useLoad(`my log ${own.patient}`, (signal) => loadLog(server, own, undefined, signal));
  useOnReconnect(first.reload, first.error !== undefined);
  const [more, setMore] = useState<LogPage[]>([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const pages = first.data ? [first.data, ...more] : [];
  const next = pages[pages.length - 1]?.next;
  const looks = pages.flatMap((p) => p.looks);
  const further = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const page = await loadLog(server, own, next);
      setMore((m) => [...m, page]);
    } catch (e) {
      setError(e);
    }
    setBusy(false);
  };
  return (
    <>
      <h1>{t('mine.log')}</h1>
      <p>{w('log.lead')}</p>
      {first.error !== undefined && <Problem error={first.error} onRetry={first.reload} />}
      {first.data === undefined && first.error === undefined && <div role="status" aria-label={w('loading')}>{[1, 2, 3].map((n) => <Skeleton key={n} height={64} mb={12} />)}</div>}
      {first.data && looks.length === 0 && <p>{w('log.none')}</p>}
      {byDay(looks).map((d) => <OneDay key={d.day} d={d} />)}
      {error !== undefined && <Problem error={error} />}
      {next !== undefined && <div><Button variant="default" loading={busy} onClick={() => void further()}>{w('log.more')}</Button></div>}
      {first.data && <div className="an-noprint"><Button component="a" variant="default" href="#/mine/requests">{w('log.complain')}</Button></div>}
      {first.data && <Tools words={[]} />}
    </>
  );
}

function OneDay({ d }: { d: Day }) {
  const w = useMineWords();
  return (
    <section className="an-card" aria-label={showFhirDay(d.day)}>
      <h2>{showFhirDay(d.day)}</h2>
      <ul className="an-mine-list">{d.looks.map((look, i) => <Line key={`${look.id} ${i}`} look={look} />)}</ul>
      {d.mine > 0 && <p className="an-dim">{w('log.mine', { n: d.mine })}</p>}
    </section>
  );
}

const DEEDS: { kinds: readonly string[]; word: MineKey }[] = [
  { kinds: KINDS.look, word: 'log.deed.look' }, { kinds: KINDS.change, word: 'log.deed.change' }, { kinds: KINDS.glass, word: 'log.deed.glass' }, { kinds: KINDS.paper, word: 'log.deed.paper' },
];
const TYPES: readonly string[] = ['Patient', 'Observation', 'Condition', 'MedicationRequest', 'MedicationAdministration', 'Encounter', 'Composition', 'Consent', 'Task', 'AllergyIntolerance', 'CarePlan'];
const ROLES: readonly string[] = [
  'carer', 'nurse', 'head-nurse', 'doctor', 'assistant-doctor', 'rehab-technician', 'social-worker', 'pharmacist', 'records-clerk', 'facility-head', 'province-officer',
  'ministry-officer', 'auditor', 'administrator', 'system',
];
const PURPOSES: readonly string[] = ['ETREAT', 'TREAT', 'PATSFTY', 'COVERAGE', 'BTG'];

function Line({ look }: { look: Look }) {
  const w = useMineWords();
  const { t } = useI18n();
  const relative = look.role === 'person' || look.role === 'representative';
  const role = ROLES.includes(look.role) ? t(`role.${look.role}` as MessageKey) : '';
  const what = [...new Set(look.what.map((x) => w(`log.type.${TYPES.includes(x) ? x : 'other'}` as MineKey)))];
  const purpose = PURPOSES.includes(look.purpose) ? t(`glass.purpose.${look.purpose}` as MessageKey) : look.purpose;
  return (
    <li>
      <p><strong>{look.who !== '' ? look.who : w(relative ? 'log.relative' : 'log.someone')}</strong>{role !== '' && ` · ${role}`}</p>
      <p>{wardClock(Date.parse(look.when))} · {w(DEEDS.find((d) => d.kinds.includes(look.deed))?.word ?? 'log.deed.else')}{look.failed && ` (${w('log.failed')})`}</p>
      {what.length > 0 && <p className="an-dim">{w('log.what', { what: what.join(', ') })}</p>}
      {look.compartment && <p className="an-mine-warn"><Icon name="lock" size={18} />{w('log.compartment')}</p>}
      {look.glass && <p className="an-mine-warn"><Icon name="warn" size={18} />{w('log.glass')}</p>}
      {look.deed === 'break-glass' && purpose !== '' && <p>{w('log.glassFor', { what: purpose })}</p>}
      {look.deed === 'break-glass' && look.reason !== '' && <p>{w('log.glassWhy', { why: look.reason })}</p>}
      {look.deed !== 'break-glass' && purpose !== '' && <p>{w('log.purpose', { what: purpose })}</p>}
    </li>
  );
}
