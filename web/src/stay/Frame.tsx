/* Around the form of one act: what is wrong with it, what waits, what the server refused, and the two ways on. */

import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useWords } from '../i18n/stay';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { bedRefused } from './load';
import { Section } from './parts';
import type { Sending } from './useSend';

/* left: what is not filled in or not right yet, by the names the form gives it; nothing of it, and the form can be sent. */
export function Frame({ title, sending, left, go, onSubmit, onCancel, children }: {
  title: string; sending: Sending; left: (string | false)[]; go: string; onSubmit: () => void; onCancel: () => void; children: ReactNode;
}) {
  const w = useWords();
  const [tried, setTried] = useState(false);
  const list = left.filter((x) => x !== false);
  const ok = list.length === 0;
  return (
    <form noValidate onSubmit={(e) => { e.preventDefault(); setTried(true); if (ok && !sending.waiting) onSubmit(); }}>
      <Section title={title}>
        {children}
        <div role="alert">
          {tried && !ok && <p className="an-stay-wrong"><Icon name="warn" />{w('act.left', { list: list.join('; ') })}</p>}
          {sending.waiting && <Notice kind="warn" title={w('waiting')}><p>{w('waitingDo')}</p></Notice>}
          {sending.error?.problem === 'conflict' ? <Notice kind="warn" title={w('act.changed')}><p>{w('act.changedDo')}</p></Notice>
            : bedRefused(sending.error) !== undefined ? <Notice kind="bad" title={w('bed.taken')}><p>{w('bed.takenDo')}</p></Notice>
              : /medicines are still ordered/.test(sending.error?.diagnostics ?? '') ? <Notice kind="bad" title={w('end.orders')}><p>{w('end.ordersDo')}</p></Notice>
                : sending.error !== undefined && <Problem error={sending.error} />}
        </div>
        <div className="an-row">
          <Button type="submit" loading={sending.busy} disabled={sending.waiting}>{go}</Button>
          <Button variant="default" onClick={onCancel} disabled={sending.busy || sending.waiting}>{w('cancel')}</Button>
        </div>
      </Section>
    </form>
  );
}
