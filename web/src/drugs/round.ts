/* A round as the screen shows it: for each resident the doses of this shift with what became of them, what stands against
 * each, and what may be given when needed. Pure: the same facts and the same moment give the same round. */

import type { Observation } from '../fhir/types';
import { MINUTE_MS } from '../fhir/zone';
import type { Resident } from '../place/ward';
import { allergiesOf, conflicts } from './allergy';
import { lookAlikes } from './alike';
import { dosesIn, isAsNeeded, isInForce, lastGiven, medicineText, recordsOf, stateOf, withoutTime, type Dose, type DoseState } from './doses';
import {
  giverOf, idOf, isControlled, isDone, isUnchecked, stands, whenOf, witnessOf, type Allergy, type DosageInstruction, type Given, type Order,
} from './forms';
import { holdVerdicts, type HoldVerdict } from './hold';
import { nameOf, type RoundData } from './load';
import { mayGive, prnKey, soonAfter, wantEffect, type PrnAnswer } from './prn';
import { shiftAt, USUAL, type Shift, type ShiftSystem } from '../roster/shifts';

export interface Warnings { hold: HoldVerdict[]; allergies: Allergy[]; alike: string[]; controlled: boolean }
export interface DoseLine extends Warnings {
  dose: Dose; name: string; state: DoseState; records: Given[]; last: Given | undefined;
}
export interface PrnLine extends Warnings {
  order: Order; dosage: DosageInstruction; name: string; answer: PrnAnswer; soon: number | undefined; /* when the dose before was, if that is not long ago */ key: string; last: Given | undefined; today: Given[];
}
export interface RoundCard {
  resident: Resident;
  allergies: Allergy[];
  /* somebody asked, and there is none; otherwise an empty list means: not asked */
  noneKnown: boolean;
  doses: DoseLine[];
  prn: PrnLine[];
  effects: Given[];
  timeless: Order[];
  /* copied from outside and not yet compared with the paper: not to be given */
  unchecked: Order[];
  isUnreconciled: boolean;
  /* how many orders wait to be continued (stay/Proposals.tsx): none of them is in use */
  proposed: number;
  /* of the last two days, newest first: what this card does not show as a dose of its shift, and all that was struck through */
  past: Given[];
  done: number;
  all: number;
  late: number;
}
export interface Round {
  shift: Shift; cards: RoundCard[]; done: number; all: number;
  others: { name: string; at: number; bed: string }[];
  unsigned: { given: Given; resident: Resident; name: string }[];
}

const NO_KNOWN_ALLERGY = '716186003';
/* Open doses of the last two hours before the shift are still somebody's: ours. Answered in this shift they stay in sight, to be undone,
 * counted, and seen by a colleague. */
const LEFT_OVER_MS = 2 * 3_600_000;
const HERE_MS = 10 * MINUTE_MS;

const saysNone = (a: Allergy): boolean => (a.code?.coding ?? []).some((c) => c.code === NO_KNOWN_ALLERGY);

export function roundOf(data: RoundData, given: Given[], effects: Observation[], now: number, me: string, system: ShiftSystem = USUAL): Round {
  const shift = shiftAt(now, system);
  const byPatient = <T>(list: T[], who: (x: T) => string): Map<string, T[]> => {
    const map = new Map<string, T[]>();
    for (const x of list) map.set(who(x), [...(map.get(who(x)) ?? []), x]);
    return map;
  };
  const orders = byPatient(data.orders, (o) => idOf(o.subject));
  const had = byPatient(given, (g) => idOf(g.subject));
  const seen = byPatient(data.observations, (o) => idOf(o.subject));
  const names = new Map(data.orders.map((o) => [o.id ?? '', medicineText(o, data.medications)]));
  const alike = lookAlikes([...names.values()].filter((n) => n !== ''));
  const answered = new Set(effects.filter((o) => o.status !== 'entered-in-error')
    .flatMap((o) => ((o as { partOf?: { reference?: string }[] }).partOf ?? []).map((p) => idOf(p))));
  const cards = data.ward.residents.map((resident) => cardOf({
    resident, orders: orders.get(resident.id) ?? [], given: had.get(resident.id) ?? [], observations: seen.get(resident.id) ?? [],
    allergies: allergiesOf(data.allergies, resident.id), names, alike, answered, shift, now, isUnreconciled: data.unreconciled.includes(resident.id),
    proposed: data.proposed.filter((who) => who === resident.id).length,
  }));
  return {
    shift, cards, done: sum(cards, (c) => c.done), all: sum(cards, (c) => c.all),
    others: othersIn(data, given, now, me), unsigned: unsignedIn(data, given, names),
  };
}

const sum = <T>(list: T[], of: (x: T) => number): number => list.reduce((n, x) => n + of(x), 0);

interface CardFacts {
  resident: Resident; orders: Order[]; given: Given[]; observations: Observation[]; allergies: Allergy[];
  names: Map<string, string>; alike: Map<string, string[]>; answered: Set<string>; shift: Shift; now: number; isUnreconciled: boolean; proposed: number;
}

function cardOf(f: CardFacts): RoundCard {
  const real = f.allergies.filter((a) => !saysNone(a));
  const warnings = (order: Order): Warnings & { name: string } => {
    const name = f.names.get(order.id ?? '') ?? '';
    const medicine = { text: name, concept: order.medicationCodeableConcept };
    return {
      name, hold: holdVerdicts(medicine, f.observations, f.resident.id, f.now), allergies: conflicts(medicine, real),
      alike: f.alike.get(name) ?? [], controlled: isControlled(order),
    };
  };
  const line = (dose: Dose): DoseLine => ({
    ...warnings(dose.order), dose, state: stateOf(dose, f.given, f.now), records: recordsOf(dose.key, f.given),
    last: lastGiven(dose.order, f.given.filter((g) => whenOf(g) < dose.scheduled - 1)),
  });
  const orders = f.orders.filter((o) => !isUnchecked(o));
  const before = dosesIn(orders, f.shift.start - LEFT_OVER_MS, f.shift.start).map(line).filter((l) => l.records.length === 0 || l.records.some((g) => whenOf(g) >= f.shift.start));
  const doses = [...before, ...dosesIn(orders, f.shift.start, f.shift.end).map(line)];
  const due = doses.filter((d) => d.state.kind !== 'later');
  const asNeeded = orders.filter((o) => o.status === 'active' && (o.dosageInstruction ?? []).some((d) => isAsNeeded(d) && isInForce(d, f.now)));
  const prn = asNeeded.map((order): PrnLine => {
    const dosage = (order.dosageInstruction ?? []).find((d) => isAsNeeded(d) && isInForce(d, f.now)) as DosageInstruction;
    const mine = f.given.filter((g) => stands(g) && idOf(g.request) === order.id);
    return {
      ...warnings(order), order, dosage, answer: mayGive(order, dosage, f.given, f.now), soon: soonAfter(order, dosage, f.given, f.now), key: prnKey(order, f.given, f.now),
      last: lastGiven(order, f.given), today: mine.filter((g) => whenOf(g) >= f.shift.start),
    };
  });
  return {
    resident: f.resident, allergies: real, noneKnown: real.length === 0 && f.allergies.some(saysNone), doses, prn,
    effects: wantEffect(orders.filter((o) => (o.dosageInstruction ?? []).some(isAsNeeded)), f.given, f.answered, f.now), timeless: withoutTime(f.orders),
    past: f.given.filter((g) => !stands(g) || !(doses.some((d) => d.records.includes(g)) || prn.some((l) => l.today.includes(g)))).sort((a, b) => whenOf(b) - whenOf(a) || ((a.id ?? '') < (b.id ?? '') ? -1 : 1)),
    isUnreconciled: f.isUnreconciled, proposed: f.proposed,
    unchecked: f.orders.filter((o) => o.status === 'active' && isUnchecked(o)),
    done: due.filter((d) => d.records.length > 0).length, all: due.length, late: doses.filter((d) => d.state.kind === 'late').length,
  };
}

/* Who else is giving medicines in this ward right now: from what they recorded, not from a sign they would have to set. */
function othersIn(data: RoundData, given: Given[], now: number, me: string): Round['others'] {
  const latest = new Map<string, { name: string; at: number; bed: string }>();
  for (const g of given) {
    const who = giverOf(g);
    const at = Date.parse(g.meta?.lastUpdated ?? '') || whenOf(g);
    const reference = who?.reference ?? '';
    if (reference === '' || reference === me || now - at > HERE_MS || now - whenOf(g) > HERE_MS || whenOf(g) > now + HERE_MS) continue;
    const bed = data.ward.residents.find((r) => r.id === idOf(g.subject))?.bed ?? '';
    const before = latest.get(reference);
    if (!before || before.at < at) latest.set(reference, { name: nameOf(data.people, who), at, bed });
  }
  return [...latest.values()].sort((a, b) => b.at - a.at);
}

/* Controlled medicines that still want their second signature. */
function unsignedIn(data: RoundData, given: Given[], names: Map<string, string>): Round['unsigned'] {
  const controlled = new Set(data.orders.filter(isControlled).map((o) => o.id));
  return given
    .filter((g) => stands(g) && isDone(g) && controlled.has(idOf(g.request)) && !witnessOf(g) && needsSecond(g))
    .flatMap((g) => {
      const resident = data.ward.residents.find((r) => r.id === idOf(g.subject));
      return resident ? [{ given: g, resident, name: names.get(idOf(g.request)) ?? '' }] : [];
    })
    .sort((a, b) => whenOf(a.given) - whenOf(b.given));
}

/* Entries of other programs know nothing of our second signature: only what was recorded here asks for one. */
const needsSecond = (g: Given): boolean => (g.extension ?? []).some((e) => e.url === 'urn:ansinh:extension:signed-alone');

/* The next card that still has something due, after this one, round the corner. */
export function nextCard(round: Round, id: string): RoundCard | undefined {
  const at = round.cards.findIndex((c) => c.resident.id === id);
  const after = [...round.cards.slice(at + 1), ...round.cards.slice(0, Math.max(0, at))];
  return after.find((c) => c.done < c.all);
}
