/* Numbers as people here type and read them: a comma before the decimals. A point is taken as well, because many phone
 * keypads offer only that, and both also in the wide shapes of an East Asian keyboard, which a pasted text brings along. Anything else is refused rather than guessed: "1.250" may be 1250 or 1.25, and "1.000" mg is a
 * thousand to some and one to others. */

import { Decimal } from '../fhir/decimal';

export type Typed = { kind: 'empty' } | { kind: 'bad' } | { kind: 'tooFine'; decimals: number } | { kind: 'number'; value: Decimal };

const THOUSANDS = /^[1-9]\d{0,2}(\.\d{3}|,000)$/;

export function parseTyped(typed: string, maxDecimals: number): Typed {
  const text = typed.trim().replace(/[０-９，．]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
  if (text === '') return { kind: 'empty' };
  const m = /^(\d{1,5})(?:[.,](\d{0,6}))?$/.exec(text);
  if (!m || THOUSANDS.test(text)) return { kind: 'bad' };
  const whole = (m[1] ?? '').replace(/^0+(?=\d)/, '');
  const fraction = m[2] ?? '';
  const extra = fraction.slice(maxDecimals).replace(/0+$/, '');
  if (extra !== '') return { kind: 'tooFine', decimals: maxDecimals };
  const kept = fraction.slice(0, maxDecimals);
  return { kind: 'number', value: new Decimal(kept === '' ? whole : `${whole}.${kept}`) };
}

export type Lang = 'vi' | 'en';

/* 38.2 -> "38,2"; 1250 -> "1.250" in Vietnamese, "38.2", "1,250" in English. */
export function showNumber(value: number, lang: Lang, minDecimals = 0, maxDecimals = Math.max(1, minDecimals)): string {
  let text = value.toFixed(maxDecimals);
  while (text.includes('.') && text.length - text.indexOf('.') - 1 > minDecimals && text.endsWith('0')) text = text.slice(0, -1);
  if (text.endsWith('.')) text = text.slice(0, -1);
  const [whole = '', fraction] = text.split('.');
  const [group, point] = lang === 'vi' ? ['.', ','] : [',', '.'];
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, group);
  return fraction === undefined ? grouped : `${grouped}${point}${fraction}`;
}
