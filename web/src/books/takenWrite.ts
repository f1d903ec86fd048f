/* A line of the book as an order: transcribed, never prescribed. Whoever imports is its recorder, its prescriber stands in words, and no dose
 * of it is given before another person has compared it with the paper (docs/conformance.md). What was not understood stays text: such an
 * order is shown in the round's list of what has no times, and a doctor writes it anew. */

import type { DosageInstruction } from '../drugs/forms';
import type { Giver } from '../drugs/record';
import type { BundleEntry, Resource } from '../fhir/types';
import { wardTime } from '../fhir/zone';
import { emptyWish, orderOf, type About, type FullOrder, type Wish } from '../prescribe/order';
import type { TakenLine } from './taken';

/* <person>/<medicine>/<dose>/<unit>/<from>/<to>, spelt: the same line is written once, whoever brings the book again. */
export const LINE_SYSTEM = 'urn:ansinh:id:book-line';
export const BOOK_SYSTEM = 'urn:ansinh:id:import';

export interface TakenContext { importId: string; me: Giver; at: number; words: About['words']; say: { book: string; noPrescriber: string; despite: string; counted: (n: number) => string } }

const wishFor = (line: TakenLine, amount: string, times: string[]): Wish => ({
  ...emptyWish('', true), medicine: line.medicine, amount, unit: line.unit, route: line.route, times, controlled: line.controlled,
  despite: '', prescriber: line.prescriber, place: line.place,
});

const orderFor = (wish: Wish, line: TakenLine, c: TakenContext): FullOrder =>
  orderOf({ ...wish, paperDay: line.paperDay ?? line.from ?? '' }, { patient: line.person?.id ?? '', stay: line.person?.stay ?? '', me: c.me, at: c.at, words: c.words });

/* The bounds of the book: not before it was brought, not behind its last day. */
function bounded(d: DosageInstruction, line: TakenLine, at: number): DosageInstruction {
  const bounds = { ...d.timing?.repeat?.boundsPeriod };
  if (line.from !== undefined && line.from > wardTime(at).day) bounds.start = line.from;
  if (line.to !== undefined) bounds.end = line.to;
  return { ...d, timing: { repeat: { ...d.timing?.repeat, boundsPeriod: bounds } } };
}

function dosagesOf(line: TakenLine, c: TakenContext): DosageInstruction[] {
  const { dose } = line;
  const made = (wish: Wish): DosageInstruction[] => (orderFor(wish, line, c).dosageInstruction ?? []).map((d) => bounded(d, line, c.at));
  if (dose.kind === 'scheduled') return dose.parts.flatMap((p) => made(wishFor(line, p.amount, p.times)));
  if (dose.kind === 'asNeeded') return made({ ...wishFor(line, dose.amount, []), asNeeded: true, most: String(dose.most), how: dose.how });
  if (dose.kind === 'counted') {
    return made(wishFor(line, dose.amount, [])).map((d) => {
      const { timeOfDay: _none, ...repeat } = d.timing?.repeat ?? {};
      return { ...d, text: `${d.text ?? ''}, ${c.say.counted(dose.perDay)}`, timing: { repeat: { ...repeat, frequency: dose.perDay, period: 1, periodUnit: 'd' } } };
    });
  }
  const route = orderFor(wishFor(line, '', []), line, c).dosageInstruction?.[0]?.route;
  return [bounded({ text: line.doseText, ...(route ? { route } : {}) }, line, c.at)];
}

export function takenOrder(line: TakenLine, c: TakenContext): FullOrder {
  const { priorPrescription: _none, ...base } = orderFor({ ...wishFor(line, '1', []), despite: line.warned ? c.say.despite : '' }, line, c);
  const day = line.paperDay ?? line.from;
  const { authoredOn: _day, ...undated } = base;
  const outside = [line.prescriber, line.place].filter((x) => x !== '').join(', ');
  return {
    ...(day === undefined || day > wardTime(c.at).day ? undated : { ...base, authoredOn: day }),
    identifier: [{ system: LINE_SYSTEM, value: line.key }, { system: BOOK_SYSTEM, value: c.importId }],
    requester: { display: outside === '' ? c.say.noPrescriber : outside },
    dosageInstruction: dosagesOf(line, c),
    note: [{ text: [c.say.book, line.doseText, line.note].filter((x) => x !== '').join(': ') }],
  };
}

/* What was struck through, or stopped since, does not stand in the way. */
export function takenEntry(line: TakenLine, c: TakenContext): BundleEntry {
  return {
    resource: takenOrder(line, c) as Resource,
    request: { method: 'POST', url: 'MedicationRequest', ifNoneExist: `identifier=${LINE_SYSTEM}|${line.key}&status=active,on-hold` },
  };
}
