/* The paper to sign for one purpose, with the official head; who has to sign is the server's answer for today. */

import { Button, Skeleton } from '@mantine/core';
import { showFhirDay } from '../fhir/dates';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import { useConsentWords } from '../i18n/consent';
import { useI18n } from '../i18n/context';
import { Sheet } from '../print/Sheet';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import './consent.css';
import { loadConsents } from './load';
import { consentHref } from './screens';

export default function PaperConsent({ params }: ScreenProps) {
  const { t, lang } = useI18n();
  const w = useConsentWords();
  const id = params.id ?? '';
  const load = useLoad(`consent paper ${id}`, (signal) => loadConsents(server, id, signal));
  const purpose = load.data?.needs.purposes.find((p) => p.code === params.purpose);
  return (
    <div className="an-paper">
      <div className="an-noprint an-row">
        <a className="an-back" href={consentHref(id)}><Icon name="back" />{t('consent.title')}</a>
        <Button leftSection={<Icon name="print" />} disabled={!purpose} onClick={() => window.print()}>{w('sheet.print')}</Button>
      </div>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {!load.data && load.error === undefined && <Skeleton height={400} />}
      {load.data && purpose && (
        <Sheet title={w('sheet.title')} facility={load.data.facility} ward="" what={w('sheet.edition', { n: purpose.edition })}>
          <dl className="an-paper-who">
            <div><dt>{w('sheet.name')}:</dt><dd>{personName(load.data.patient)}</dd></div>
            <div><dt>{w('sheet.born')}:</dt><dd>{showFhirDay(load.data.patient.birthDate)}</dd></div>
          </dl>
          <p><strong>{w('sheet.purpose')}: {lang === 'vi' ? purpose.vi : purpose.en}</strong></p>
          <p>{lang === 'vi' ? purpose.textVi : purpose.textEn}</p>
          {purpose.toRecipient && <p>{w('sheet.to')}: ………………………………………………………………………</p>}
          <p>{w('sheet.sensitive')} {w('sheet.free')}</p>
          <p>{w(`why.${purpose.why as 'adult'}`)}</p>
          <p className="an-consent-choice"><span>{w('sheet.yes')}</span><span>{w('sheet.no')}</span></p>
          <p>{w('sheet.place')}</p>
          <div className="an-consent-sign">
            {purpose.self && <div><strong>{w('sheet.self')}</strong><p className="an-dim">{w('sheet.signName')}</p></div>}
            {purpose.another && <div><strong>{w('sheet.another')}</strong><p className="an-dim">{w('sheet.signName')}</p></div>}
            <div><strong>{w('sheet.staff')}</strong><p className="an-dim">{w('sheet.signName')}</p></div>
          </div>
        </Sheet>
      )}
    </div>
  );
}
