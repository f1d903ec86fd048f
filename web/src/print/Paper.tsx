/* The ward's sheets on screen, as they will be on paper: one person's, or the whole ward's with a page for each. */

import { Button, Skeleton } from '@mantine/core';
import { nowMs } from '../fhir/clock';
import { identifiers, personName } from '../fhir/person';
import { server } from '../fhir/server';
import { addDays, wardTime } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import type { MessageKey } from '../i18n/vi';
import type { ScreenProps } from '../screen';
import { go, personHref } from '../route';
import { handoverHref } from '../handover/screens';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { ageText, genderText } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { CareSheet } from './CareSheet';
import { daysUntil, type Days } from './forms';
import { loadPrint, type PrintData, type Printed } from './load';
import { MedicineSheet } from './MedicineSheet';
import { FORM_OF, OTHER_PAPERS, pdfHref } from './paper';
import { paperHref, SHEETS, type SheetName } from './screens';
import { Sheet } from './Sheet';
import { VitalsSheet } from './VitalsSheet';

const DAYS: Record<SheetName, number> = { vitals: 7, care: 2, medicines: 7 };

export default function Paper({ params, query }: ScreenProps) {
  const { t } = useI18n();
  const sheet = SHEETS.find((s) => s === params.sheet) ?? 'vitals';
  const of: { ward: string } | { patient: string } = params.ward === undefined ? { patient: params.id ?? '' } : { ward: params.ward };
  const span = daysUntil(wardTime(nowMs()).day, DAYS[sheet], query.get('from') ?? undefined);
  const load = useLoad(`paper ${JSON.stringify(of)} ${sheet} ${span.from}`, (signal) => loadPrint(server, of, span, signal));
  const here = (name: SheetName, from = ''): string => paperHref(of, name, from);
  return (
    <div className="an-paper">
      <div className="an-noprint an-paper-bar">
        <a className="an-back" href={'ward' in of ? handoverHref(of.ward) : personHref(of.patient)}><Icon name="back" />{t('print.back')}</a>
        <div className="an-options" role="group" aria-label={t('print.sheets')}>
          {SHEETS.map((s) => <Button key={s} variant={s === sheet ? 'filled' : 'default'} aria-pressed={s === sheet} onClick={() => go(here(s))}>{t(`print.title.${s}`)}</Button>)}
        </div>
        <div className="an-options">
          <Button variant="default" onClick={() => go(here(sheet, addDays(span.from, -span.days)))}>{t('print.earlier')}</Button>
          <Button variant="default" onClick={() => go(here(sheet, addDays(span.from, span.days)))}>{t('print.later')}</Button>
          <Button leftSection={<Icon name="print" />} disabled={!load.data} onClick={() => window.print()}>{t('print.print')}</Button>
        </div>
        {'patient' in of && (
          <div className="an-options">
            <Button component="a" variant="default" href={pdfHref(of, FORM_OF[sheet], span)} target="_blank" rel="noopener" title={t('print.pdfHint')}>{t('print.pdf')}</Button>
            {OTHER_PAPERS.map((form) => (
              <Button key={form} component="a" variant="default" href={pdfHref(of, form)} target="_blank" rel="noopener" title={t('print.pdfHint')}>{t(`print.pdf.${form}`)}</Button>
            ))}
          </div>
        )}
      </div>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {!load.data && load.error === undefined && <Skeleton height={400} />}
      {load.data?.cut === true && <Notice kind="warn" title={t('drugs.cut')} />}
      {load.data?.people.length === 0 && <Notice kind="info" title={t('drugs.empty')} />}
      {load.data?.people.map((p) => <One key={p.patient.id} person={p} data={load.data as PrintData} sheet={sheet} span={span} />)}
    </div>
  );
}

function One({ person, data, sheet, span }: { person: Printed; data: PrintData; sheet: SheetName; span: Days }) {
  const { t } = useI18n();
  const title: MessageKey = `print.title.${sheet}`;
  const show = (day: string): string => `${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)}`;
  return (
    <Sheet title={t(title)} facility={data.facility} ward={data.ward} what={t('print.days', { from: show(span.from), until: show(addDays(span.from, span.days - 1)) })}>
      <Who person={person} problems={sheet !== 'medicines'} />
      {sheet === 'vitals' && <VitalsSheet person={person} span={span} />}
      {sheet === 'care' && <CareSheet person={person} span={span} data={data} />}
      {sheet === 'medicines' && <MedicineSheet person={person} span={span} data={data} />}
    </Sheet>
  );
}

/* The disclosure of medicines is read by many: it names no diagnosis. */
function Who({ person, problems }: { person: Printed; problems: boolean }) {
  const i18n = useI18n();
  const { t } = i18n;
  const number = identifiers(person.patient).find((n) => !n.guarded)?.value ?? '';
  const facts: [string, string][] = [
    [t('print.name'), personName(person.patient)], [t('people.col.age'), ageText(person.patient, i18n)], [t('people.col.gender'), genderText(person.patient, t)],
    [t('print.room'), person.room], [t('print.bed'), person.bed], [t('print.recordNumber'), number], [t('print.problems'), problems ? person.problems.join('; ') : ''],
  ];
  return <dl className="an-paper-who">{facts.filter(([, v]) => v !== '').map(([k, v]) => <div key={k}><dt>{k}:</dt><dd>{v}</dd></div>)}</dl>;
}
