/* Who is meant by what a scanner or a hand puts into the box of the round: the code of a paper at the bed (docs/paper.md), of an identity card, any
 * number of the person's; else the beginnings of words of the name or the bed. A code is one person or nobody, never the likeliest. */

import type { ClockDate } from '../fhir/dates';
import { personName } from '../fhir/person';
import type { Resident } from '../place/ward';
import { isScan, scannedPatient } from '../print/paper';
import { readQr } from '../stay/card';
import { foldText } from '../text';

/* part: of a code that is not whole yet; nobody is meant so far, and everybody stays in sight */
export interface Sought { residents: Resident[]; part: boolean }

const plain = (text: string): string => text.replace(/[\s.-]/g, '').toUpperCase();
const hasNumber = (r: Resident, number: string): boolean => (r.patient.identifier ?? []).some((i) => i.value !== undefined && plain(i.value) === number);

export function seek(typed: string, residents: Resident[], today: ClockDate): Sought {
  if (isScan(typed)) {
    const id = scannedPatient(typed);
    return id === undefined ? { residents, part: true } : { residents: residents.filter((r) => r.id === id), part: false };
  }
  if (typed.includes('|')) {
    const card = readQr(typed, today);
    return card ? { residents: residents.filter((r) => hasNumber(r, card.id) || (card.oldId !== '' && hasNumber(r, card.oldId))), part: false } : { residents, part: true };
  }
  const number = plain(typed);
  const numbered = number.length >= 6 && /\d/.test(number) ? residents.filter((r) => hasNumber(r, number)) : [];
  if (numbered.length > 0) return { residents: numbered, part: false };
  const wanted = foldText(typed).split(' ').filter((w) => w !== '');
  const words = (r: Resident): string[] => foldText(`${personName(r.patient)} ${r.bed} ${r.bed.replace(/[^\p{L}\d]+/gu, ' ')}`).split(' ');
  return { residents: residents.filter((r) => wanted.every((w) => words(r).some((x) => x.startsWith(w)))), part: false };
}
