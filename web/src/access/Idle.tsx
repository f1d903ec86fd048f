/* Runs the idle clock of the one who is at the page, warns half a minute before, and locks. */

import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useI18n } from '../i18n/context';
import { Icon } from '../ui/Icon';
import { session, wire } from './here';
import { IdleClock, type IdleState } from './idle';

const HANDS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;
const LOOK_MS = 500;
const AWAKE: IdleState = { kind: 'awake' };

export function Idle({ seconds }: { seconds: number }) {
  const { t } = useI18n();
  const [state, setState] = useState<IdleState>(AWAKE);
  useEffect(() => {
    const clock = new IdleClock(seconds, Date.now());
    const look = (): void => {
      const now = clock.look(Date.now());
      if (now.kind === 'lock') void session.lock();
      else setState((s) => (s.kind === 'awake' && now.kind === 'awake' ? s : now));
    };
    let heardAt = 0;
    const hand = (): void => {
      if (clock.touch(Date.now())) {
        session.api.awake().catch(() => void session.refresh());
        wire?.send('active'); /* the same person may be at work in another tab */
      }
      if (Date.now() - heardAt > LOOK_MS) look();
      heardAt = Date.now();
    };
    const elsewhere = wire?.listen((word) => { if (word === 'active') { clock.touch(Date.now()); look(); } });
    for (const kind of HANDS) document.addEventListener(kind, hand, { capture: true, passive: true });
    const timer = setInterval(look, LOOK_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      for (const kind of HANDS) document.removeEventListener(kind, hand, { capture: true });
      document.removeEventListener('visibilitychange', look);
      clearInterval(timer);
      elsewhere?.();
    };
  }, [seconds]);
  return (
    <div role="status" className="an-idle-live">
      {state.kind === 'warn' && (
        <div className="an-idle">
          <Icon name="lock" />
          <span>{t('idle.soon')} <span aria-hidden="true" className="an-number">{t('idle.left', { n: state.left })}</span></span>
          <Button variant="default" onClick={() => setState(AWAKE)}>{t('idle.stay')}</Button>
        </div>
      )}
    </div>
  );
}
