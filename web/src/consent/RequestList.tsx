/* All open requests of the house, the most urgent first: for the head, the records clerk, the social worker. */

import { Skeleton } from '@mantine/core';
import { server } from '../fhir/server';
import { useConsentWords } from '../i18n/consent';
import { useI18n } from '../i18n/context';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import './consent.css';
import { loadNames } from './load';
import { RequestLines } from './Requests';
import { useRequests } from './useRequests';

export default function RequestList() {
  const { t } = useI18n();
  const w = useConsentWords();
  const load = useRequests('');
  const people = [...new Set((load.data?.list ?? []).map((d) => d.patient))].sort();
  const names = useLoad(`names ${people.join(',')}`, (signal) => loadNames(server, people, signal));
  return (
    <div className="an-consent">
      <h1>{t('requests.title')}</h1>
      <p className="an-dim">{w('req.law')} {w('req.hidden')}</p>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {!load.data && load.error === undefined && <Skeleton height={200} />}
      {load.data && <section className="an-card" aria-label={t('requests.title')}><RequestLines all={load.data} reload={load.reload} none={w('req.noneOpen')} names={names.data ?? new Map<string, string>()} /></section>}
    </div>
  );
}
