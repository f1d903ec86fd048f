/* Tries again by itself what did not get through: every few seconds, and at once when the line is back. `again` is one from useCallback. */

import { useEffect } from 'react';

const RETRY_MS = 5_000;

export function useAgain(wanted: boolean, again: () => void): void {
  useEffect(() => {
    if (!wanted) return undefined;
    const timer = setInterval(again, RETRY_MS);
    window.addEventListener('online', again);
    return () => { clearInterval(timer); window.removeEventListener('online', again); };
  }, [wanted, again]);
}
