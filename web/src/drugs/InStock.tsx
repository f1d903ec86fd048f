/* What the ward's cupboard has left of this medicine, before the tap; that this is the last of it, or that the book has none. It stops nothing:
 * what lies in the hand can be given. */

import { numberOf } from '../fhir/decimal';
import { useI18n } from '../i18n/context';
import { Icon } from '../ui/Icon';
import type { DosageInstruction } from './forms';
import { unitIn, type UseRound } from './useRound';

export function InStock({ use, name, dosage }: { use: UseRound; name: string; dosage: DosageInstruction }) {
  const { t, num } = useI18n();
  const unit = unitIn(dosage);
  const found = use.stockOf(name, unit);
  if (!found) return null;
  const dose = numberOf(dosage.doseAndRate?.[0]?.doseQuantity?.value) ?? 0;
  const left = num(found.left, 0, 3);
  if (found.left < dose) return <p className="an-dose-note an-note-warn"><Icon name="warn" />{t('stock.short', { left, unit })}</p>;
  if (found.left - dose < dose) return <p className="an-dose-note an-note-warn"><Icon name="info" />{t('stock.last', { left, unit })}</p>;
  return <p className="an-dim an-number">{t('stock.left', { left, unit })}</p>;
}
