/* One resident of the round: the fields in the order of the hand, the pad beside them on a tablet, the score building below.
 * When the score calls somebody, the next resident waits until that has been read. */

import { Button } from '@mantine/core';
import { useCallback, useEffect, useMemo, useRef, useState, type FormEvent } from 'react';
import { useMe } from '../access/me';
import { nowMs } from '../fhir/clock';
import { clockDate } from '../fhir/dates';
import { ageOn, yearsOf } from '../fhir/person';
import { server } from '../fhir/server';
import type { CodeableConcept, Observation, Reference, Resource } from '../fhir/types';
import { useI18n } from '../i18n/context';
import { personHref } from '../route';
import { ChoiceRow } from '../screens/ChoiceRow';
import { fieldId, NumberRow } from '../screens/NumberRow';
import { isLow, LowGlucose, type Measured } from '../daily/LowGlucose';
import { SavedNotice } from '../screens/SavedNotice';
import { Hindrances, NearNotice, SaveFailure } from '../screens/VitalsForm';
import { Icon } from '../ui/Icon';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import type { Saved } from '../vitals/bundle';
import { ACVPU, type FieldKey, type NumberField, type VitalKey } from '../vitals/kinds';
import type { SetKey } from '../vitals/draft';
import { stageOf } from '../vitals/ranges';
import { useRecent } from '../vitals/recent';
import type { VitalState } from '../vitals/useVitals';
import { useVitalsForm, type VitalsFormState } from '../vitals/useVitalsForm';
import { wordsFor } from '../vitals/words';
import type { BoardResident } from './board';
import { calls, news2, type Scale, type Score, type Unscored } from './news2';
import { isFull, padType, type PadKey } from './pad';
import { Pad, usePad } from './Pad';
import { ageShort, riskText, whyNoScoreFor } from './ResidentCard';
import { RoundField } from './RoundField';
import { scoreObservation, signsOf } from './scored';
import { ScoreBar } from './ScoreBar';
import { useSigns } from './useSigns';

interface Props { r: BoardResident; placeName: string; nextName: string; onSaved: () => void; onNext: () => void }

/* In the order of the hand: what is counted first while the cuff fills. */
const ORDER: FieldKey[] = ['breathing', 'spo2', 'oxygen', 'systolic', 'diastolic', 'pulse', 'consciousness', 'temperature'];

interface Flag extends Resource { resourceType: 'Flag'; status?: string; code?: CodeableConcept; author?: Reference }
interface PractitionerRole extends Resource { resourceType: 'PractitionerRole'; active?: boolean }

/* The second SpO2 scale counts only when a doctor has set it: whoever wrote the flag must have that role. */
async function scaleFor(r: BoardResident, signal: AbortSignal): Promise<Scale> {
  if (!r.risks.some((m) => m.code === 'spo2-scale-2')) return 1;
  const flags = await server.search<Flag>('Flag', { patient: r.id, _count: 50 }, signal);
  const authors = flags.items
    .filter((f) => f.status === 'active' && (f.code?.coding ?? []).some((c) => c.system === 'urn:ansinh:risk' && c.code === 'spo2-scale-2'))
    .map((f) => f.author?.reference ?? '').filter((a) => a.startsWith('Practitioner/'));
  for (const author of authors) {
    const roles = await server.search<PractitionerRole>('PractitionerRole', { practitioner: author, role: 'urn:ansinh:role|doctor', _count: 5 }, signal);
    if (roles.items.some((role) => role.active !== false)) return 2;
  }
  return 1;
}

export function RoundCard({ r, placeName, nextName, onSaved, onNext }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const by = useSigns(r.id);
  const { remember } = useRecent();
  const { practitioner } = useMe();
  const age = ageOn(r.birthDate, clockDate(new Date(nowMs())));
  const years = yearsOf(age);
  const scaleLoad = useLoad(`scale ${r.id}`, (signal) => scaleFor(r, signal));
  useOnReconnect(scaleLoad.reload, scaleLoad.error !== undefined);
  /* who set the second scale cannot be asked: the signs are recorded, and no score is made of a guess */
  const why: Unscored | undefined = whyNoScoreFor(r) ?? (scaleLoad.error === undefined ? undefined : 'scale');
  const scale = scaleLoad.data ?? 1;
  const words = useMemo(() => wordsFor(t), [t]);
  const background = useMemo(() => ({ stage: stageOf(years), lastWeight: lastWeight(by) }), [years, by]);
  const common = useCallback((): Partial<Observation> => ({
    ...(r.encounter === '' ? {} : { encounter: { reference: r.encounter } }),
    ...(practitioner === undefined ? {} : { performer: [{ reference: practitioner }] }),
  }), [r.encounter, practitioner]);
  const [read, setRead] = useState<Score>(); /* a saved score that calls somebody */
  const [low, setLow] = useState<Measured>(); /* a saved glucose that must be acted on */
  const latest = useRef<{ score: Score | undefined; signs: ReturnType<typeof signsOf>; glucose: Measured | undefined }>({ score: undefined, signs: {}, glucose: undefined });
  const makeScore = useCallback((made: Map<SetKey, Observation>) =>
    (why ? undefined : scoreObservation(latest.current.signs, scale, made, { incomplete: t('news2.incomplete'), unit: t('news2.unit') })), [why, scale, t]);
  const saved = useCallback((all: Saved[], waiting: boolean) => {
    if (!waiting) remember(r.id, all);
    onSaved();
    const { score, glucose } = latest.current;
    if (isLow(glucose)) setLow(glucose);
    if (score && calls(score.band)) setRead(score);
    else if (!isLow(glucose)) onNext();
  }, [remember, r.id, onSaved, onNext]);
  const form = useVitalsForm({ patientId: r.id, birthDate: r.birthDate, background, words, onSaved: saved, common, score: makeScore });
  const signs = signsOf(form.draft, form.judged);
  const score = why ? undefined : news2(signs, scale);
  if (!read && !low) latest.current = { score, signs, glucose: glucoseOf(form) };
  const acted = (): void => {
    setLow(undefined);
    if (!read) onNext();
  };
  return (
    <div className="an-vround-card">
      <Who r={r} placeName={placeName} />
      {low && <LowGlucose low={low} onRead={acted} />}
      {read
        ? <Called r={r} placeName={placeName} form={form} by={by} score={read} scale={scale} nextName={nextName} onNext={onNext} />
        : low === undefined && <Fields r={r} placeName={placeName} form={form} by={by} score={score} why={why} scale={scale} ready={scaleLoad.data !== undefined || why === 'scale'} nextName={nextName} onSkip={onNext} />}
      <SavedNotice patientId={r.id} />
    </div>
  );
}

/* What is typed now, when it can be read. */
function glucoseOf(form: VitalsFormState): Measured | undefined {
  const { value, trouble } = form.judged.fields.glucose;
  const unit = form.draft.glucoseUnit;
  return value === undefined || trouble !== undefined || unit === '' ? undefined : { value: value.number, unit, at: nowMs() };
}

function lastWeight(by: Record<VitalKey, VitalState>): number | undefined {
  return by.weight.readings?.find((x) => x.main?.chart !== undefined)?.main?.chart;
}

function Who({ r, placeName }: { r: BoardResident; placeName: string }) {
  const i18n = useI18n();
  return (
    <div className="an-vround-who">
      <span className="an-face an-face-small" aria-hidden="true">{(r.name.split(' ').pop() ?? '').slice(0, 1)}</span>
      <div>
        <h2><a href={personHref(r.id)}>{r.name || i18n.t('people.noName')}</a></h2>
        <p className="an-dim">{ageShort(r.birthDate, i18n)} · <span className="an-bed">{r.bed}</span> · {placeName}</p>
      </div>
      {(r.risks.length > 0 || r.allergies.length > 0) && (
        <ul className="an-board-marks">
          {r.allergies.map((a) => <li key={a} className="an-mark an-mark-allergy"><Icon name="allergy" size={18} />{a}</li>)}
          {r.risks.map((m) => <li key={m.text} className="an-mark"><Icon name="warn" size={18} />{riskText(m, i18n.t)}</li>)}
        </ul>
      )}
    </div>
  );
}

interface FieldsProps {
  r: BoardResident; placeName: string; form: VitalsFormState; by: Record<VitalKey, VitalState>; score: Score | undefined;
  why: Unscored | undefined; scale: Scale; ready: boolean; nextName: string; onSkip: () => void;
}

function Fields(props: FieldsProps) {
  const { r, placeName, form, by, score, why, scale, ready, nextName, onSkip } = props;
  const { t } = useI18n();
  const pad = usePad();
  const [active, setActive] = useState<NumberField>('breathing');
  const top = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(0);
  const focus = useCallback((field: FieldKey) => document.getElementById(fieldId(field))?.focus(), []);
  useEffect(() => focus('breathing'), [focus]);
  useEffect(() => { if (failed > 0) top.current?.focus(); }, [failed]);
  const next = useCallback((from: FieldKey) => {
    const to = ORDER[ORDER.indexOf(from) + 1];
    if (to) focus(to);
    else document.getElementById('round-save')?.focus();
  }, [focus]);
  const onKey = (key: PadKey): void => {
    const before = form.draft.typed[active] ?? '';
    if (form.draft.absent[active]) return;
    const text = padType(active, before, key);
    form.type(active, text);
    if (key !== 'back' && text !== before && isFull(active, text)) next(active);
    else focus(active);
  };
  const submit = async (e: FormEvent): Promise<void> => {
    e.preventDefault();
    if (!(await form.save())) setFailed((n) => n + 1);
  };
  const field = (key: NumberField) => (
    <RoundField key={key} field={key} form={form} by={by} score={score} pad={pad} onFocus={setActive} onEnter={() => next(key)} />
  );
  return (
    <form className={`an-vround-form ${pad ? 'an-vround-padded' : ''}`} onSubmit={(e) => void submit(e)} noValidate aria-label={t('round.title')}>
      <div className="an-vround-fields">
        <div ref={top} tabIndex={-1} className="an-form-top">
          {form.failure && <SaveFailure error={form.failure} />}
          <NearNotice form={form} />
          {form.tried && !form.saving && !form.failure && !form.near && <Hindrances form={form} />}
        </div>
        {field('breathing')}
        {field('spo2')}
        <ChoiceRow
          field="oxygen" form={form} by={by} value={form.draft.oxygen}
          options={[{ value: 'no', label: t('oxygen.no') }, { value: 'yes', label: t('oxygen.yes') }]}
          onPick={(oxygen) => { form.change({ oxygen }); if (oxygen !== '') next('oxygen'); }}
        />
        {field('systolic')}
        {field('diastolic')}
        {field('pulse')}
        <ChoiceRow
          field="consciousness" form={form} by={by} value={form.draft.consciousness}
          options={ACVPU.map((value) => ({ value, label: t(`round.acvpu.${value}`) }))}
          onPick={(consciousness) => { form.change({ consciousness }); if (consciousness !== '') next('consciousness'); }}
        />
        {field('temperature')}
        <details className="an-vround-more">
          <summary>{t('round.more')}</summary>
          {(['weight', 'glucose'] as const).map((key) => <NumberRow key={key} field={key} form={form} by={by} />)}
        </details>
      </div>
      {pad && <Pad onKey={onKey} onNext={() => next(active)} label={t(`round.${active}`)} />}
      <div className="an-vround-foot">
        <ScoreBar r={r} placeName={placeName} form={form} by={by} score={score} why={why} scale={scale} />
        <Button variant="default" onClick={onSkip}>{t('round.skip')}</Button>
        <Button id="round-save" type="submit" loading={form.saving} disabled={!ready} rightSection={<Icon name="next" />}>
          {nextName === '' ? t('round.saveLast') : t('round.saveNext')}
        </Button>
      </div>
    </form>
  );
}

interface CalledProps {
  r: BoardResident; placeName: string; form: VitalsFormState; by: Record<VitalKey, VitalState>; score: Score; scale: Scale;
  nextName: string; onNext: () => void;
}

/* The set is saved. This is read, and acted on, before the next one. */
function Called({ r, placeName, form, by, score, scale, nextName, onNext }: CalledProps) {
  const { t } = useI18n();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div className="an-vround-called" ref={box} tabIndex={-1}>
      <ScoreBar r={r} placeName={placeName} form={form} by={by} score={score} why={undefined} scale={scale} open />
      <Button onClick={onNext} rightSection={<Icon name="next" />}>{nextName === '' ? t('round.finish') : t('round.next', { name: nextName })}</Button>
    </div>
  );
}
