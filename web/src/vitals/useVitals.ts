/* All vital signs of one person, each kind its own search, so that one that fails leaves the others standing.
 *
 * What was recorded on this page a moment ago is laid over the server's answer: it is on the trend at once, and what was
 * undone is off it at once, even if an older answer is still on its way. */

import { useCallback, useMemo } from 'react';
import { server } from '../fhir/server';
import type { Observation } from '../fhir/types';
import { useLoad } from '../ui/useLoad';
import { VITALS, type VitalKey } from './kinds';
import { readingsOf, type Reading } from './reading';
import { useRecent } from './recent';

export const SHOWN_READINGS = 100;

export interface VitalState {
  readings: Reading[] | undefined;
  error: unknown;
  loading: boolean;
  more: boolean;
  reload: () => void;
}

export function useVitals(patientId: string): { by: Record<VitalKey, VitalState>; reload: () => void } {
  const overlay = useRecent().observationsFor(patientId);
  const loads = VITALS.map((kind) =>
    /* VITALS never changes, so these are the same hooks in the same order every time */
    useLoad(`${patientId} ${kind.key}`, (signal) => server.search<Observation>('Observation', {
      patient: patientId, code: kind.codes.join(','), _sort: '-date', _count: SHOWN_READINGS,
    }, signal)));
  const by = useMemo(() => {
    const result = {} as Record<VitalKey, VitalState>;
    VITALS.forEach((kind, i) => {
      const load = loads[i];
      if (!load) return;
      const { data, error, loading, reload } = load;
      const readings = data && readingsOf(kind, [...data.items, ...overlay], patientId);
      result[kind.key] = { readings, error, loading, more: data?.next !== undefined, reload };
    });
    return result;
  }, [overlay, patientId, ...loads.flatMap((l) => [l.data, l.error, l.loading])]);
  const reloads = loads.map((l) => l.reload);
  const reload = useCallback(() => reloads.forEach((r) => r()), [...reloads]);
  return { by, reload };
}
