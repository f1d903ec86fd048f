/* What a card says: the code of the citizen's identity card, typed by a scanner into a field, and the number of an insurance card.
 *
 * The code is "number|old number|name|ddmmyyyy|sex|address|ddmmyyyy of issue"; newer cards have more behind it. A scanner set to another
 * keyboard may send other separators or lose marks: what is no card is refused whole; of a card whose day of birth or sex cannot be (an old card
 * typed in wrong) the rest is taken and that part is asked for. */

import type { ClockDate } from '../fhir/dates';
import { readCard, readDate, readGender, readIdNumber, readName, type Gender } from '../books/cells';

export interface Card { id: string; oldId: string; name: string; birth: string; gender: Gender | ''; address: string; issued: string; unread: { birth?: string; gender?: string } }

const day = (packed: string | undefined, today: ClockDate): string => {
  const m = /^(\d{2})(\d{2})(\d{4})$/.exec((packed ?? '').trim());
  if (!m) return '';
  /* 00 00 1948: only the year is known */
  return readDate(m[1] === '00' ? m[3] : `${m[1]}/${m[2]}/${m[3]}`, today).value ?? '';
};

/* undefined: no card's code. */
export function readQr(text: string, today: ClockDate): Card | undefined {
  const parts = text.normalize('NFC').trim().split('|').map((p) => p.trim());
  const [id, oldId, name, born, sex, address, issued] = parts;
  if (parts.length < 4 || !/^\d{12}$/.test(id ?? '') || !name || !/\p{L}/u.test(name)) return undefined;
  const birth = day(born, today);
  const gender = readGender(sex).value ?? '';
  return {
    id: id ?? '', oldId: /^\d{9}$/.test(oldId ?? '') ? oldId ?? '' : '', name: readName(name).value ?? '', birth,
    gender, address: address ?? '', issued: day(issued, today),
    unread: { ...(birth === '' ? { birth: born ?? '' } : {}), ...(gender === '' ? { gender: sex ?? '' } : {}) },
  };
}

/* What of a card goes into the fields of who somebody is; what it does not say is left as it stands. */
export function fromCardFields(card: Card): Record<string, string> {
  const [y, m, d] = card.birth.split('-');
  const all = { name: card.name, birth: d ? `${d}/${m}/${y}` : card.birth, gender: card.gender, idNumber: card.id, oldId: card.oldId, address: card.address };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

export type NumberTrouble = 'idShape' | 'idYearClash' | 'idGenderClash' | 'cardShape';

/* Digits of an identity number, and what it says against the rest. */
export function checkId(typed: string, birth: string, gender: string): NumberTrouble[] {
  const text = typed.replace(/[\s.-]/g, '');
  if (text === '') return [];
  const read = readIdNumber(text);
  if (!read.value || read.findings.some((f) => f.level === 'doubt')) return ['idShape'];
  if (read.value.kind !== 'cccd') return [];
  const century = Number(text[3]);
  const year = 1900 + Math.floor(century / 2) * 100 + Number(text.slice(4, 6));
  const found: NumberTrouble[] = [];
  if (birth !== '' && Number(birth.slice(0, 4)) !== year) found.push('idYearClash');
  if ((gender === 'male' && century % 2 === 1) || (gender === 'female' && century % 2 === 0)) found.push('idGenderClash');
  return found;
}

export function checkCard(typed: string): NumberTrouble[] {
  const read = readCard(typed);
  return typed.trim() === '' || (read.value !== undefined && !read.findings.some((f) => f.level === 'doubt')) ? [] : ['cardShape'];
}

/* BT2 79 1234567890: group, level of benefit, province. */
export interface CardGroup { group: string; level: number; province: string }
export function cardGroup(card: string): CardGroup | undefined {
  const m = /^([A-Z]{2})([1-5])(\d{2})\d{10}$/.exec(card.toUpperCase().replace(/[\s.-]/g, ''));
  return m ? { group: m[1] ?? '', level: Number(m[2]), province: m[3] ?? '' } : undefined;
}
