/* Back from hospital: what was taken before, what the hospital's paper says, and what it is to be now, line by line. Nothing is decided
 * beforehand; a medicine of the hospital's is copied in the hospital's name and waits for its second check like every copy. */

import { Button, Skeleton } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useMe } from '../access/me';
import { NoPermission } from '../access/NoPermission';
import { useTyped } from '../access/typed';
import { medicineText } from '../drugs/doses';
import { useGiver } from '../drugs/useRound';
import { problemOf, type FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { dosageText } from '../fhir/clinical';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import { wardTime } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useVisitWords, VISIT_CATALOGUES } from '../i18n/visits';
import { Choice } from '../record/Record';
import { go } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { PersonLine } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { sayIn } from '../visits/compose';
import { Area, Line } from '../visits/parts';
import '../record/record.css';
import '../visits/visits.css';
import { uuid4 } from '../vitals/uuid';
import { backBundle, decided, verdictsOf, type Decision } from './back';
import { loadMedicines, type MedicineData } from './load';
import { matched, warningsOf } from './order';
import { mayPrescribe, medicinesHref } from './screens';
import './prescribe.css';

export default function BackScreen({ params }: ScreenProps) {
  const id = params.id ?? '';
  const w = useVisitWords();
  const { t } = useI18n();
  const me = useMe();
  const load = useLoad(`back ${id}`, (signal) => loadMedicines(server, id, signal));
  if (!mayPrescribe(me)) return <NoPermission what={t('prescribe.back')} />;
  return (
    <div className="an-visit">
      <a className="an-back" href={medicinesHref(id)}><Icon name="back" />{t('prescribe.title')}</a>
      {load.data === undefined && load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {load.data === undefined && load.error === undefined && <div role="status" aria-label={w('record.loading')}><Skeleton height={200} /></div>}
      {load.data && <Body id={id} data={load.data} reload={load.reload} />}
    </div>
  );
}

const DRAFT = 'back-from-hospital';
const vi = sayIn(VISIT_CATALOGUES.vi);

function Body({ id, data, reload }: { id: string; data: MedicineData; reload: () => void }) {
  const w = useVisitWords();
  const { t } = useI18n();
  const me = useGiver();
  const { now: paper, change, forget } = useTyped<{ text: string; prescriber: string; day: string; choices: Record<string, Decision> }>(DRAFT, id, () => ({ text: '', prescriber: '', day: '', choices: {} }));
  const { choices } = paper;
  const [keys] = useState(() => Array.from({ length: 60 }, () => uuid4()));
  const [failure, setFailure] = useState<FhirError>();
  const today = wardTime(nowMs()).day;
  const lines = useMemo(() => matched(data.standing, paper.text.split('\n').slice(0, 50), (o) => medicineText(o, data.included)), [data, paper.text]);
  const open = lines.filter((l) => !decided(l, choices));
  const takes = lines.some((l) => choices[l.name] === 'take');
  const missing = takes && (paper.prescriber.trim() === '' || paper.day === '' || paper.day > today);
  const save = async (): Promise<void> => {
    setFailure(undefined);
    try {
      const bundle = backBundle(lines, choices, {
        patient: id, stay: data.stay, me, at: nowMs(), prescriber: paper.prescriber.trim(), day: paper.day, keys, why: vi('back.why'),
        task: data.reconcile, words: { keep: vi('back.keep'), take: vi('back.take'), stop: vi('back.stop'), leave: vi('back.leave') },
      });
      await server.transaction(bundle);
      forget();
      go(medicinesHref(id));
    } catch (e) {
      setFailure(problemOf(e));
    }
  };
  return (
    <>
      <header>
        <h1>{t('prescribe.back')}</h1>
        <p className="an-form-who"><strong>{personName(data.person) || t('people.noName')}</strong> · <PersonLine patient={data.person} /></p>
      </header>
      <section className="an-card an-visit-part" aria-label={w('back.paper')}>
        <h2>{w('back.paper')}</h2>
        <Area label={w('back.lines')} hint={w('back.example')} rows={4} value={paper.text} onChange={(text) => change({ text })} />
        <div className="an-visit-fields">
          <Line label={w('order.prescriber')} value={paper.prescriber} onChange={(prescriber) => change({ prescriber })} />
          <label className="an-entry">{w('order.paperDay')}<input type="date" className="an-time" max={today} value={paper.day} onChange={(e) => change({ day: e.currentTarget.value })} /></label>
        </div>
      </section>
      <section className="an-card" aria-label={w('back.compare')}>
        <h2>{w('back.compare')}</h2>
        {lines.length === 0 && <p className="an-dim">{w('medicines.none')}</p>}
        {lines.map((l) => {
          const allergic = l.theirs.flatMap((x) => warningsOf(x, id, data.allergies, [], []).allergies);
          return (
            <div key={l.key} className="an-back-line">
              <div><span className="an-record-label">{w('back.before')}</span>{l.before.length === 0 ? <p className="an-dim">–</p> : l.before.map((o) => <p key={o.id}>{medicineText(o, data.included)}: {dosageText(o)}</p>)}</div>
              <div><span className="an-record-label">{w('back.theirs')}</span>{l.theirs.length === 0 ? <p className="an-dim">–</p> : l.theirs.map((x) => <p key={x}>{x}</p>)}{allergic.length > 0 && <p className="an-visit-mark"><Icon name="allergy" /> {w('order.allergy')}</p>}</div>
              <Choice label={`${w('back.now')}: ${l.name}`} values={verdictsOf(l, allergic.length > 0)} value={choices[l.key] ?? ''} onChange={(v) => change({ choices: { ...choices, [l.key]: v } })} words={(v) => w(`back.${v}`)} />
            </div>
          );
        })}
      </section>
      {open.length > 0 && <p className="an-dim">{w('back.open', { n: open.length })}</p>}
      {missing && <Notice kind="warn" title={w('back.missing')} />}
      {failure && <Problem error={failure} onRetry={() => { setFailure(undefined); reload(); }} />}
      <div className="an-bottom-bar"><Button size="md" disabled={open.length > 0 || missing || (lines.length === 0 && !data.reconcile)} onClick={() => void save()}>{w('back.save')}</Button></div>
    </>
  );
}
