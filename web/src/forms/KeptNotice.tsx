/* "Saved", or "kept, waiting": with the seconds in which it can be taken back. */

import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { nowMs } from '../fhir/clock';
import { useWords } from '../i18n/forms';
import type { Entry } from '../outbox/item';
import { useOutbox } from '../outbox/use';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { UNDO_SECONDS } from '../vitals/recent';
import { forgetKept, keptUndone, useKept, type Kept } from './kept';
import { rememberSaved } from './queue';

/* Of whom: the page of one person, or of a ward. There the name is said: the next one sits at the table already. */
export function KeptNotice({ of, isNamed = false }: { of: (patient: string) => boolean; isNamed?: boolean }) {
  const kept = useKept();
  return kept && of(kept.patient) ? <Shown key={kept.wanted.id} kept={kept} isNamed={isNamed} /> : null;
}

function Shown({ kept, isNamed }: { kept: Kept; isNamed: boolean }) {
  const w = useWords();
  const { box, items, reached } = useOutbox();
  const [held, setHeld] = useState(false);
  const [left, setLeft] = useState(() => Math.max(0, UNDO_SECONDS - Math.floor((nowMs() - kept.at) / 1000)));
  useEffect(() => {
    if (held) return undefined;
    const timer = setInterval(() => setLeft((n) => Math.max(0, n - 1)), 1000);
    return () => clearInterval(timer);
  }, [held]);
  const item = items.find((i) => i.id === kept.wanted.id);
  const waiting = item !== undefined && item.halt === undefined && (!reached || item.tries > 0);
  const undo = (): void => {
    const back: Entry = { ...kept.wanted.resource, status: 'entered-in-error' };
    if (!box.change(kept.wanted.id, back)) box.add({ ...kept.wanted, resource: back });
    rememberSaved(kept.wanted.id, back);
    keptUndone();
  };
  const close = <Button variant="subtle" leftSection={<Icon name="close" />} onClick={forgetKept}>{w('kept.close')}</Button>;
  const form = isNamed ? `${kept.title} · ${kept.name}` : kept.title;
  if (item?.halt) return null; /* told below, with what to do */
  if (kept.undone) return <Notice kind="info" title={w('kept.undone', { form })} role="status">{close}</Notice>;
  const outcome = kept.outcome === '' ? '' : `: ${kept.outcome}`;
  return (
    <div className="an-noprint">
      <Notice
        kind={waiting ? 'info' : 'good'} role="status" title={`${w(waiting ? 'kept.waiting' : 'kept.saved', { form })}${outcome}`}
        after={(
          <div className="an-row">
            {left > 0 && (
              <>
                <Button
                  variant="default" leftSection={<Icon name="undo" />} onClick={undo} onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}
                  onMouseEnter={() => setHeld(true)} onMouseLeave={() => setHeld(false)}
                >
                  {w('kept.undo')}
                </Button>
                <span className="an-number">{w('kept.undoIn', { n: left })}</span>
              </>
            )}
            {close}
          </div>
        )}
      >
        {waiting && <p>{w('kept.waitingDo')}</p>}
      </Notice>
    </div>
  );
}
