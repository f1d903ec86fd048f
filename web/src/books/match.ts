/* Whose line of a book it is. One person fits: taken. Several: somebody has to choose. Nobody, or a number that speaks against the name: refused. Pure. */

import { personName } from '../fhir/person';
import type { Patient } from '../fhir/types';
import { foldText } from '../text';
import { bedKey } from './places';

/* Who lies in the house; `beds` only of the ward the book is of: the same number stands on a bed in every ward. */
export interface Candidate { id: string; name: string; birth: string | undefined; numbers: string[]; place: string; beds: string[]; stay: string }

export interface Whose { name: string; birth: string | undefined; numbers: string[]; room: string; bed: string }

export type Match =
  | { kind: 'one'; person: Candidate; doubt?: 'nameDiffers' | 'bedOnly' | 'bedDiffers' }
  | { kind: 'several'; people: Candidate[] }
  | { kind: 'none'; why: 'personNone' | 'personBirth' | 'personUnnamed' };

export function candidateOf(patient: Patient, at: { ward: string; room: string; bed: string; stay: string; isHere: boolean }): Candidate {
  const beds = at.isHere && at.bed !== '' ? [bedKey(at.room, at.bed), ...(at.room === '' ? [] : [bedKey('', at.bed)])] : [];
  return {
    id: patient.id ?? '', name: personName(patient), birth: patient.birthDate, numbers: (patient.identifier ?? []).map((i) => i.value ?? '').filter((v) => v !== ''),
    place: [at.ward, at.room, at.bed].filter((x) => x !== '').join(' · '), beds, stay: at.stay,
  };
}

const mayBe = (a: string | undefined, b: string | undefined): boolean => a === undefined || b === undefined || a.startsWith(b) || b.startsWith(a);

export class People {
  private readonly byName = new Map<string, Candidate[]>();
  private readonly byNumber = new Map<string, Candidate[]>();
  private readonly byBed = new Map<string, Candidate[]>();

  constructor(readonly all: Candidate[]) {
    const put = (map: Map<string, Candidate[]>, key: string, c: Candidate): void => { map.set(key, [...(map.get(key) ?? []), c]); };
    for (const c of all) {
      put(this.byName, foldText(c.name), c);
      for (const n of c.numbers) put(this.byNumber, n, c);
      for (const b of c.beds) put(this.byBed, b, c);
    }
  }

  get(id: string): Candidate | undefined {
    return this.all.find((c) => c.id === id);
  }

  match(w: Whose): Match {
    const numbered = [...new Set(w.numbers.flatMap((n) => this.byNumber.get(n) ?? []))];
    if (numbered.length > 1) return { kind: 'several', people: numbered };
    const [one] = numbered;
    if (one) return w.name !== '' && foldText(one.name) !== foldText(w.name) ? { kind: 'one', person: one, doubt: 'nameDiffers' } : { kind: 'one', person: one };
    return w.name === '' ? this.lyingIn(w) : this.named(w);
  }

  private lyingIn(w: Whose): Match {
    const there = w.bed === '' ? [] : this.byBed.get(bedKey(w.room, w.bed)) ?? [];
    if (there.length > 1) return { kind: 'several', people: there };
    return there[0] ? { kind: 'one', person: there[0], doubt: 'bedOnly' } : { kind: 'none', why: 'personUnnamed' };
  }

  /* Of several with one name the day of birth decides, then the bed. */
  private named(w: Whose): Match {
    const named = this.byName.get(foldText(w.name)) ?? [];
    const born = named.filter((c) => mayBe(c.birth, w.birth));
    if (named.length > 0 && born.length === 0) return { kind: 'none', why: 'personBirth' };
    const key = bedKey(w.room, w.bed);
    const lying = w.bed === '' ? [] : born.filter((c) => c.beds.includes(key));
    const found = born.length > 1 && lying.length === 1 ? lying : born;
    if (found.length > 1) return { kind: 'several', people: found };
    const [person] = found;
    if (!person) return { kind: 'none', why: 'personNone' };
    /* in the ward of the book, and in another bed than the book says */
    const moved = w.bed !== '' && person.beds.length > 0 && !person.beds.includes(key);
    return moved ? { kind: 'one', person, doubt: 'bedDiffers' } : { kind: 'one', person };
  }
}
