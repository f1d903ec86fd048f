/* On the page of whoever has a palliative plan: what was decided and whom to call, at a glance. Nobody else's page shows anything. */

import { showFhirDay } from '../fhir/dates';
import { server } from '../fhir/server';
import { useDailyWords } from '../i18n/daily';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { useLoad } from '../ui/useLoad';
import { isActive, typedOf, type Plan, type Said } from './palliative';
import { palliativeHref } from './screens';

export default function PalliativeCard({ params }: ScreenProps) {
  const w = useDailyWords();
  const id = params.id ?? '';
  const load = useLoad(`palliative card ${id}`, (signal) => server.search<Plan>('CarePlan', { patient: id, category: 'urn:ansinh:plan|palliative', status: 'active', _count: 5 }, signal));
  const plan = load.data?.items.find(isActive);
  if (!plan) return null;
  const p = typedOf(plan);
  return (
    <section className="an-card" aria-label={w('pall.title')}>
      <h2><Icon name="heart" /> {w('pall.title')}</h2>
      <ul className="an-lines">
        {p.ceilings.filter((c) => c.said !== '').map((c) => <li key={c.what}><strong>{w(`pall.ceiling.${c.what}`)}: {w(`pall.said.${c.said as Said}`)}</strong> <span className="an-dim">{w('pall.withOn', { who: c.with, day: showFhirDay(c.on) })}</span></li>)}
        {p.calls.filter((c) => c.phone !== '').map((c) => <li key={c.phone}>{c.who} <a href={`tel:${c.phone.replace(/[^\d+]/g, '')}`}>{c.phone}</a></li>)}
      </ul>
      <p><a href={palliativeHref(id)}>{w('pall.openPlan')}</a></p>
    </section>
  );
}
