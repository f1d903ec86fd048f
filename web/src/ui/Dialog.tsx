/* A question that must be answered before anything else. Not the <dialog> element: shown modally it makes the rest of the
 * document inert even while its own part is hidden, and the lock screen must always work. */

import { useFocusTrap } from '@mantine/hooks';
import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';

/* How long a key that was meant for what stood there before may still come down. */
const MEANT_BEFORE_MS = 700;

/* unasked: nobody did anything to open it; a key that comes down with it is no answer */
export function Dialog({ title, onClose, children, unasked = false }: { title: string; onClose: () => void; children: ReactNode; unasked?: boolean }) {
  const id = useId();
  const trap = useFocusTrap(true);
  const close = useRef(onClose);
  close.current = onClose;
  /* from the first frame it is seen: an Escape that is quick is not lost */
  useLayoutEffect(() => {
    const before = document.activeElement;
    const key = (e: KeyboardEvent): void => {
      if (e.key === 'Escape') close.current();
    };
    const began = performance.now();
    const early = (e: Event): void => {
      if (!unasked || performance.now() - began > MEANT_BEFORE_MS || !(e instanceof KeyboardEvent) || e.key === 'Escape') return;
      e.preventDefault();
      e.stopPropagation();
    };
    document.addEventListener('keydown', early, true);
    document.addEventListener('keyup', early, true); /* a space presses a button when it comes up */
    document.addEventListener('keydown', key);
    return () => {
      document.removeEventListener('keydown', early, true);
      document.removeEventListener('keyup', early, true);
      document.removeEventListener('keydown', key);
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [unasked]);
  return (
    <div className="an-dialog-ground">
      <div className="an-dialog" role="dialog" aria-modal="true" aria-labelledby={id} ref={trap} tabIndex={-1}>
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </div>
  );
}
