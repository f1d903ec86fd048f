/* Record a set of vital signs: one column of fields, nothing filled in beforehand, the previous value beside each field,
 * "could not be measured" beside each field, and one button that sends all of it as one transaction. */

import { Button, Checkbox, Skeleton } from '@mantine/core';
import { useCallback, useEffect, useMemo, useRef, useState, type FormEvent } from 'react';
import { nowMs } from '../fhir/clock';
import { clockDate, parseFhirDate, showFhirDate, toLocalInput } from '../fhir/dates';
import { ageOn, deathOf, personName, yearsOf } from '../fhir/person';
import { server } from '../fhir/server';
import { FhirError } from '../fhir/client';
import type { Observation, Patient } from '../fhir/types';
import { useMe } from '../access/me';
import { wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { go, personHref } from '../route';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { PersonLine } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import type { Saved } from '../vitals/bundle';
import type { Background } from '../vitals/draft';
import { ACVPU, NUMBER_FIELDS, type NumberField } from '../vitals/kinds';
import { stageOf } from '../vitals/ranges';
import { useRecent } from '../vitals/recent';
import { isLow, LowGlucose, type Measured } from '../daily/LowGlucose';
import { isOutside, latestStay, openStay, saidOutside, type StaySpan } from '../vitals/stays';
import { useVitals } from '../vitals/useVitals';
import { useVitalsForm, type VitalsFormState } from '../vitals/useVitalsForm';
import { wordsFor } from '../vitals/words';
import { ChoiceRow } from './ChoiceRow';
import { fieldId, NumberRow, useTroubleText } from './NumberRow';

export function VitalsForm({ id }: { id: string }) {
  const { t } = useI18n();
  const patient = useLoad(id, (signal) => loadPerson(id, signal));
  useOnReconnect(patient.reload, patient.error !== undefined);
  return (
    <>
      <a className="an-back" href={personHref(id)}><Icon name="back" />{t('form.cancel')}</a>
      {patient.error !== undefined && <Problem error={patient.error} onRetry={patient.reload} />}
      {patient.data === undefined && patient.error === undefined && (
        <div role="status" aria-label={t('person.loading')}>
          {Array.from({ length: 8 }, (_, i) => <Skeleton key={i} height={52} mb={12} />)}
        </div>
      )}
      {patient.data !== undefined && <Form patient={patient.data.patient} stays={patient.data.stays} id={id} />}
    </>
  );
}

/* Whoever may not see where somebody stays measures all the same. */
async function loadPerson(id: string, signal: AbortSignal): Promise<{ patient: Patient; stays: StaySpan[] }> {
  const [read, stays] = await Promise.all([
    server.read<Patient>('Patient', id, signal),
    server.search<StaySpan>('Encounter', { patient: id, class: 'IMP', _sort: '-date', _count: 50 }, signal).catch((error: unknown) => {
      if (error instanceof FhirError && error.problem === 'forbidden') return { items: [] };
      throw error;
    }),
  ]);
  return { patient: read.resource, stays: stays.items };
}

/* A weight is compared with the last one of half a year, not with that of ten years ago. */
const RECENT_WEIGHT_MS = 183 * 86_400_000;

function useBackground(patient: Patient, vitals: ReturnType<typeof useVitals>['by']): Background {
  const years = yearsOf(ageOn(patient.birthDate, clockDate(new Date(nowMs()))));
  const last = vitals.weight.readings?.find((r) => r.main?.chart !== undefined);
  const recent = last?.at !== undefined && nowMs() - last.at < RECENT_WEIGHT_MS ? last.main?.chart : undefined;
  return useMemo(() => ({ stage: stageOf(years), lastWeight: recent }), [years, recent]);
}

const NUMBERS_AFTER_CHOICE: NumberField[] = ['temperature', 'weight', 'glucose'];

function Form({ patient, stays, id }: { patient: Patient; stays: StaySpan[]; id: string }) {
  const { t } = useI18n();
  const { practitioner } = useMe();
  const { by } = useVitals(id);
  const { remember } = useRecent();
  const words = useMemo(() => wordsFor(t), [t]);
  const background = useBackground(patient, by);
  const [low, setLow] = useState<Measured>();
  const glucose = useRef<Measured>(undefined);
  const onSaved = useCallback((saved: Saved[], waiting: boolean) => {
    if (!waiting) remember(id, saved);
    if (isLow(glucose.current)) setLow(glucose.current);
    else go(personHref(id));
  }, [remember, id]);
  const common = useCallback((at: number): Partial<Observation> => {
    const here = openStay(stays, at)?.id;
    return {
      ...saidOutside(stays, at),
      ...(here === undefined ? {} : { encounter: { reference: `Encounter/${here}` } }),
      ...(practitioner === undefined ? {} : { performer: [{ reference: practitioner }] }),
    };
  }, [stays, practitioner]);
  const died = patient.deceasedDateTime ?? (deathOf(patient).dead ? true : undefined);
  const form = useVitalsForm({ patientId: id, birthDate: patient.birthDate, ...(died === undefined ? {} : { died }), background, words, onSaved, common });
  const outside = form.trouble === undefined && isOutside(stays, parseFhirDate(form.draft.takenAt)?.ms ?? nowMs());
  /* meant for that time only: another one is asked about again */
  const [meantFor, setMeantFor] = useState<string>();
  const meant = meantFor === form.draft.takenAt;
  const setMeant = (yes: boolean): void => setMeantFor(yes ? form.draft.takenAt : undefined);
  const { value } = form.judged.fields.glucose;
  const unit = form.draft.glucoseUnit;
  if (!low) glucose.current = value === undefined || unit === '' ? undefined : { value: value.number, unit, at: nowMs() };
  const top = useRef<HTMLDivElement>(null);
  const [failedTries, setFailedTries] = useState(0);
  const submit = async (e: FormEvent): Promise<void> => {
    e.preventDefault();
    if (outside && !meant) document.getElementById('outside-stay')?.focus();
    else if (!(await form.save())) setFailedTries((n) => n + 1);
  };
  /* what stands in the way is shown on top, and the focus goes there */
  useEffect(() => {
    if (failedTries > 0) top.current?.focus();
  }, [failedTries]);

  if (low) return <LowGlucose low={low} onRead={() => go(personHref(id))} />;
  const row = (field: NumberField) => <NumberRow key={field} field={field} form={form} by={by} />;
  return (
    <form className="an-form" onSubmit={(e) => void submit(e)} noValidate aria-labelledby="form-title">
      <h1 id="form-title">{t('form.title')}</h1>
      <p className="an-form-who"><strong>{personName(patient) || t('people.noName')}</strong> · <PersonLine patient={patient} /></p>
      <p className="an-dim">{t('form.intro')}</p>
      {deathOf(patient).dead && <Notice kind="warn" title={t('form.deceased')} />}
      <div ref={top} tabIndex={-1} className="an-form-top">
        {form.failure && <SaveFailure error={form.failure} />}
        <NearNotice form={form} />
        {form.tried && !form.saving && !form.failure && !form.near && <Hindrances form={form} />}
      </div>
      {form.restored && <Restored form={form} />}
      <TakenAt form={form} />
      {outside && <Outside stay={latestStay(stays)} meant={meant} setMeant={setMeant} />}
      {row('breathing')}
      {row('spo2')}
      <ChoiceRow
        field="oxygen" form={form} by={by} value={form.draft.oxygen}
        options={[{ value: 'no', label: t('oxygen.no') }, { value: 'yes', label: t('oxygen.yes') }]}
        onPick={(oxygen) => form.change({ oxygen })}
      />
      {row('systolic')}
      {row('diastolic')}
      {row('pulse')}
      <ChoiceRow
        field="consciousness" form={form} by={by} value={form.draft.consciousness}
        options={ACVPU.map((value) => ({ value, label: t(`acvpu.${value}`) }))}
        onPick={(consciousness) => form.change({ consciousness })}
      />
      {NUMBERS_AFTER_CHOICE.map(row)}
      <div className="an-bottom-bar">
        {form.dirty && <span className="an-unsaved"><Icon name="warn" />{t('form.unsaved')}</span>}
        <Button type="submit" loading={form.saving} aria-label={form.saving ? t('form.saving') : undefined}>{t('form.save')}</Button>
      </div>
    </form>
  );
}

/* Said before anything is typed, and asked before it is saved. */
function Outside({ stay, meant, setMeant }: { stay: StaySpan | undefined; meant: boolean; setMeant: (yes: boolean) => void }) {
  const { t } = useI18n();
  const [from, to] = [showFhirDate(stay?.period?.start), showFhirDate(stay?.period?.end)];
  return (
    <Notice
      kind="warn" role="alert" title={t('form.outside')}
      after={<Checkbox id="outside-stay" label={t('form.outsideYes')} checked={meant} onChange={(e) => setMeant(e.currentTarget.checked)} />}
    >
      <p>{t(to === '' ? 'form.outsideSince' : 'form.outsideSpan', { from, to })}</p>
    </Notice>
  );
}

/* Measured by a colleague a moment ago, or typed a second time: whoever is at the bed knows. */
export function NearNotice({ form }: { form: VitalsFormState }) {
  const { t } = useI18n();
  const { near } = form;
  if (!near) return null;
  const when = wardStamp(Date.parse(near.at));
  return (
    <Notice
      kind="warn" role="alert" title={near.isMine ? t('near.mine', { when }) : t('near.other', { when, who: near.name || t('near.somebody') })}
      after={(
        <div className="an-row">
          <Button onClick={() => void form.save(true)}>{t('near.keep')}</Button>
          <Button variant="default" onClick={form.drop}>{t('near.drop')}</Button>
        </div>
      )}
    >
      <p>{t('near.ask')}</p>
    </Notice>
  );
}

export function SaveFailure({ error }: { error: FhirError }) {
  const { t } = useI18n();
  const kind = error.uncertain ? 'uncertain'
    : error.problem === 'busy' ? 'busy' : error.problem === 'forbidden' ? 'forbidden' : 'failed';
  return (
    <Notice kind="bad" title={t(`save.${kind}`)} role="alert">
      <p>{t(`save.${kind}Safe`)}</p>
      {error.diagnostics !== '' && <p className="an-dim">{t('error.detail', { text: error.diagnostics })}</p>}
    </Notice>
  );
}

/* Every open point with a way to its field. */
export function Hindrances({ form }: { form: VitalsFormState }) {
  const { t } = useI18n();
  const troubleText = useTroubleText();
  const { judged, trouble } = form;
  const jump = (target: string): void => document.getElementById(target)?.focus();
  const points: { id: string; text: string }[] = [
    ...(trouble ? [{ id: 'taken-at', text: t(`form.${trouble}`) }] : []),
    ...NUMBER_FIELDS.filter((f) => judged.wrong.includes(f) || judged.unconfirmed.includes(f)).map((f) => (judged.wrong.includes(f)
      ? { id: fieldId(f), text: troubleText(f, judged.fields[f].trouble, form.draft.glucoseUnit) }
      : { id: `${fieldId(f)}-rare`, text: t('rare.needConfirm', { field: t(`form.${f}`) }) })),
  ];
  if (!judged.anything && points.length === 0) return <Notice kind="bad" title={t('form.nothing')} role="alert" />;
  if (points.length === 0) return null;
  return (
    <Notice kind="bad" title={t('form.fixFirst', { n: points.length })} role="alert">
      <ul className="an-points">
        {points.map((p) => (
          <li key={p.id}><button type="button" className="an-link" onClick={() => jump(p.id)}>{p.text}</button></li>
        ))}
      </ul>
    </Notice>
  );
}

function Restored({ form }: { form: VitalsFormState }) {
  const { t } = useI18n();
  const when = showFhirDate(form.draft.takenAt) || showFhirDate(new Date(form.draft.touchedAt).toISOString());
  return (
    <Notice kind="info" title={t('form.restored', { when })} role="status">
      <Button variant="default" onClick={form.drop}>{t('form.dropDraft')}</Button>
    </Notice>
  );
}

function TakenAt({ form }: { form: VitalsFormState }) {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  const { takenAt } = form.draft;
  const at = parseFhirDate(takenAt);
  const trouble = form.trouble && t(`form.${form.trouble}`);
  return (
    <div className="an-field an-taken">
      <label className="an-field-label" htmlFor={open ? 'taken-at' : undefined}>{t('form.takenAt')}</label>
      <div className="an-row">
        {open ? (
          <input
            id="taken-at" type="datetime-local" className="an-time" disabled={form.saving}
            defaultValue={toLocalInput(at ? new Date(at.ms) : new Date(nowMs()))} max={toLocalInput(new Date(nowMs()))}
            aria-invalid={trouble !== undefined} aria-describedby={trouble ? 'taken-trouble' : undefined}
            onChange={(e) => form.setTime(e.currentTarget.value)}
          />
        ) : (
          <span className="an-taken-text"><Icon name="clock" />{takenAt === '' ? t('form.takenNow') : showFhirDate(takenAt)}</span>
        )}
        {!open && <Button id="taken-at" variant="default" onClick={() => setOpen(true)}>{t('form.takenChange')}</Button>}
        {(open || takenAt !== '') && (
          <Button variant="default" onClick={() => { setOpen(false); form.change({ takenAt: '' }); }}>{t('form.takenReset')}</Button>
        )}
      </div>
      {trouble && <p id="taken-trouble" className="an-trouble"><Icon name="bad" />{trouble}</p>}
    </div>
  );
}

