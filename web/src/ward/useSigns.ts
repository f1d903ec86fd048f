/* The last weeks of one person's vital signs in one request, in the shape the form's parts know (useVitals.ts asks kind by kind:
 * on a thin line a round would wait for nine answers instead of one). */

import { useMemo } from 'react';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import type { Observation } from '../fhir/types';
import { useLoad } from '../ui/useLoad';
import { VITALS, type VitalKey } from '../vitals/kinds';
import { readingsOf } from '../vitals/reading';
import { useRecent } from '../vitals/recent';
import type { VitalState } from '../vitals/useVitals';

const DAYS = 14;
const MOST = 400;

export function useSigns(patientId: string): Record<VitalKey, VitalState> {
  const overlay = useRecent().observationsFor(patientId);
  const load = useLoad(patientId, (signal) => server.search<Observation>('Observation', {
    patient: patientId, category: 'vital-signs', date: `ge${new Date(nowMs() - DAYS * 86_400_000).toISOString()}`, _sort: '-date', _count: MOST,
  }, signal));
  const { data, error, loading, reload } = load;
  return useMemo(() => {
    const by = {} as Record<VitalKey, VitalState>;
    for (const kind of VITALS) {
      const readings = data && readingsOf(kind, [...data.items, ...overlay], patientId);
      by[kind.key] = { readings, error, loading, more: data?.next !== undefined, reload };
    }
    return by;
  }, [data, error, loading, reload, overlay, patientId]);
}
