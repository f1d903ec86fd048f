/* The nursing care sheet: time, what was seen, what was done, by whom. One line for each minute and hand. */

import { giverOf, isDone, notGivenReason, stands, whenOf } from '../drugs/forms';
import { nameOf } from '../drugs/load';
import { idOf } from '../drugs/forms';
import { wardFull } from '../fhir/zone';
import { CARE_SYSTEM, type CareKey } from '../daily/kinds';
import { sayDone } from '../daily/say';
import { readDone } from '../daily/today';
import { NEWS2 } from '../handover/difference';
import { numberOf } from '../fhir/decimal';
import { conceptText } from '../fhir/clinical';
import { useI18n, type I18n } from '../i18n/context';
import { wordsIn } from '../i18n/daily';
import { VITALS } from '../vitals/kinds';
import { readingsOf } from '../vitals/reading';
import { readingText } from '../vitals/show';
import type { Seen } from '../handover/forms';
import { careLines, halfOf, type Days } from './forms';
import type { PrintData, Printed } from './load';

/* of quick care: what was observed; the others were done */
const SEEN: CareKey[] = ['bowel', 'urine', 'sleep', 'mood', 'observe', 'skin', 'seizure', 'neuro', 'restraint-check', 'output'];

function seenText(o: Seen, patientId: string, i18n: I18n): { seen?: string; done?: string } {
  const codes = o.code?.coding ?? [];
  if (codes.some((c) => c.system === NEWS2.system && c.code === NEWS2.code)) {
    const score = numberOf(o.valueQuantity?.value) ?? o.valueInteger;
    return score === undefined ? {} : { seen: `NEWS2 ${score}` };
  }
  const care = readDone(o);
  if (care && care.kind !== 'weight' && care.kind !== 'glucose') {
    const w = wordsIn(i18n.lang);
    const text = `${w(`care.kind.${care.kind}`)}: ${sayDone(care, w, i18n.lang)}`;
    return SEEN.includes(care.kind) ? { seen: text } : { done: text };
  }
  if (codes.some((c) => c.system === CARE_SYSTEM)) {
    const text = o.valueString ?? conceptText(o.valueCodeableConcept);
    return text === '' ? {} : { done: text };
  }
  for (const kind of VITALS) {
    const [reading] = readingsOf(kind, [o], patientId);
    if (reading) return { seen: `${i18n.t(`vital.${kind.key}`)} ${readingText(kind, reading, i18n)}` };
  }
  return {};
}

export function CareSheet({ person, span, data }: { person: Printed; span: Days; data: PrintData }) {
  const i18n = useI18n();
  const { t } = i18n;
  const within = (at: number): boolean => halfOf(at, span) !== undefined;
  const performer = (o: Seen): string => {
    const who = (o as { performer?: { reference?: string; display?: string }[] }).performer?.[0];
    return who?.display ?? data.names.get(`Practitioner/${idOf(who)}`) ?? '';
  };
  const lines = careLines([
    ...person.observations.map((o) => ({ at: Date.parse(o.effectiveDateTime ?? o.effectivePeriod?.start ?? ''), who: performer(o), ...seenText(o, person.patient.id ?? '', i18n) })),
    ...person.given.filter(stands).map((g) => ({
      at: whenOf(g), who: nameOf(data.names, giverOf(g)),
      done: isDone(g) ? t('print.gave', { medicine: data.medicineName(g) }) : t('handover.line.not-given', { medicine: data.medicineName(g), why: t(`drugs.reason.${notGivenReason(g)}`) }),
    })),
  ].filter((e) => within(e.at) && (('seen' in e && e.seen) || ('done' in e && e.done))));
  return (
    <table className="an-paper-table">
      <thead><tr><th scope="col">{t('print.time')}</th><th scope="col">{t('print.seen')}</th><th scope="col">{t('print.done')}</th><th scope="col">{t('print.who')}</th></tr></thead>
      <tbody>
        {lines.length === 0 && <tr><td colSpan={4}>{t('print.nothing')}</td></tr>}
        {lines.map((l) => (
          <tr key={`${l.at} ${l.who}`}>
            <td className="an-number an-paper-when">{wardFull(l.at)}</td><td>{l.seen.join('; ')}</td><td>{l.done.join('; ')}</td><td>{l.who}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
