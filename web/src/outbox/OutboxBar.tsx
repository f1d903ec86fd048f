/* What is not sent yet, on every screen: a number, and that nothing is lost. Nothing at all when all is sent. */

import { useEffect, useState } from 'react';
import { useI18n } from '../i18n/context';
import { Icon } from '../ui/Icon';
import { useOutbox } from './use';

/* A tap that the server takes at once is no news. */
const QUIET_MS = 1500;

export function OutboxBar() {
  const { t } = useI18n();
  const { waiting, atRisk } = useOutbox();
  const [shown, setShown] = useState(false);
  const isAtRisk = atRisk > 0;
  const any = waiting > 0 || isAtRisk;
  useEffect(() => {
    if (!any) {
      setShown(false);
      return undefined;
    }
    const timer = setTimeout(() => setShown(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, [any]);
  return (
    <div role="status" className="an-outbox-live an-noprint">
      {shown && any && (
        <div className="an-offline an-outbox"><Icon name={isAtRisk ? 'warn' : 'clock'} /><span>{isAtRisk ? t('outbox.notKept', { n: atRisk }) : t('outbox.waiting', { n: waiting })}</span></div>
      )}
    </div>
  );
}
