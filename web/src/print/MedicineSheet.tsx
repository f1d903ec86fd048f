/* Medicines given, disclosed day by day: the person or the family signs under each day. */

import { useI18n } from '../i18n/context';
import { NOT_GIVEN } from '../drugs/forms';
import { medicineRows, type Days, type MedicineDay } from './forms';
import type { PrintData, Printed } from './load';

export function MedicineSheet({ person, span, data }: { person: Printed; span: Days; data: PrintData }) {
  const { t, num } = useI18n();
  const rows = medicineRows(person.given, span, data.medicineName);
  const cell = (c: MedicineDay | undefined): string => {
    if (!c) return '';
    const amount = c.times === 0 ? '' : c.comparable ? num(c.amount, 0, 3) : t('print.times', { n: c.times });
    const not = NOT_GIVEN.filter((w) => c.notGiven[w]).map((w) => `${t(`drugs.reason.${w}`)}${(c.notGiven[w] ?? 0) > 1 ? ` ×${c.notGiven[w]}` : ''}`);
    return [amount, ...not].filter(Boolean).join('; ');
  };
  const empty = span.list.map((d) => <td key={d} className="an-paper-sign" />);
  return (
    <table className="an-paper-table">
      <thead>
        <tr>
          <th scope="col">{t('print.number')}</th><th scope="col">{t('print.medicine')}</th><th scope="col">{t('print.unit')}</th>
          {span.list.map((d) => <th key={d} scope="col">{`${d.slice(8)}/${d.slice(5, 7)}`}</th>)}
          <th scope="col">{t('print.total')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.length === 0 && <tr><td colSpan={span.days + 4}>{t('print.nothing')}</td></tr>}
        {rows.map((r, i) => (
          <tr key={`${r.name} ${r.unit}`}>
            <td className="an-number">{i + 1}</td><th scope="row">{r.name}</th><td>{r.unit}</td>
            {r.days.map((c, n) => <td key={n} className="an-number">{cell(c)}</td>)}
            <td className="an-number"><strong>{r.comparable ? num(r.total, 0, 3) : ''}</strong></td>
          </tr>
        ))}
        <tr><th scope="row" colSpan={3}>{t('print.signNurse')}</th>{empty}<td /></tr>
        <tr><th scope="row" colSpan={3}>{t('print.signPerson')}</th>{empty}<td /></tr>
      </tbody>
    </table>
  );
}
