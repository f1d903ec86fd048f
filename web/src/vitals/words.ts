/* The words that go into the record beside the codes, in the language of the page they were recorded on. */

import type { Translate } from '../i18n/context';
import type { Words } from './bundle';
import { ACVPU, VITALS } from './kinds';

export function wordsFor(t: Translate): Words {
  return {
    notMeasured: t('vitals.notMeasured'),
    acvpu: Object.fromEntries(ACVPU.map((letter) => [letter, t(`acvpu.${letter}`)])),
    vital: Object.fromEntries(VITALS.map((k) => [k.key, t(`vital.${k.key}`)])) as Words['vital'],
  };
}
