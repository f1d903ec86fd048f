/* What is not sent yet, on every screen: a number, and that nothing is lost; what the server did not take, and the way to it; and what was let go of a moment
 * ago, to be had back. Nothing at all when all is sent. */

import { useEffect, useState } from 'react';
import { SCREENS } from '../allScreens';
import { useI18n } from '../i18n/context';
import { Button } from '@mantine/core';
import { nowMs } from '../fhir/clock';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { UNDO_SECONDS } from '../vitals/recent';
import { useOutbox } from './use';

/* The light page (phone/screens.ts) has no such list: what is refused there stands where it was typed. */
const UNSENT = 'unsent';
const hasList = (): boolean => SCREENS.some((s) => s.path === UNSENT);

/* A tap that the server takes at once is no news. */
const QUIET_MS = 1500;

export function OutboxBar() {
  const { t } = useI18n();
  const { waiting, atRisk, items } = useOutbox();
  const halted = items.length - waiting;
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
      {halted > 0 && hasList() && <div className="an-offline an-refused"><Icon name="warn" /><span>{t('outbox.halted', { n: halted })}</span><a href={`#/${UNSENT}`}>{t('outbox.look')}</a></div>}
      <Dropped />
    </div>
  );
}

/* Whatever screen it was let go on. */
function Dropped() {
  const { t } = useI18n();
  const { box } = useOutbox();
  const dropped = box.dropped;
  const [over, setOver] = useState<number>();
  useEffect(() => {
    if (!dropped) return undefined;
    const timer = setTimeout(() => setOver(dropped.at), Math.max(0, dropped.at + UNDO_SECONDS * 1000 - nowMs()));
    return () => clearTimeout(timer);
  }, [dropped]);
  if (!dropped || dropped.at === over) return null;
  return <Notice kind="info" title={t('outbox.dropped')} after={<Button variant="default" leftSection={<Icon name="undo" />} onClick={() => box.takeBack()}>{t('outbox.takeBack')}</Button>} />;
}
