/* Loads something from the server for a screen: one state machine instead of three flags per screen. A newer request makes
 * an older answer worthless, so the older one is cancelled and, should it arrive all the same, dropped. What was loaded
 * stays visible while it is refreshed. */

import { useCallback, useEffect, useRef, useState } from 'react';
import { isAbort } from '../fhir/client';

export interface Loaded<T> {
  data: T | undefined;
  error: unknown;
  loading: boolean;
  reload: () => void;
}

export function useLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ key: string; data: T | undefined; error: unknown; loading: boolean }>(
    { key, data: undefined, error: undefined, loading: true });
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;

  useEffect(() => {
    const abort = new AbortController();
    setState((s) => ({ key, data: s.key === key ? s.data : undefined, error: undefined, loading: true }));
    latest.current(abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setState({ key, data, error: undefined, loading: false });
      },
      (error: unknown) => {
        if (abort.signal.aborted || isAbort(error)) return;
        setState((s) => ({ ...s, error, loading: false }));
      },
    );
    return () => abort.abort();
  }, [key, round]);

  const reload = useCallback(() => setRound((r) => r + 1), []);
  /* what belongs to the previous key is never shown under the new one, not even for one frame */
  return state.key === key ? { ...state, reload } : { data: undefined, error: undefined, loading: true, reload };
}
