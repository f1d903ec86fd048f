/* Typing a paper of a laboratory: its day, its place, the order it answers, then one row after the other. Panels bring their rows; a row left
 * empty is no result. */

import { Button, Input } from '@mantine/core';
import { useId, useState, type KeyboardEvent } from 'react';
import { nowMs } from '../fhir/clock';
import { Line } from '../visits/parts';
import { showFhirDay } from '../fhir/dates';
import { useI18n } from '../i18n/context';
import { useVisitWords, VISIT_CATALOGUES } from '../i18n/visits';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import type { ServiceRequest } from '../visits/forms';
import { analyteOf, findAnalytes, nameIn, PANELS, type Analyte } from './analytes';
import { Flagged } from './Flagged';
import { rangeBefore, type Line as Known } from './read';
import { emptyRow, flagOfRow, isFilled, otherUnits, sheetTrouble, todayOf, troubleOf, type Row } from './sheet';
import type { UseSheet } from './useSheet';

interface Props { use: UseSheet; orders: ServiceRequest[]; known: Known[]; born: string; onSaved: () => void }

export function SheetForm({ use, orders, known, born, onSaved }: Props) {
  const w = useVisitWords();
  const { lang } = useI18n();
  const { sheet, change } = use;
  const [tried, setTried] = useState(false);
  const today = todayOf(nowMs());
  const trouble = sheetTrouble(sheet, today, born);
  const wrong = sheet.rows.filter((r) => isFilled(r) && troubleOf(r) !== undefined);
  const set = (key: string, part: Partial<Row>): void => change({ rows: sheet.rows.map((r) => (r.key === key ? { ...r, ...part } : r)) });
  const add = (rows: Row[]): void => change({ rows: [...sheet.rows, ...rows] });
  const offered = sheet.rows.filter((r) => r.low === '' && r.high === '' && rangeBefore(known, r.analyte, r.unit) !== undefined);
  const save = (): void => {
    setTried(true);
    if (trouble !== undefined || wrong.length > 0) return;
    use.save(VISIT_CATALOGUES.vi['result.sheet']);
    onSaved();
  };
  return (
    <div className="an-result-sheet">
      <div className="an-visit-fields">
        <label className="an-entry">{w('result.day')}{sheet.day !== '' && ` · ${showFhirDay(sheet.day)}`}<input type="date" className="an-time" max={today} value={sheet.day} onChange={(e) => change({ day: e.currentTarget.value })} /></label>
        <Line wide label={w('result.lab')} value={sheet.lab} onChange={(lab) => change({ lab })} max={120} />
      </div>
      {orders.length > 0 && (
        <div className="an-entry">
          <span className="an-record-label">{w('result.answers')}</span>
          <div className="an-options" role="group" aria-label={w('result.answers')}>
            {orders.map((o) => (
              <Button key={o.id} variant={sheet.order === o.id ? 'filled' : 'default'} aria-pressed={sheet.order === o.id} onClick={() => change(sheet.order === o.id ? { order: '', title: '' } : { order: o.id ?? '', title: o.code?.text ?? '' })}>
                {[o.code?.text, showFhirDay(o.authoredOn)].filter(Boolean).join(' · ')}
              </Button>
            ))}
          </div>
        </div>
      )}
      <div className="an-entry">
        <span className="an-record-label">{w('result.panels')}</span>
        <div className="an-options" role="group" aria-label={w('result.panels')}>
          {PANELS.map((p) => <Button key={p.key} variant="default" onClick={() => add(p.of.filter((k) => !sheet.rows.some((r) => r.analyte === k)).map((k) => emptyRow(analyteOf(k))))}>{nameIn(p, lang)}</Button>)}
        </div>
      </div>
      <Finder onPick={(a, typed) => add([a ? emptyRow(a) : { ...emptyRow(), name: typed }])} />
      {offered.length > 0 && (
        <Button variant="default" onClick={() => change({ rows: sheet.rows.map((r) => (offered.includes(r) ? { ...r, ...rangeBefore(known, r.analyte, r.unit) } : r)) })}>{w('result.rangesBefore', { n: offered.length })}</Button>
      )}
      <div className="an-result-rows">
        {sheet.rows.map((r) => <RowEntry key={r.key} row={r} said={tried} set={(part) => set(r.key, part)} onRemove={() => change({ rows: sheet.rows.filter((x) => x.key !== r.key) })} />)}
      </div>
      {tried && (trouble !== undefined || wrong.length > 0) && (
        <Notice kind="warn" role="alert" title={w('result.notYet')}>
          <ul>{trouble !== undefined && <li>{w(`result.trouble.${trouble}`)}</li>}{wrong.map((r) => <li key={r.key}>{shownName(r, lang)}: {w(`result.row.${troubleOf(r) ?? 'value'}`)}</li>)}</ul>
        </Notice>
      )}
      <div className="an-row">
        <Button onClick={save}>{w('result.save')}</Button>
        <Button variant="subtle" onClick={() => { use.drop(); onSaved(); }}>{w('result.drop')}</Button>
      </div>
    </div>
  );
}

const shownName = (r: Row, lang: 'vi' | 'en'): string => {
  const a = analyteOf(r.analyte);
  return a ? nameIn(a, lang) : r.name;
};

/* What is not in a panel, found while typing; anything may be written without a code. */
function Finder({ onPick }: { onPick: (a: Analyte | undefined, typed: string) => void }) {
  const w = useVisitWords();
  const { lang } = useI18n();
  const id = useId();
  const [typed, setTyped] = useState('');
  const found = findAnalytes(typed);
  const wanted = typed.trim();
  const pick = (a: Analyte | undefined): void => {
    onPick(a, wanted);
    setTyped('');
  };
  const key = (e: KeyboardEvent): void => {
    if (e.key !== 'Enter' || e.nativeEvent.isComposing || found[0] === undefined) return;
    e.preventDefault();
    pick(found[0]);
  };
  return (
    <div className="an-entry">
      <label htmlFor={id}>{w('result.find')}</label>
      <Input id={id} value={typed} autoComplete="off" spellCheck={false} maxLength={120} onChange={(e) => setTyped(e.currentTarget.value)} onKeyDown={key} />
      {wanted !== '' && (
        <div className="an-options" role="group" aria-label={w('result.found')}>
          {found.map((a) => <Button key={a.key} variant="default" onClick={() => pick(a)}>{nameIn(a, lang)}</Button>)}
          <Button variant="subtle" onClick={() => pick(undefined)}>{w('code.free', { text: wanted })}</Button>
        </div>
      )}
    </div>
  );
}

/* Enter goes on to the next number, as on the paper. */
function nextValue(e: KeyboardEvent<HTMLInputElement>): void {
  if (e.key !== 'Enter' || e.nativeEvent.isComposing) return;
  const all = [...(e.currentTarget.closest('.an-result-rows')?.querySelectorAll<HTMLInputElement>('.an-result-value input') ?? [])];
  all[all.indexOf(e.currentTarget) + 1]?.focus();
}

interface RowProps { row: Row; said: boolean; set: (part: Partial<Row>) => void; onRemove: () => void }

function RowEntry({ row, said, set, onRemove }: RowProps) {
  const w = useVisitWords();
  const { lang } = useI18n();
  const analyte = analyteOf(row.analyte);
  const name = shownName(row, lang);
  const trouble = isFilled(row) ? troubleOf(row) : undefined;
  /* what is not finished is said when somebody wants to go on; what cannot be, at once */
  const shown = trouble !== undefined && (said || !['value', 'unit'].includes(trouble)) ? trouble : undefined;
  const others = shown === 'impossible' ? otherUnits(row) : [];
  return (
    <fieldset className="an-result-row">
      <legend>{name} <Flagged flag={flagOfRow(row)} /></legend>
      <div className="an-result-fields">
        <label className="an-result-value">{w('result.value')}<Input aria-label={w('result.valueOf', { name })} aria-invalid={shown !== undefined} value={row.value} maxLength={80} autoComplete="off" onChange={(e) => set({ value: e.currentTarget.value })} onKeyDown={nextValue} /></label>
        {analyte === undefined && <label>{w('result.unit')}<Input aria-label={w('result.unitOf', { name })} value={row.unit} maxLength={20} autoComplete="off" onChange={(e) => set({ unit: e.currentTarget.value })} /></label>}
        {analyte !== undefined && (analyte.units.length === 1 ? <span className="an-result-unit">{row.unit}</span> : (
          <div className="an-options" role="group" aria-label={w('result.unitOf', { name })}>
            {analyte.units.map((u) => <Button key={u.unit} variant={row.unit === u.unit ? 'filled' : 'default'} aria-pressed={row.unit === u.unit} onClick={() => set({ unit: u.unit })}>{u.unit}</Button>)}
          </div>
        ))}
        <label className="an-result-bound">{w('result.low')}<Input aria-label={w('result.lowOf', { name })} inputMode="decimal" value={row.low} maxLength={10} autoComplete="off" onChange={(e) => set({ low: e.currentTarget.value })} /></label>
        <label className="an-result-bound">{w('result.high')}<Input aria-label={w('result.highOf', { name })} inputMode="decimal" value={row.high} maxLength={10} autoComplete="off" onChange={(e) => set({ high: e.currentTarget.value })} /></label>
        <Button variant="subtle" aria-label={w('remove', { what: name })} onClick={onRemove}><Icon name="close" /></Button>
      </div>
      {shown !== undefined && (
        <p className="an-result-wrong" role="alert">
          <Icon name="warn" /> {w(`result.row.${shown}`)}
          {others.map((u) => <Button key={u.unit} variant="default" onClick={() => set({ unit: u.unit })}>{w('result.otherUnit', { unit: u.unit })}</Button>)}
        </p>
      )}
    </fieldset>
  );
}
