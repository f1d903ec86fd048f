/* The dry run of the book of what each resident takes: every line an order that was written elsewhere or earlier, of one resident, to be
 * checked by a second person before a dose of it is given (docs/conformance.md). Pure: the record's side is given. */

import { isListed } from '../drugs/controlled';
import type { Allergy } from '../drugs/forms';
import { medicineText } from '../drugs/doses';
import { conceptText } from '../fhir/clinical';
import { daysInMonth, type ClockDate } from '../fhir/dates';
import type { Resource } from '../fhir/types';
import { addDays } from '../fhir/zone';
import { warningsOf, type FullOrder, type Route } from '../prescribe/order';
import { medicineStems } from '../drugs/names';
import { readCard, readDate, readIdNumber, show, type Cell, type Code } from './cells';
import { readColumns, readDose, routeOf, unitOf, type Dose } from './dose';
import type { Candidate, People } from './match';
import type { MedicineField } from './medicineFields';
import { encodingsFor, Reader, rowsBeside, verdictOf, type Checked, type Corrections, type Mapping } from './reader';
import { isBlankRow } from './table';

export type TakenCode =
  | Code | 'personNone' | 'personBirth' | 'personUnnamed' | 'personSeveral' | 'nameDiffers' | 'bedOnly' | 'bedDiffers' | 'personAbove' | 'notAsked'
  | 'medicineMissing' | 'doseMissing' | 'doseUnclear' | 'doseOffered' | 'noTimes' | 'unitMissing' | 'routeMissing' | 'muchAtOnce'
  | 'controlledAsk' | 'allergy' | 'ordered' | 'lineTwice' | 'prescriberMissing' | 'ended' | 'endsFirst' | 'daysUnreadable' | 'dayMissing' | 'endsMonth' | 'sameOrder' | 'stoppedBefore';

/* What somebody said to a question of the dry run; nothing is chosen beforehand. */
export interface Answers { person?: string; controlled?: boolean }

export interface TakenLine {
  person?: Candidate; several: Candidate[];
  medicine: string; doseText: string; dose: Dose; unit: string; route: Route | '';
  from?: string; to?: string; prescriber: string; place: string; paperDay?: string; note: string;
  controlled: boolean; asksControlled: boolean; warned: boolean;
  key: string; /* what makes this line this line, whenever the book is brought again */
}
export interface TakenRow extends Checked<MedicineField, TakenCode> { line: TakenLine }

/* What the record has of those it was `asked` about: allergies, what stands, and the lines of books that were brought before, with whether they stand. */
export interface Meds { asked: ReadonlySet<string>; allergies: Allergy[]; orders: FullOrder[]; included: Resource[]; lines: Map<string, boolean> }
export const NO_MEDS: Meds = { asked: new Set(), allergies: [], orders: [], included: [], lines: new Map() };
export const moreMeds = (a: Meds, b: Meds): Meds => ({
  asked: new Set([...a.asked, ...b.asked]), allergies: [...a.allergies, ...b.allergies], orders: [...a.orders, ...b.orders], included: [...a.included, ...b.included], lines: new Map([...a.lines, ...b.lines]),
});
/* Whom the lines may be of, by id. */
export const peopleIn = (rows: TakenRow[]): string[] => [...new Set(rows.flatMap((r) => [r.line.person, ...r.line.several].flatMap((p) => (p ? [p.id] : []))))];

const TEXTS: MedicineField[] = ['name', 'room', 'bed', 'medicine', 'ingredient', 'strength', 'form', 'unit', 'route', 'dose', 'morning', 'noon', 'afternoon', 'evening', 'prescriber', 'place', 'note'];
const MOST_AT_ONCE = 10;
const YES = /^(x|v|co|yes|1|\+|gn|ht|gay nghien|huong than|kiem soat.*)$/;

/* A text as part of an identifier: letters and digits stand, everything else is spelt, so that two texts are never one. A long one is
 * cut and ends with a print of the whole (an old book has eighty letters of how a thing is taken, and what differs stands at the end). */
export function spelt(text: string): string {
  const whole = [...text].map((c) => (/[a-z0-9]/.test(c) ? c : c === ' ' ? '_' : `.${(c.codePointAt(0) ?? 0).toString(16)}-`)).join('');
  return whole.length <= SPELT ? whole : `${whole.slice(0, SPELT - 17)}.${printOf(whole)}`;
}
const SPELT = 200;

/* FNV-1a, 64 bit, as 16 digits. */
function printOf(text: string): string {
  let n = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) n = BigInt.asUintN(64, (n ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n);
  return n.toString(16).padStart(16, '0');
}
const plain = (text: string): string => text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();

export const iso = (d: ClockDate): string => `${d.year}-${String(d.month).padStart(2, '0')}-${String(d.day).padStart(2, '0')}`;

type R = Reader<MedicineField, TakenCode>;

/* Days that may lie ahead: an order runs until the end of the year. A month as the end is offered as its last day; no other day is made up. */
function aheadDate(r: R, field: 'from' | 'to', today: ClockDate): string | undefined {
  const far: ClockDate = { ...today, year: today.year + 2 };
  return r.read<string>(field, (c) => {
    const { value, findings } = readDate(c, far);
    const said = findings.filter((f) => f.code !== 'yearOnly');
    if (value === undefined || value.length === 10) return { value, findings: said };
    if (field === 'from' || value.length === 4) return { value: undefined, findings: [...said, { level: 'refuse', code: 'dayMissing' }] };
    const [year, month] = [Number(value.slice(0, 4)), Number(value.slice(5))];
    const last = iso({ year, month, day: daysInMonth(year, month) });
    return { value: last, findings: [...said, { level: 'doubt', code: 'endsMonth', offer: show(last) }] };
  });
}

/* "Amlodipin" with its strength in a column of its own; the substance where the book has nothing else. */
export function medicineName(r: { text: (f: MedicineField) => string }): string {
  const [name, strength, substance] = [r.text('medicine'), r.text('strength'), r.text('ingredient')];
  const base = name === '' ? substance : name;
  const has = strength === '' || base.replace(/\s/g, '').toLowerCase().includes(strength.replace(/\s/g, '').toLowerCase());
  return (base === '' || has ? base : `${base} ${strength}`).slice(0, 200);
}

interface Before { ordersOf: (person: string) => FullOrder[]; whose: { name: string; room: string; bed: string; numbers: string[]; birth: string | undefined } | undefined; lines: Map<string, number>; stems: Map<string, number> }

function whoseOf(r: R, today: ClockDate): NonNullable<Before['whose']> {
  const id = r.read('idNumber', readIdNumber);
  const numbers = [id?.value, r.read('card', readCard), r.text('recordNumber') || undefined].filter((n): n is string => n !== undefined && n !== '');
  const birth = readDate(r.cell(r.column('birth')), today); /* only to tell people apart: a year alone will do */
  r.add('birth', r.column('birth'), birth.findings.filter((f) => f.level !== 'note'));
  return { name: r.text('name'), birth: birth.value, numbers, room: r.text('room'), bed: r.text('bed') };
}

/* One name over the lines of several medicines stands only in the first of them. */
function person(r: R, today: ClockDate, people: People, before: Before, answer: Answers | undefined): { person?: Candidate; several: Candidate[] } {
  let whose = whoseOf(r, today);
  const isEmpty = whose.name === '' && whose.numbers.length === 0 && whose.bed === '';
  if (isEmpty && before.whose) {
    whose = before.whose;
    r.say('name', 'doubt', 'personAbove', whose.name || whose.bed);
  } else before.whose = isEmpty ? undefined : whose;
  const m = people.match(whose);
  const at: MedicineField = whose.name === '' ? 'bed' : 'name';
  if (m.kind === 'none') {
    r.say(at, 'refuse', m.why);
    return { several: [] };
  }
  if (m.kind === 'several') {
    const chosen = m.people.find((p) => p.id === answer?.person);
    if (!chosen) r.say(at, 'doubt', 'personSeveral', String(m.people.length));
    return { several: m.people, ...(chosen && { person: chosen }) };
  }
  if (m.doubt) r.say(at, 'doubt', m.doubt, m.doubt === 'bedDiffers' ? m.person.place : m.person.name);
  return { person: m.person, several: [] };
}

function doseOf(r: R): { dose: Dose; doseText: string; unit: string; route: Route | '' } {
  const unitSaid = unitOf(r.text('unit')) || r.text('unit').slice(0, 20);
  const routeSaid = routeOf(r.text('route'));
  const cells = { morning: r.text('morning'), noon: r.text('noon'), afternoon: r.text('afternoon'), evening: r.text('evening') };
  const words = r.texts('dose');
  const byColumns = readColumns(cells, unitSaid, routeSaid);
  const slots = ([['morning', 'Sáng'], ['noon', 'Trưa'], ['afternoon', 'Chiều'], ['evening', 'Tối']] as const).filter(([f]) => cells[f] !== '').map(([f, name]) => `${name} ${cells[f]}`).join(', ');
  const doseText = [slots, words].filter((t) => t !== '').join('; ');
  /* a word beside the four columns may say "cách ngày": only a way of taking it is understood there */
  const beside = byColumns !== undefined && words !== '' && routeOf(words) === '';
  const dose: Dose = byColumns === undefined ? readDose(words) : beside ? { kind: 'unclear' } : byColumns;
  const unit = dose.kind === 'unclear' ? unitSaid : dose.unit || unitSaid;
  const route = routeSaid !== '' ? routeSaid : dose.kind === 'unclear' ? '' : dose.route || routeOf(words);
  return { dose, doseText, unit, route };
}

const most = (d: Dose): number => (d.kind === 'unclear' ? 0 : d.kind === 'scheduled' ? Math.max(...d.parts.map((p) => Number(p.amount.replace(',', '.')))) : Number(d.amount.replace(',', '.')));

function sayDose(r: R, d: ReturnType<typeof doseOf>): void {
  const at: MedicineField = r.column('dose') >= 0 ? 'dose' : 'morning';
  if (d.doseText === '') r.say(at, 'refuse', 'doseMissing');
  else if (d.dose.kind === 'unclear') r.say(at, 'doubt', 'doseUnclear', d.doseText);
  else {
    if (d.unit === '') r.say('unit', 'doubt', 'unitMissing');
    if (d.dose.kind === 'scheduled' && d.dose.offered) r.say(at, 'doubt', 'doseOffered', d.dose.parts.map((p) => `${p.times.join(', ')}: ${p.amount}`).join('; '));
    if (d.dose.kind === 'counted') r.say(at, 'doubt', 'noTimes');
    if (/^(viên|viên nang|gói|ống|lọ|miếng)$/.test(d.unit) && most(d.dose) > MOST_AT_ONCE) r.say(at, 'doubt', 'muchAtOnce', String(most(d.dose)));
  }
  if (d.doseText !== '' && d.route === '') r.say(r.column('route') >= 0 ? 'route' : at, 'doubt', 'routeMissing');
}

function days(r: R, today: ClockDate): { from?: string; to?: string; paperDay?: string } {
  const from = aheadDate(r, 'from', today);
  let to = aheadDate(r, 'to', today);
  const paperDay = r.read('paperDay', (c) => readDate(c, today));
  const count = r.text('days');
  const m = /^(\d{1,3})( ngày)?$/.exec(count);
  const start = from ?? (paperDay?.length === 10 ? paperDay : undefined);
  if (count !== '' && !m) r.say('days', 'doubt', 'daysUnreadable', count);
  if (m && to === undefined && start !== undefined && Number(m[1]) > 0) to = addDays(start, Number(m[1]) - 1);
  else if (m && to === undefined) r.say('days', 'doubt', 'daysUnreadable', count);
  const ends: MedicineField = r.column('to') >= 0 && r.text('to') !== '' ? 'to' : 'days';
  if (to !== undefined && from !== undefined && to < from) r.say(ends, 'refuse', 'endsFirst');
  else if (to !== undefined && to < iso(today)) r.say(ends, 'refuse', 'ended', to);
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }), ...(paperDay !== undefined && { paperDay }) };
}

function controlledOf(r: R, medicine: string, answer: Answers | undefined): { controlled: boolean; asksControlled: boolean } {
  if (YES.test(plain(r.text('controlled')).normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd'))) return { controlled: true, asksControlled: false };
  if (!isListed(medicine)) return { controlled: false, asksControlled: false };
  if (answer?.controlled === undefined) r.say('medicine', 'doubt', 'controlledAsk', medicine);
  return { controlled: answer?.controlled === true, asksControlled: true };
}

/* Allergies, and the same substance in what stands already or higher up in this book. */
function warn(r: R, medicine: string, who: Candidate, meds: Meds, before: Before, row: number): boolean {
  const warnings = warningsOf(medicine, who.id, meds.allergies, before.ordersOf(who.id), meds.included);
  if (warnings.allergies.length > 0) r.say('medicine', 'doubt', 'allergy', warnings.allergies.map((a) => conceptText(a.code)).join(', '));
  if (warnings.same.length > 0) r.say('medicine', 'doubt', 'ordered', warnings.same.map((o) => medicineText(o, meds.included)).join(', '));
  for (const stem of medicineStems({ text: medicine, concept: undefined })) {
    const key = `${who.id} ${stem}`;
    const first = before.stems.get(key);
    if (first !== undefined) {
      r.say('medicine', 'doubt', 'lineTwice', String(first));
      break;
    }
    before.stems.set(key, row);
  }
  return warnings.allergies.length + warnings.same.length > 0;
}

/* With the unit: "1" of a tablet and "1" of a sachet are two lines. */
export const keyOf = (person: string, medicine: string, doseText: string, unit: string, d: { from?: string; to?: string; paperDay?: string }): string =>
  [person, spelt(plain(medicine)), spelt(plain(doseText)), spelt(plain(unit)), d.from ?? d.paperDay ?? '', d.to ?? ''].join('/');

export interface Dry { today: ClockDate; people: People; meds: Meds; corrections: Corrections; answers: Map<number, Answers> }

function rowOf(row: number, r: R, dry: Dry, before: Before): TakenRow {
  r.before('ignore');
  const answer = dry.answers.get(row);
  const medicine = medicineName(r);
  if (medicine.length < 2) r.say('medicine', 'refuse', 'medicineMissing');
  const who = person(r, dry.today, dry.people, before, answer);
  if (who.person && !dry.meds.asked.has(who.person.id)) r.say('name', 'refuse', 'notAsked');
  const dose = doseOf(r);
  sayDose(r, dose);
  const when = days(r, dry.today);
  const prescriber = r.text('prescriber');
  if (prescriber === '' && r.text('place') === '') r.say('prescriber', 'doubt', 'prescriberMissing');
  const kept = controlledOf(r, medicine, answer);
  const key = who.person ? keyOf(who.person.id, medicine, dose.doseText, dose.unit, when) : '';
  const isSame = key !== '' && (dry.meds.lines.get(key) === true || before.lines.has(key));
  let warned = false;
  if (isSame) {
    const first = before.lines.get(key);
    r.say('medicine', 'note', first === undefined ? 'sameOrder' : 'sameInFile', first === undefined ? undefined : String(first));
  } else if (who.person && medicine !== '') warned = warn(r, medicine, who.person, dry.meds, before, row);
  if (!isSame && dry.meds.lines.has(key)) r.say('medicine', 'doubt', 'stoppedBefore');
  if (key !== '' && !isSame) before.lines.set(key, row);
  return {
    row, findings: r.findings, verdict: verdictOf(r.findings, isSame),
    line: { ...who, medicine, ...dose, ...when, prescriber, place: r.text('place'), note: r.texts('note'), ...kept, warned, key },
  };
}

export function planTaken(rows: Cell[][], mapping: Mapping<MedicineField>, dry: Dry): TakenRow[] {
  const encodings = encodingsFor(rows, mapping, TEXTS);
  const byPerson = new Map<string, FullOrder[]>();
  for (const o of dry.meds.orders) byPerson.set(o.subject?.reference ?? '', [...(byPerson.get(o.subject?.reference ?? '') ?? []), o]);
  const before: Before = { ordersOf: (person) => byPerson.get(`Patient/${person}`) ?? [], whose: undefined, lines: new Map(), stems: new Map() };
  const beside = rowsBeside(rows, mapping);
  const planned: TakenRow[] = [];
  for (let i = mapping.firstRow; i < rows.length; i++) {
    const cells = rows[i] ?? [];
    if (isBlankRow(cells) || beside.has(i + 1)) {
      before.whose = undefined; /* nothing reaches over an empty line */
      continue;
    }
    planned.push(rowOf(i + 1, new Reader<MedicineField, TakenCode>(cells, mapping, encodings, i + 1, dry.corrections), dry, before));
  }
  return planned;
}

/* Whoever agrees has answered what only a person can know. */
export const isAnswered = (r: TakenRow, answer: Answers | undefined): boolean =>
  r.line.person !== undefined && (!r.line.asksControlled || answer?.controlled !== undefined);
