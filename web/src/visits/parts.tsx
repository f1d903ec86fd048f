/* The parts of a visit that hold entries: readings, problems, orders, results, procedures. Each is a list of what was chosen and one way
 * to add; everything added can be taken out again until it is signed. */

import { Button, Checkbox, Input } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import type { Observation } from '../fhir/types';
import type { I18n } from '../i18n/context';
import { useVisitWords, type VisitWords } from '../i18n/visits';
import { linesOf, rangeText, valueText } from '../results/read';
import { resultsHref } from '../results/screens';
import type { LabResult } from '../results/sheet';
import { showFhirDate } from '../fhir/dates';
import type { Lang } from '../vitals/number';
import { vitalsHref } from '../route';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { VITALS } from '../vitals/kinds';
import { readingsOf, hasValue } from '../vitals/reading';
import { readingText, whenText } from '../vitals/show';
import { uuid4 } from '../vitals/uuid';
import { codeText } from './codes';
import { CodePicker } from './CodePicker';
import { ORDER_KINDS, type DraftProcedure, type DraftResult, type Half, type VisitDraft } from './draft';
import { ICD10_SET, ORDER_SYSTEM, TECHNIQUE_SET, type Problem, type ServiceRequest } from './forms';
import { fitOf, whysOf, type Allowed, type Why } from './licence';
import { problemWords } from './load';

export interface PartProps { draft: VisitDraft; change: (part: Partial<VisitDraft>) => void }

interface AreaProps { label: string; value: string; onChange: (text: string) => void; rows?: number; hint?: string; /* the heading above says the same */ alone?: boolean }

export function Area({ label, value, onChange, rows = 2, hint, alone = false }: AreaProps) {
  const id = useId();
  return (
    <div className="an-entry">
      {!alone && <label htmlFor={id}>{label}</label>}
      <textarea id={id} aria-label={alone ? label : undefined} className="an-area" rows={rows} value={value} maxLength={4000} placeholder={hint} onChange={(e) => onChange(e.currentTarget.value)} />
    </div>
  );
}

export function Line({ label, value, onChange, wide = false, max = 200 }: { label: string; value: string; onChange: (text: string) => void; wide?: boolean; max?: number }) {
  const id = useId();
  return (
    <div className={wide ? 'an-entry an-visit-wide' : 'an-entry'}>
      <label htmlFor={id}>{label}</label>
      <Input id={id} value={value} maxLength={max} autoComplete="off" onChange={(e) => onChange(e.currentTarget.value)} />
    </div>
  );
}

function Taken({ children, what, onRemove }: { children: ReactNode; what: string; onRemove: () => void }) {
  const w = useVisitWords();
  return (
    <li className="an-visit-line">
      <div>{children}</div>
      <Button variant="subtle" aria-label={w('remove', { what })} onClick={onRemove}><Icon name="close" /></Button>
    </li>
  );
}

/* ---- readings of today ---- */

export interface TodayLine { id: string; text: string; short: string }

/* The newest reading of each kind that has a value. */
export function todayLines(patient: string, today: Observation[], i18n: I18n, line: (what: string, value: string, when: string) => string): TodayLine[] {
  return VITALS.flatMap((kind): TodayLine[] => {
    const r = readingsOf(kind, today, patient).find(hasValue);
    if (!r) return [];
    const [what, value, when] = [i18n.t(`vital.${kind.key}`), readingText(kind, r, i18n), whenText(r, i18n)];
    return [{ id: r.id, text: line(what, value, when), short: `${what} ${value}` }];
  });
}

export function Readings({ draft, change, patient, lines }: PartProps & { patient: string; lines: TodayLine[] }) {
  const w = useVisitWords();
  if (lines.length === 0) {
    return (
      <>
        <p className="an-dim">{w('vitals.none')}</p>
        <Button component="a" variant="default" href={vitalsHref(patient)} leftSection={<Icon name="pulse" />}>{w('vitals.measure')}</Button>
      </>
    );
  }
  const toggle = (id: string): void => change({ vitals: draft.vitals.includes(id) ? draft.vitals.filter((x) => x !== id) : [...draft.vitals, id] });
  return (
    <>
      <p className="an-dim">{w('vitals.how')}</p>
      <div className="an-visit-chips">
        {lines.map((l) => <Button key={l.id} variant={draft.vitals.includes(l.id) ? 'filled' : 'default'} aria-pressed={draft.vitals.includes(l.id)} onClick={() => toggle(l.id)}>{l.text}</Button>)}
      </div>
      <Button variant="default" onClick={() => change({ vitals: lines.map((l) => l.id) })}>{w('vitals.take')}</Button>
    </>
  );
}

/* ---- results that are there ---- */

export interface LabLine { id: string; text: string }

/* Each with the range of its paper and its day; the newest of each thing measured first. */
export function labLines(patient: string, labs: LabResult[], lang: Lang, say: VisitWords): LabLine[] {
  return linesOf(labs, patient, lang).flatMap((l) => l.values.map((v): LabLine => {
    const range = rangeText(v, lang);
    const flag = v.flag === 'H' || v.flag === 'L' ? `, ${say(`result.flag.${v.flag}`)}` : '';
    return { id: v.id, text: say('result.line', { what: l.name, value: valueText(v, lang), range: range === '' ? '' : say('result.inRange', { range }), flag, when: showFhirDate(v.when) }) };
  }));
}

export function Labs({ draft, change, patient, lines }: PartProps & { patient: string; lines: LabLine[] }) {
  const w = useVisitWords();
  const toggle = (id: string): void => change({ labs: draft.labs.includes(id) ? draft.labs.filter((x) => x !== id) : [...draft.labs, id] });
  return (
    <>
      {lines.length > 0 && (
        <>
          <h3>{w('result.hereIs')}</h3>
          <p className="an-dim">{w('result.hereHow')}</p>
          <div className="an-visit-chips">
            {lines.map((l) => <Button key={l.id} variant={draft.labs.includes(l.id) ? 'filled' : 'default'} aria-pressed={draft.labs.includes(l.id)} onClick={() => toggle(l.id)}>{l.text}</Button>)}
          </div>
        </>
      )}
      <Button component="a" variant="default" href={resultsHref(patient)}>{w('result.new')}</Button>
    </>
  );
}

/* ---- problems ---- */

export function Problems({ draft, change, known, day }: PartProps & { known: Problem[]; day: string }) {
  const w = useVisitWords();
  const seen = (id: string): boolean => draft.problems.some((p) => p.existing === id);
  const toggle = (c: Problem): void => {
    const id = c.id ?? '';
    change({ problems: seen(id) ? draft.problems.filter((p) => p.existing !== id) : [...draft.problems, { key: uuid4(), existing: id, coding: undefined, text: problemWords(c), doubtful: false }] });
  };
  const set = (key: string, doubtful: boolean): void => change({ problems: draft.problems.map((p) => (p.key === key ? { ...p, doubtful } : p)) });
  return (
    <>
      <h3>{w('problem.known')}</h3>
      {known.length === 0 ? <p className="an-dim">{w('problem.noneKnown')}</p> : (
        <>
          <p className="an-dim">{w('problem.knownHow')}</p>
          <div className="an-visit-chips">
            {known.map((c) => <Button key={c.id} variant={seen(c.id ?? '') ? 'filled' : 'default'} aria-pressed={seen(c.id ?? '')} onClick={() => toggle(c)}>{problemWords(c)}</Button>)}
          </div>
        </>
      )}
      <ul className="an-visit-lines">
        {draft.problems.filter((p) => p.existing === '').map((p) => {
          const words = p.coding ? codeText(p.coding) : p.text;
          return (
            <Taken key={p.key} what={words} onRemove={() => change({ problems: draft.problems.filter((x) => x.key !== p.key) })}>
              <p className="an-person-name">{words} {!p.coding && <span className="an-visit-mark">{w('problem.uncoded')}</span>}</p>
              <Checkbox label={w('problem.doubtful')} checked={p.doubtful} onChange={(e) => set(p.key, e.currentTarget.checked)} />
            </Taken>
          );
        })}
      </ul>
      <CodePicker
        label={w('problem.add')} set={ICD10_SET} day={day} kind="icd10" typed={draft.half.problem} onTyped={(problem) => change({ half: { ...draft.half, problem } })}
        onPick={(coding, text) => change({ problems: [...draft.problems, { key: uuid4(), existing: '', coding, text, doubtful: false }], half: { ...draft.half, problem: '' } })}
      />
    </>
  );
}

/* ---- orders ---- */

export function Orders({ draft, change }: PartProps) {
  const w = useVisitWords();
  const { order: text, orderKind: kind, urgent } = draft.half;
  const set = (part: Partial<Half>): void => change({ half: { ...draft.half, ...part } });
  const add = (): void => {
    if (kind === '' || text.trim() === '') return;
    change({ orders: [...draft.orders, { key: uuid4(), kind, text: text.trim(), urgent }], half: { ...draft.half, order: '', urgent: false } });
  };
  return (
    <>
      <ul className="an-visit-lines">
        {draft.orders.map((o) => (
          <Taken key={o.key} what={o.text} onRemove={() => change({ orders: draft.orders.filter((x) => x.key !== o.key) })}>
            {w(o.urgent ? 'order.urgentLine' : 'order.line', { kind: w(`order.${o.kind}`), text: o.text })}
          </Taken>
        ))}
      </ul>
      <div className="an-options" role="group" aria-label={w('order.kind')}>
        {ORDER_KINDS.map((k) => <Button key={k} variant={kind === k ? 'filled' : 'default'} aria-pressed={kind === k} onClick={() => set({ orderKind: k })}>{w(`order.${k}`)}</Button>)}
      </div>
      {kind !== '' && (
        <div className="an-visit-add">
          <Line wide label={w('order.what')} value={text} onChange={(order) => set({ order })} max={500} />
          <Checkbox label={w('order.urgent')} checked={urgent} onChange={(e) => set({ urgent: e.currentTarget.checked })} />
          <Button variant="default" disabled={text.trim() === ''} onClick={add} leftSection={<Icon name="plus" />}>{w('order.add')}</Button>
        </div>
      )}
    </>
  );
}

/* ---- results ---- */

const isImaging = (o: ServiceRequest): boolean => (o.category ?? []).some((c) => (c.coding ?? []).some((x) => x.system === ORDER_SYSTEM && x.code === 'imaging'));
const isReferral = (o: ServiceRequest): boolean => (o.category ?? []).some((c) => (c.coding ?? []).some((x) => x.system === ORDER_SYSTEM && x.code === 'referral'));

export function Results({ draft, change, orders }: PartProps & { orders: ServiceRequest[] }) {
  const w = useVisitWords();
  const waiting = orders.filter((o) => !isReferral(o) && !draft.results.some((r) => r.order === o.id));
  const add = (r: Partial<DraftResult>): void => change({ results: [...draft.results, { key: uuid4(), kind: 'lab', order: '', name: '', value: '', unit: '', ...r }] });
  const set = (key: string, part: Partial<DraftResult>): void => change({ results: draft.results.map((r) => (r.key === key ? { ...r, ...part } : r)) });
  return (
    <>
      {waiting.length > 0 && <h3>{w('result.open')}</h3>}
      <ul className="an-visit-lines">
        {waiting.map((o) => (
          <li key={o.id} className="an-visit-line">
            <div>{o.code?.text ?? ''}</div>
            <Button variant="default" aria-label={`${w('result.enter')}: ${o.code?.text ?? ''}`} onClick={() => add({ order: o.id ?? '', name: o.code?.text ?? '', kind: isImaging(o) ? 'imaging' : 'lab' })}>{w('result.enter')}</Button>
          </li>
        ))}
        {draft.results.map((r) => (
          <Taken key={r.key} what={r.name === '' ? w('section.results') : r.name} onRemove={() => change({ results: draft.results.filter((x) => x.key !== r.key) })}>
            <div className="an-visit-fields">
              <Line label={w(r.kind === 'imaging' ? 'result.imagingName' : 'result.name')} value={r.name} onChange={(name) => set(r.key, { name })} />
              {r.kind === 'imaging'
                ? <Area label={w('result.conclusion')} value={r.value} onChange={(value) => set(r.key, { value })} />
                : <><Line label={w('result.value')} value={r.value} onChange={(value) => set(r.key, { value })} /><Line label={w('result.unit')} value={r.unit} onChange={(unit) => set(r.key, { unit })} max={20} /></>}
            </div>
          </Taken>
        ))}
      </ul>
      <div className="an-row">
        <Button variant="default" leftSection={<Icon name="plus" />} onClick={() => add({})}>{w('result.add')}</Button>
        <Button variant="default" leftSection={<Icon name="plus" />} onClick={() => add({ kind: 'imaging' })}>{w('result.addImaging')}</Button>
      </div>
    </>
  );
}

/* ---- procedures: what is outside licence or list is stopped, or says why ---- */

export const needsWhy = (allowed: Allowed) => (p: DraftProcedure): boolean => whysOf(fitOf(p.coding?.code, allowed)).length > 0;

export function Procedures({ draft, change, allowed, day }: PartProps & { allowed: Allowed; day: string }) {
  const w = useVisitWords();
  const set = (key: string, part: Partial<DraftProcedure>): void => change({ procedures: draft.procedures.map((p) => (p.key === key ? { ...p, ...part } : p)) });
  return (
    <>
      <ul className="an-visit-lines">
        {draft.procedures.map((p) => {
          const words = p.coding ? codeText(p.coding) : p.text;
          const fit = fitOf(p.coding?.code, allowed);
          return (
            <Taken key={p.key} what={words} onRemove={() => change({ procedures: draft.procedures.filter((x) => x.key !== p.key) })}>
              <p className="an-person-name">{words} <span className={fit === 'listed' ? 'an-visit-small' : 'an-visit-mark'}>{w(`procedure.${fit}`)}</span></p>
              {whysOf(fit).length > 0 && (
                <Notice kind={fit === 'outside-licence' ? 'bad' : 'warn'} title={w(fit === 'outside-licence' ? 'procedure.stop' : 'procedure.say')}>
                  <Whys whys={whysOf(fit)} procedure={p} set={(part) => set(p.key, part)} />
                </Notice>
              )}
            </Taken>
          );
        })}
      </ul>
      <CodePicker
        label={w('procedure.add')} set={TECHNIQUE_SET} day={day} kind="techniques" mark={(c) => w(`procedure.${fitOf(c.code, allowed)}`)}
        typed={draft.half.procedure} onTyped={(procedure) => change({ half: { ...draft.half, procedure } })}
        onPick={(coding, text) => change({ procedures: [...draft.procedures, { key: uuid4(), coding, text, why: '', whyText: '' }], half: { ...draft.half, procedure: '' } })}
      />
    </>
  );
}

function Whys({ whys, procedure, set }: { whys: readonly Why[]; procedure: DraftProcedure; set: (part: Partial<DraftProcedure>) => void }) {
  const w = useVisitWords();
  return (
    <>
      <div className="an-options" role="group" aria-label={w('procedure.why')}>
        {whys.map((y) => <Button key={y} variant={procedure.why === y ? 'filled' : 'default'} aria-pressed={procedure.why === y} onClick={() => set({ why: y })}>{w(`why.${y}`)}</Button>)}
      </div>
      <Line wide label={w('procedure.whyText')} value={procedure.whyText} onChange={(whyText) => set({ whyText })} />
    </>
  );
}

