/* A line of the handover in words, and the screen that shows its fact. */

import { careKind } from '../daily/kinds';
import type { I18n } from '../i18n/context';
import { wordsIn } from '../i18n/daily';
import type { MessageKey } from '../i18n/vi';
import { personHref } from '../route';
import { kindOf } from '../vitals/kinds';
import { readingText } from '../vitals/show';
import type { Line } from './difference';

/* besides the kinds of quick care */
const CARE = ['visit', 'prn-effect'] as const;

export function sayLine(line: Line, i18n: I18n): string {
  const { t } = i18n;
  const said = line.said;
  switch (said.kind) {
    case 'news2': return t('handover.line.news2', { score: said.score });
    case 'reading': return t('handover.line.reading', { what: t(`vital.${said.out.key}`), value: readingText(kindOf(said.out.key), said.out.reading, i18n) });
    case 'note': {
      const kind = careKind(said.code)?.key;
      const known = CARE.find((c) => c === said.code);
      const what = kind ? wordsIn(i18n.lang)(`care.kind.${kind}`) : known ? t(`handover.care.${known}`) : t('handover.care.other');
      return t('handover.line.note', { what, text: said.text });
    }
    case 'not-given': return t('handover.line.not-given', { medicine: said.medicine, why: t(`drugs.reason.${said.why}`) });
    case 'missed': case 'unsigned': case 'double': case 'prn': return t(`handover.line.${said.kind}`, { medicine: said.medicine });
    case 'admitted': case 'left': case 'moved': case 'away': return t(`handover.line.${said.kind}`);
    default: return t(`handover.line.${said.kind}`, { text: said.text });
  }
}

export const blockTitle = (block: Line['block']): MessageKey => `handover.block.${block}`;

/* Every fact opens the record it belongs to; doses of an order open the round's own card through the record as well. */
export const factHref = (patientId: string): string => personHref(patientId);
