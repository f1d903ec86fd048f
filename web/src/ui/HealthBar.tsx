/* On every screen, while the machine of the server is in trouble: what waits because of it. Asked once a minute while somebody looks. */

import { useEffect, useState, useSyncExternalStore } from 'react';
import { deviceAhead, doubtServer, onClock } from '../fhir/clock';
import { useI18n } from '../i18n/context';
import { askHealth, type Trouble } from './health';
import { Icon } from './Icon';

const EVERY_MS = 60_000;

export function HealthBar() {
  const { t } = useI18n();
  const [troubles, setTroubles] = useState<Trouble[]>([]);
  const minutes = Math.round(useSyncExternalStore(onClock, deviceAhead) / 60_000);
  const isDoubted = troubles.includes('clock');
  useEffect(() => doubtServer(isDoubted), [isDoubted]);
  useEffect(() => {
    const ends = new AbortController();
    const look = async (): Promise<void> => {
      if (document.visibilityState !== 'visible') return;
      const now = await askHealth(ends.signal);
      if (now && !ends.signal.aborted) setTroubles((before) => (before.join() === now.join() ? before : now));
    };
    const onLook = (): void => { void look(); };
    onLook();
    const timer = setInterval(onLook, EVERY_MS);
    document.addEventListener('visibilitychange', onLook);
    return () => {
      ends.abort();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onLook);
    };
  }, []);
  return (
    <div role="status" className="an-health-live an-noprint">
      {troubles.map((trouble) => (
        <div key={trouble} className="an-offline"><Icon name="warn" /><span>{t(`health.${trouble}`)}</span></div>
      ))}
      {minutes !== 0 && <div className="an-offline"><Icon name="clock" /><span>{t(minutes > 0 ? 'health.ahead' : 'health.behind', { n: Math.abs(minutes) })}</span></div>}
    </div>
  );
}
