/* What is typed into one form, as one object: kept from the first change on (drafts.ts), so that a reload, a lock or another person's turn in the middle of it
 * loses nothing; let go of when it was sent or put aside. */

import { useCallback, useRef, useState } from 'react';
import { useDrafts } from './drafts';

export interface Typed<T> {
  now: T;
  change: (part: Partial<T>) => void;
  forget: () => void;
}

/* Of the form as it is now: what an older page kept beside it is left out, what is new in it begins empty. */
export function readTyped<T extends object>(text: string | null, fresh: T): T | undefined {
  try {
    const kept = JSON.parse(text ?? 'null') as Partial<T> | null;
    if (typeof kept !== 'object' || kept === null || Array.isArray(kept)) return undefined;
    return { ...fresh, ...Object.fromEntries(Object.entries(kept).filter(([k]) => k in fresh)) };
  } catch {
    return undefined;
  }
}

/* resumed: what was true when it was begun and no longer is when it is taken up again, such as "now" */
export function useTyped<T extends object>(kind: string, id: string, begin: () => T, resumed: (kept: T) => T = (kept) => kept): Typed<T> {
  const drafts = useDrafts();
  const [first] = useState(() => {
    const fresh = begin();
    const kept = readTyped(drafts.get(kind, id), fresh);
    return kept === undefined ? fresh : resumed(kept);
  });
  const [now, setNow] = useState(first);
  const latest = useRef(now);
  const change = useCallback((part: Partial<T>) => {
    latest.current = { ...latest.current, ...part };
    drafts.keep(kind, id, JSON.stringify(latest.current));
    setNow(latest.current);
  }, [drafts, kind, id]);
  const forget = useCallback(() => drafts.keep(kind, id, undefined), [drafts, kind, id]);
  return { now, change, forget };
}
