/* What is wrong with a roster, to be said in words. Nothing here forbids: a facility with one nurse by night knows why. */

import { MINUTE_MS } from '../fhir/zone';
import { cellOf, codesIn, type Book } from './duty';
import { isAbsent, spanOf, SYSTEMS, type DutyCode, type ShiftName, type ShiftSystem } from './shifts';

export type Conflict =
  | { kind: 'twice'; ward: string; person: string; day: string; other: string; code: DutyCode }    /* at one time in two wards, or twice in one */
  | { kind: 'rest'; ward: string; person: string; day: string; before: string; code: DutyCode }    /* a day right after a night */
  | { kind: 'away'; ward: string; person: string; day: string; reason: DutyCode }                  /* on leave in one ward, at work in another */
  | { kind: 'blind'; ward: string; person: string; day: string }                                     /* the account does not see this ward: from that day on */
  | { kind: 'noNurse'; ward: string; day: string; shift: ShiftName };

/* Eight hours between the end of a night and the next duty. */
export const REST_MS = 8 * 60 * MINUTE_MS;
const NIGHTS: DutyCode[] = ['night', 'night12', 'whole'];

interface Duty { ward: string; day: string; code: DutyCode; start: number; end: number }

export interface Scope { book: Book; system: ShiftSystem; nurses: Set<string>; wards: string[]; days: string[]; isBlind?: (person: string, ward: string) => boolean }

export function conflictsOf(s: Scope): Conflict[] {
  const people = new Map<string, Duty[]>();
  for (const [key, value] of s.book) {
    const { ward, person, day } = cellOf(key);
    for (const code of codesIn(value)) {
      const list = people.get(person) ?? [];
      list.push({ ward, day, code, ...spanOf(code, day, s.system) });
      people.set(person, list);
    }
  }
  const shown = new Set(s.days);
  const wards = new Set(s.wards);
  const found: Conflict[] = [];
  for (const [person, duties] of people) found.push(...ofPerson(person, duties).filter((c) => shown.has(c.day) && wards.has(c.ward)));
  for (const [person, duties] of people) found.push(...blind(s, person, duties.filter((d) => shown.has(d.day) && wards.has(d.ward))));
  found.push(...uncovered(s));
  return found.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0));
}

function ofPerson(person: string, duties: Duty[]): Conflict[] {
  const found: Conflict[] = [];
  const work = duties.filter((d) => !isAbsent(d.code)).sort((a, b) => a.start - b.start || (a.ward < b.ward ? -1 : 1));
  for (const gone of duties.filter((d) => isAbsent(d.code))) {
    for (const d of work.filter((w) => w.day === gone.day)) found.push({ kind: 'away', ward: d.ward, person, day: d.day, reason: gone.code });
  }
  work.forEach((b, i) => {
    for (const a of work.slice(0, i)) {
      if (a.end > b.start) found.push({ kind: 'twice', ward: b.ward, person, day: b.day, other: a.ward, code: b.code });
      else if (NIGHTS.includes(a.code) && b.start - a.end < REST_MS) found.push({ kind: 'rest', ward: b.ward, person, day: b.day, before: a.day, code: b.code });
    }
  });
  return found;
}

/* Said once a ward, of the first day. */
function blind(s: Scope, person: string, duties: Duty[]): Conflict[] {
  const first = new Map<string, string>();
  for (const d of duties.filter((x) => !isAbsent(x.code) && s.isBlind?.(person, x.ward) === true)) if (d.day < (first.get(d.ward) ?? '9')) first.set(d.ward, d.day);
  return [...first].map(([ward, day]) => ({ kind: 'blind', ward, person, day }));
}

/* A shift without a nurse, on the days for which anything is written: an empty day is not yet made, and says so by being empty. */
function uncovered(s: Scope): Conflict[] {
  const wards = new Set(s.wards);
  const made = new Set<string>();
  const spans = new Map<string, { start: number; end: number }[]>();
  for (const [key, value] of s.book) {
    const { ward, person, day } = cellOf(key);
    const codes = codesIn(value).filter((c) => !isAbsent(c) && c !== 'office');
    if (!wards.has(ward) || codes.length === 0) continue;
    made.add(`${ward}/${day}`);
    if (s.nurses.has(person)) spans.set(ward, [...(spans.get(ward) ?? []), ...codes.map((c) => spanOf(c, day, s.system))]);
  }
  const found: Conflict[] = [];
  for (const ward of s.wards) {
    for (const day of s.days.filter((d) => made.has(`${ward}/${d}`))) {
      for (const shift of SYSTEMS[s.system.name].codes) {
        const at = spanOf(shift, day, s.system);
        const isCovered = (spans.get(ward) ?? []).some((x) => x.start <= at.start && x.end >= at.end);
        if (!isCovered) found.push({ kind: 'noNurse', ward, day, shift });
      }
    }
  }
  return found;
}
