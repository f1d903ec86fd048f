/* The life of one paper that is typed: kept at every stroke, put into the outbox whole, and then begun anew. */

import { useCallback, useEffect, useState } from 'react';
import { useDrafts } from '../access/drafts';
import { useGiver } from '../drugs/useRound';
import { nowMs } from '../fhir/clock';
import type { Entry } from '../outbox/item';
import { useOutbox } from '../outbox/use';
import { emptySheet, findSheet, keepSheet, partsOf, type Sheet } from './sheet';

export interface UseSheet { sheet: Sheet; change: (part: Partial<Sheet>) => void; drop: () => void; save: (title: string) => void }

export function useSheet(patient: string): UseSheet {
  const drafts = useDrafts();
  const me = useGiver();
  const { box } = useOutbox();
  const [sheet, setSheet] = useState(() => findSheet(drafts, patient, nowMs()));
  useEffect(() => keepSheet(drafts, patient, sheet), [drafts, patient, sheet]);
  const change = useCallback((part: Partial<Sheet>) => setSheet((s) => ({ ...s, ...part, touchedAt: nowMs() })), []);
  const drop = useCallback(() => setSheet(emptySheet(nowMs())), []);
  const save = useCallback((title: string) => {
    const at = nowMs();
    const parts = partsOf(sheet, { patient, me, at }, title);
    const first = parts[0]?.resource as Entry;
    box.add({ id: sheet.id, at, resource: first, patient, parts, ...(sheet.order === '' ? {} : { closes: sheet.order }) });
    keepSheet(drafts, patient, emptySheet(at)); /* taken by the outbox: not a second time after a reload in this very moment */
    setSheet(emptySheet(at));
  }, [box, drafts, me, patient, sheet]);
  return { sheet, change, drop, save };
}
