/* The moment now, told anew every so often, so that what gets late is seen to: only as long as it is wanted. */

import { useEffect, useState } from 'react';
import { nowMs } from '../fhir/clock';

export function useNow(everyMs = 15_000, wanted = true): number {
  const [now, setNow] = useState(nowMs);
  useEffect(() => {
    if (!wanted) return undefined;
    const timer = setInterval(() => setNow(nowMs()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, wanted]);
  return now;
}
