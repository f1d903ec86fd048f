/* Reporting an incident: one page from top to bottom, large, in the order in which it is told. What is needed is little (what, how bad); the
 * rest is a tap each. Kept while it is typed; sent through the outbox, so a line that is down loses nothing. */

import { Button, Input, Skeleton } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useDrafts } from '../access/drafts';
import { KeptFrom } from '../access/KeptFrom';
import { useMe } from '../access/me';
import { medicineText } from '../drugs/doses';
import type { Given } from '../drugs/forms';
import { useGiver } from '../drugs/useRound';
import { nowMs } from '../fhir/clock';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import { DAY_MS, wardClock, wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { recordWords, useDailyWords, type DailyKey } from '../i18n/daily';
import { useOutbox } from '../outbox/use';
import type { Picture } from '../photos/photo';
import { HeldPictures } from '../photos/Photos';
import { hereOrLately } from '../place/lately';
import { loadHere, type Here } from '../place/stay';
import { go, personHref } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { uuid4 } from '../vitals/uuid';
import { momentOf, When } from '../daily/When';
import { BodyMap } from './BodyMap';
import './incidents.css';
import { ACTIONS, CHECK_MINUTES, HARMS, KINDS, PLACES, TOLD, wantsChecks } from './kinds';
import { emptyReport, missingIn, recordIncident, reviveReport, type Missing, type Report as Filled } from './record';
import { incidentsHref, mayNurse } from './screens';

const DRAFT = 'incident';

export default function Report({ params }: ScreenProps) {
  const w = useDailyWords();
  const id = params.id ?? '';
  const load = useLoad(`here ${id}`, (signal) => hereOrLately(id, () => loadHere(server, id, signal)));
  return (
    <div className="an-incident">
      <a className="an-back" href={personHref(id)}><Icon name="back" />{w('incident.back')}</a>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {!load.data && load.error === undefined && <Skeleton height={400} />}
      {load.data && <Form here={load.data} id={id} />}
    </div>
  );
}

/* wanting: what was not told here when somebody pressed to record. */
function Section({ title, needed, wanting = [], children }: { title: string; needed?: boolean; wanting?: Missing[]; children: ReactNode }) {
  const w = useDailyWords();
  return (
    <section className={`an-card an-incident-part ${wanting.length > 0 ? 'an-incident-wanting' : ''}`} aria-label={title} tabIndex={-1}>
      <h2>{title}{needed === true && <span className="an-dim"> ({w('incident.needed')})</span>}</h2>
      {wanting.map((m) => <p key={m} className="an-trouble"><Icon name="bad" />{w(`incident.missing.${m}`)}</p>)}
      {children}
    </section>
  );
}

function Choice({ name, codes, chosen, onPick }: { name: string; codes: readonly string[]; chosen: readonly string[]; onPick: (code: string) => void }) {
  const w = useDailyWords();
  return (
    <div className="an-options">
      {codes.map((c) => <Button key={c} variant={chosen.includes(c) ? 'filled' : 'default'} aria-pressed={chosen.includes(c)} onClick={() => onPick(c)}>{w(`incident.${name}.${c}` as DailyKey)}</Button>)}
    </div>
  );
}

function Form({ here, id }: { here: Here; id: string }) {
  const w = useDailyWords();
  const { t } = useI18n();
  const me = useGiver();
  const all = useMe();
  const drafts = useDrafts();
  const { box } = useOutbox();
  const [r, setR] = useState<Filled>(() => reviveReport(drafts.get(DRAFT, id)) ?? emptyReport());
  const [typed, setTyped] = useState<string>();
  const [tried, setTried] = useState(0); /* how often it was pressed with something missing */
  const [photos, setPhotos] = useState<Picture[]>([]);
  const [making, setMaking] = useState(false); /* a photo on its way: it goes with the report */
  const set = (more: Partial<Filled>): void => setR((before) => ({ ...before, ...more }));
  useEffect(() => drafts.keep(DRAFT, id, JSON.stringify(r) === JSON.stringify(emptyReport()) ? undefined : JSON.stringify(r)), [drafts, id, r]);
  const at = momentOf(typed, nowMs());
  const missing = missingIn(r);
  const offersChecks = r.kind !== undefined && !r.nearly && wantsChecks(r.kind, r.unseen, Object.keys(r.marks));
  const save = (): void => {
    if (making) return;
    const when = momentOf(typed, nowMs());
    if (missing.length > 0 || when === undefined) {
      setTried(tried + 1);
      return;
    }
    const checks = offersChecks ? r.checks : undefined;
    box.add(recordIncident({ ...r, checks }, { patient: id, stay: here.stay?.id ?? '', ward: here.ward, me }, when, nowMs(), uuid4, recordWords, photos));
    drafts.keep(DRAFT, id, undefined);
    go(here.ward === '' ? personHref(id) : incidentsHref(here.ward, 'saved'));
  };
  /* to the first that is missing, and not to a list of them a phone's length below it */
  useEffect(() => {
    const first = tried > 0 ? document.querySelector('.an-incident-part .an-trouble')?.closest<HTMLElement>('section') : undefined;
    first?.focus({ preventScroll: true });
    first?.scrollIntoView({ block: 'start' });
  }, [tried]);
  const wanting = (...here: Missing[]): Missing[] => (tried > 0 ? missing.filter((m) => here.includes(m)) : []);
  const flip = (list: string[], code: string): string[] => (list.includes(code) ? list.filter((c) => c !== code) : [...list, code]);
  return (
    <>
      <h1>{w('incident.title')}</h1>
      <KeptFrom kind={DRAFT} id={id} onDrop={() => setR(emptyReport())} />
      <p className="an-care-for">{personName(here.patient) || t('people.noName')}{here.bed !== '' && ` · ${here.bed}`}</p>
      <Section title={w('incident.what')} needed wanting={wanting('kind', 'unseen')}>
        <Choice name="kind" codes={KINDS} chosen={r.kind ? [r.kind] : []} onPick={(c) => set({ kind: KINDS.find((k) => k === c) })} />
        <Button variant={r.nearly ? 'filled' : 'default'} aria-pressed={r.nearly} onClick={() => set({ nearly: !r.nearly })}>{w('incident.nearly')}</Button>
        {r.kind === 'fall' && (
          <div className="an-aside" role="group" aria-label={w('incident.seen')}>
            <span className="an-aside-name">{w('incident.seen')}</span>
            <Button variant={r.unseen === false ? 'filled' : 'default'} aria-pressed={r.unseen === false} onClick={() => set({ unseen: false })}>{w('incident.seenYes')}</Button>
            <Button variant={r.unseen === true ? 'filled' : 'default'} aria-pressed={r.unseen === true} onClick={() => set({ unseen: true })}>{w('incident.seenNo')}</Button>
          </div>
        )}
        {r.kind === 'medication' && <DosePick id={id} chosen={r.dose} onPick={(dose) => set({ dose })} />}
      </Section>
      <Section title={w('incident.whenWhere')}>
        <When typed={typed} onTyped={setTyped} />
        <Choice name="place" codes={PLACES} chosen={[r.place]} onPick={(c) => set({ place: r.place === c ? '' : c })} />
      </Section>
      <Section title={w('incident.body')}><BodyMap marks={r.marks} onMarks={(marks) => set({ marks })} /></Section>
      <Section title={w('incident.how')} needed wanting={wanting('harm')}>
        <Choice name="harm" codes={HARMS} chosen={r.harm ? [r.harm] : []} onPick={(c) => set({ harm: HARMS.find((h) => h === c) })} />
      </Section>
      <Section title={w('incident.did')}>
        <Choice name="action" codes={ACTIONS} chosen={r.actions} onPick={(c) => set({ actions: flip(r.actions, c) })} />
      </Section>
      <Section title={w('incident.whoKnows')}>
        <div className="an-options">
          {TOLD.map((who) => {
            const when = r.told[who];
            return (
              <Button
                key={who} variant={when === undefined ? 'default' : 'filled'} aria-pressed={when !== undefined}
                onClick={() => { const { [who]: had, ...rest } = r.told; set({ told: had === undefined ? { ...r.told, [who]: nowMs() } : rest }); }}
              >
                {w(`incident.told.${who}`)}{when !== undefined && ` ${wardClock(when)}`}
              </Button>
            );
          })}
        </div>
      </Section>
      {mayNurse(all) && <Section title={w('incident.photos')}><HeldPictures name={w('incident.title')} held={photos} onHeld={setPhotos} onBusy={setMaking} /></Section>}
      {offersChecks && (
        <Section title={w('incident.checks')}>
          <p>{w('incident.checksWhy', { n: CHECK_MINUTES.length })}</p>
          <div className="an-options">
            <Button variant={r.checks === true ? 'filled' : 'default'} aria-pressed={r.checks === true} onClick={() => set({ checks: true })}>{w('incident.checksYes')}</Button>
            <Button variant={r.checks === false ? 'filled' : 'default'} aria-pressed={r.checks === false} onClick={() => set({ checks: false })}>{w('incident.checksNo')}</Button>
          </div>
          <p className="an-dim">{w('incident.needsReview')}</p>
        </Section>
      )}
      <Section title={w(r.kind === 'other' ? 'incident.story' : 'incident.words')} needed={r.kind === 'other'} wanting={wanting('text')}>
        <label className="an-care-note"><span>{w('incident.story')}</span><textarea className="an-textarea" rows={3} maxLength={2000} value={r.text} onChange={(e) => set({ text: e.currentTarget.value })} /></label>
        <label className="an-care-note"><span>{w('incident.witness')}</span><Input value={r.witness} maxLength={200} onChange={(e) => set({ witness: e.currentTarget.value })} /></label>
      </Section>
      <div className="an-incident-missing">
        {tried > 0 && (missing.length > 0 || at === undefined) && (
          <Notice kind="bad" role="alert" title={w('incident.missing')}><p>{[...missing.map((m) => w(`incident.missing.${m}`)), ...(at === undefined ? [w('care.noTime')] : [])].join(' ')}</p></Notice>
        )}
      </div>
      <div className="an-bottom-bar"><Button loading={making} onClick={save}>{w('incident.save')}</Button></div>
    </>
  );
}

/* Which dose it was: of the last two days, newest first. */
function DosePick({ id, chosen, onPick }: { id: string; chosen: string; onPick: (reference: string) => void }) {
  const w = useDailyWords();
  const load = useLoad(`doses ${id}`, (signal) => server.search<Given>('MedicationAdministration', {
    patient: id, 'effective-time': `ge${new Date(nowMs() - 2 * DAY_MS).toISOString()}`, _sort: '-effective-time', _count: 30,
  }, signal));
  const doses = (load.data?.items ?? []).filter((g) => g.status !== 'entered-in-error');
  return (
    <label className="an-care-note">
      <span>{w('incident.dose')}</span>
      <select className="mantine-Input-input an-select" value={chosen} onChange={(e) => onPick(e.currentTarget.value)}>
        <option value="">{w('incident.doseNone')}</option>
        {doses.map((g) => <option key={g.id} value={`MedicationAdministration/${g.id ?? ''}`}>{wardStamp(Date.parse(g.effectiveDateTime ?? ''))} · {medicineText(g, load.data?.included ?? [])}</option>)}
      </select>
    </label>
  );
}
