/* One act at a door of /auth: busy, what went wrong, and how long to wait. */

import { useCallback, useRef, useState } from 'react';
import { AuthError, authErrorOf } from './api';
import { useCountdown } from './fields';
import { session } from './here';

export interface Act {
  busy: boolean;
  error: AuthError | undefined;
  left: number;
  /* true when it was done */
  run: (act: () => Promise<void>) => Promise<boolean>;
  fail: (error: AuthError) => void;
  clear: () => void;
}

export function useAct(): Act {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AuthError>();
  const going = useRef(false);
  const left = useCountdown(error);
  const run = useCallback(async (act: () => Promise<void>): Promise<boolean> => {
    if (going.current) return false;
    going.current = true;
    setBusy(true);
    setError(undefined);
    try {
      await act();
      return true;
    } catch (problem) {
      const known = authErrorOf(problem);
      setError(known);
      /* locked or ended meanwhile: the door comes up by itself */
      if (['locked', 'not-signed-in', 'other-account'].includes(known.problem)) void session.refresh();
      return false;
    } finally {
      going.current = false;
      setBusy(false);
    }
  }, []);
  return { busy, error, left, run, fail: setError, clear: useCallback(() => setError(undefined), []) };
}
