/* #/ward: straight to the board of one's own ward; with several, or with the whole facility, a choice. */

import { useEffect } from 'react';
import { useMe, type Ward } from '../access/me';
import { server } from '../fhir/server';
import type { CodeableConcept, Reference, Resource } from '../fhir/types';
import { useI18n } from '../i18n/context';
import { byPlace } from '../place/ward';
import { pathOf } from '../route';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { houseIncidentsHref } from '../incidents/screens';
import { HeadTasks } from './HeadTasks';
import { wardHref } from './hrefs';
import './ward.css';

interface Location extends Resource { resourceType: 'Location'; name?: string; physicalType?: CodeableConcept; managingOrganization?: Reference }
interface Organization extends Resource { resourceType: 'Organization'; name?: string }
interface Shown { reference: string; name: string; facility: string }

const isWard = (l: Location): boolean => (l.physicalType?.coding ?? []).some((c) => c.code === 'wa');

async function allWards(signal: AbortSignal): Promise<Shown[]> {
  const page = await server.search<Location>('Location', { 'partof:missing': 'true', _include: 'Location:organization', _count: 500 }, signal);
  const names = new Map(page.included.filter((r): r is Organization => r.resourceType === 'Organization').map((o) => [`Organization/${o.id ?? ''}`, o.name ?? '']));
  return page.items.filter(isWard).map((l) => ({
    reference: `Location/${l.id ?? ''}`, name: l.name ?? '', facility: names.get(l.managingOrganization?.reference ?? '') ?? '',
  }));
}

const idOf = (reference: string): string => reference.split('/').pop() ?? '';
const shownOf = (w: Ward): Shown => ({ reference: w.reference, name: w.name, facility: '' });

export default function Wards() {
  const { wards } = useMe();
  const only = wards.length === 1 ? wards[0] : undefined;
  useEffect(() => {
    /* not after somebody has already gone elsewhere, while this screen was being fetched */
    if (only && /^(ward)?$/.test(pathOf(window.location.hash))) window.location.replace(wardHref(idOf(only.reference)));
  }, [only]);
  if (only) return null;
  return wards.length > 0 ? <List wards={wards.map(shownOf)} /> : <All />;
}

function All() {
  const { data, error, reload } = useLoad('wards', allWards);
  if (error !== undefined) return <Problem error={error} onRetry={reload} />;
  return data ? <List wards={data} /> : null;
}

function List({ wards }: { wards: Shown[] }) {
  const { t } = useI18n();
  const sorted = [...wards].sort((a, b) => byPlace.compare(a.facility, b.facility) || byPlace.compare(a.name, b.name));
  const facilities = [...new Set(sorted.map((w) => w.facility))];
  return (
    <>
      <h1>{t('ward.choose')}</h1>
      <HeadTasks />
      {sorted.length > 1 && <p><a className="an-back" href={houseIncidentsHref()}>{t('incident.house')}</a></p>}
      {sorted.length === 0 && <Notice kind="info" title={t('ward.none')}><p>{t('ward.noneDo')}</p></Notice>}
      {facilities.map((f) => (
        <section key={f} className="an-wards" aria-label={f || t('ward.choose')}>
          {f !== '' && <h2>{f}</h2>}
          <ul className="an-people">
            {sorted.filter((w) => w.facility === f).map((w) => (
              <li key={w.reference}><a className="an-ward-row" href={wardHref(idOf(w.reference))}><span>{w.name}</span><Icon name="next" /></a></li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
