/* Like useLoad, for the work of a ward that goes on without a line: what was heard last (lately.ts) stands there with its hour as soon as it is
 * clear that the server says nothing, and the server is asked on until it does. */

import { useEffect, useMemo, useRef, useState } from 'react';
import { unheardOf } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { whenHandIsOff } from '../ui/hand';
import { useLoad, type Loaded } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { heardLately, keepHeard, SLOW, SLOW_MS } from './lately';
import type { UnheardSince } from './Unheard';

const ASK_MS = 20_000;

export interface Lately<T> extends Loaded<T> {
  /* said while `data` is not of now */
  unheard: UnheardSince | undefined;
}

export function useLately<T>(key: string, ask: (signal: AbortSignal) => Promise<T>): Lately<T> {
  const isOldShown = useRef(false);
  const load = useLoad(key, async (signal) => {
    const data = await ask(signal);
    if (isOldShown.current) await new Promise<void>(whenHandIsOff); /* somebody works on what stands there */
    if (!signal.aborted) keepHeard(key, data, nowMs()); /* else another may be at the page by now */
    return data;
  });
  const { reload, loading, error } = load;
  const isHeard = load.data !== undefined;
  /* why nothing was heard of this key; it stays while the server is asked once more */
  const [why, setWhy] = useState<{ key: string; error: unknown }>();
  useEffect(() => {
    if (error !== undefined) setWhy({ key, error });
    if (isHeard || error !== undefined) return undefined;
    const timer = setTimeout(() => setWhy((before) => (before?.key === key ? before : { key, error: SLOW })), SLOW_MS);
    return () => clearTimeout(timer);
  }, [key, isHeard, error]);
  const reason = !isHeard && why?.key === key ? why.error : undefined;
  const known = useMemo(() => (reason === undefined ? undefined : heardLately<T>(key, reason)), [key, reason]);
  const isOld = known !== undefined;
  isOldShown.current = isOld;
  useOnReconnect(reload, isOld || error !== undefined);
  useEffect(() => {
    if (!isOld || loading) return undefined;
    const timer = setTimeout(reload, ASK_MS);
    return () => clearTimeout(timer);
  }, [isOld, loading, reload]);
  return {
    ...load, data: load.data ?? known?.what,
    unheard: known && { kind: unheardOf(reason) === 'lost' ? 'lost' : 'late', at: known.at },
  };
}
