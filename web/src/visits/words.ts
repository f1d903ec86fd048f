/* The record is written in Vietnamese, whatever language the page has at this moment. */

import type { I18n } from '../i18n/context';
import { fill } from '../i18n/format';
import { vi } from '../i18n/vi';
import { showNumber } from '../vitals/number';

export function inVietnamese(i18n: I18n): I18n {
  const t: I18n['t'] = (key, params) => fill(vi[key], params);
  return { ...i18n, lang: 'vi', t, num: (v, min, max) => showNumber(v, 'vi', min, max), unit: (u) => (u === '/min' ? t('unit./min') : u) };
}
