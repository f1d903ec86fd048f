/* The same signs of the same person a few minutes apart: two people at one bed, or a set typed from paper that is there already. A second
 * measuring is right and common, so nothing is refused: it is asked about, when somebody else has just measured or when every number is
 * the same again. */

import { numberOf } from '../fhir/decimal';
import type { Observation } from '../fhir/types';
import { identifiersOf, type Entry } from '../outbox/item';

export const NEAR_MS = 10 * 60_000;
export interface Near { at: string; who: string; isMine: boolean }

const codesOf = (o: Observation): string[] => (o.code?.coding ?? []).map((c) => c.code ?? '');
const isSameKind = (a: Observation, b: Observation): boolean => codesOf(a).some((c) => c !== '' && codesOf(b).includes(c));
const valueOf = (o: Observation): string => JSON.stringify([
  numberOf(o.valueQuantity?.value), o.valueQuantity?.code, o.valueBoolean, o.valueCodeableConcept?.coding?.map((c) => c.code), o.dataAbsentReason !== undefined,
  (o.component ?? []).map((c) => [c.code?.coding?.[0]?.code, numberOf(c.valueQuantity?.value)]),
]);

/* me: the reference of whoever measures; undefined when nobody is signed in. sent: identifiers of this very set, from an earlier try. */
export function nearOf(mine: Observation[], there: Observation[], me: string | undefined, sent: string[]): Near | undefined {
  const standing = there.filter((o) => o.status !== 'entered-in-error' && o.status !== 'cancelled'
    && !identifiersOf(o as unknown as Entry).some((i) => sent.includes((i.value ?? '').replace('urn:uuid:', ''))));
  const pairs = mine.flatMap((m) => standing.filter((o) => isSameKind(m, o)).map((o) => ({ m, o })));
  const nearBy = (list: typeof pairs, isMine: boolean): Near | undefined => {
    const last = list.map((p) => p.o).sort((a, b) => Date.parse(b.effectiveDateTime ?? '') - Date.parse(a.effectiveDateTime ?? ''))[0];
    return last && { at: last.effectiveDateTime ?? '', who: last.performer?.[0]?.reference ?? '', isMine };
  };
  const ofOthers = pairs.filter(({ o }) => (o.performer?.[0]?.reference ?? me) !== me);
  if (ofOthers.length > 0) return nearBy(ofOthers, false);
  const again = mine.length > 0 && mine.every((m) => pairs.some((p) => p.m === m && valueOf(p.o) === valueOf(m)));
  return again ? nearBy(pairs, true) : undefined;
}
