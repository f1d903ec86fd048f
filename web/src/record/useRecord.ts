/* Writing to the record: what is new goes through the outbox and waits there with the line down; what changes something that stands is sent
 * at once, against the version that was read, since nobody may change what another has changed meanwhile. */

import { useCallback, useEffect, useMemo, useState } from 'react';
import { useGiver } from '../drugs/useRound';
import type { Giver } from '../drugs/record';
import { problemOf, type FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import type { Resource } from '../fhir/types';
import type { Entry, Item } from '../outbox/item';
import { useOutbox, useStored } from '../outbox/use';
import { uuid4 } from '../vitals/uuid';

const KINDS = ['Condition', 'AllergyIntolerance', 'Immunization', 'Procedure', 'Goal', 'Flag', 'List', 'Task'];
const isOurs = (r: Entry): boolean => KINDS.includes(r.resourceType);

export interface UseRecord {
  me: Giver;
  add: (resource: Resource) => void;
  change: (resource: Resource) => Promise<void>;
  failure: FhirError | undefined;
  /* of this person and not yet with the server; halted ones are refused */
  waiting: Item[];
}

export function useRecord(patient: string, reload: () => void): UseRecord {
  const me = useGiver();
  const { box, items } = useOutbox();
  const stored = useStored(isOurs).length;
  const [failure, setFailure] = useState<FhirError>();
  useEffect(() => { if (stored > 0) reload(); }, [stored, reload]);
  const add = useCallback((resource: Resource) => {
    box.add({ id: uuid4(), at: nowMs(), resource: resource as Entry, patient });
  }, [box, patient]);
  const change = useCallback(async (resource: Resource): Promise<void> => {
    setFailure(undefined);
    try {
      await server.update(resource, `W/"${resource.meta?.versionId ?? ''}"`);
    } catch (e) {
      setFailure(problemOf(e));
    }
    reload();
  }, [reload]);
  const waiting = useMemo(() => items.filter((i) => i.patient === patient && isOurs(i.resource)), [items, patient]);
  return { me, add, change, failure, waiting };
}
