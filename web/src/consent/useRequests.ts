/* A person's requests, asked for again when one of them was stored from here. */

import { useEffect } from 'react';
import { server } from '../fhir/server';
import { useStored } from '../outbox/use';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { loadRequests } from './load';

const isRequest = (r: { resourceType: string }): boolean => r.resourceType === 'Task';

export function useRequests(patient: string) {
  const load = useLoad(`requests ${patient}`, (signal) => loadRequests(server, patient, signal));
  useOnReconnect(load.reload, load.error !== undefined);
  const stored = useStored(isRequest);
  useEffect(() => { if (stored.length > 0) load.reload(); }, [stored.length]);
  return load;
}
