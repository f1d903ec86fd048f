/* What is not sent yet, on every screen: a number, and that nothing is lost. Nothing at all when all is sent. */

import { useEffect, useState } from 'react';
import { useI18n } from '../i18n/context';
import { Icon } from '../ui/Icon';
import { useOutbox } from './use';

/* A tap that the server takes at once is no news. */
const QUIET_MS = 1500;

export function OutboxBar() {
  const { t } = useI18n();
  const { waiting, kept } = useOutbox();
  const [shown, setShown] = useState(false);
  const any = waiting > 0;
  useEffect(() => {
    if (!any) {
      setShown(false);
      return undefined;
    }
    const timer = setTimeout(() => setShown(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, [any]);
  const atRisk = any && !kept;
  useEffect(() => {
    if (!atRisk) return undefined;
    const ask = (e: BeforeUnloadEvent): void => e.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [atRisk]);
  return (
    <div role="status" className="an-outbox-live an-noprint">
      {shown && any && (
        <div className="an-offline an-outbox"><Icon name={kept ? 'clock' : 'warn'} /><span>{t(kept ? 'outbox.waiting' : 'outbox.notKept', { n: waiting })}</span></div>
      )}
    </div>
  );
}
