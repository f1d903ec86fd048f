/* A question that must be answered before anything else. Not the <dialog> element: shown modally it makes the rest of the
 * document inert even while its own part is hidden, and the lock screen must always work. */

import { useFocusTrap } from '@mantine/hooks';
import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';

export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
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
    document.addEventListener('keydown', key);
    return () => {
      document.removeEventListener('keydown', key);
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <div className="an-dialog-ground">
      <div className="an-dialog" role="dialog" aria-modal="true" aria-labelledby={id} ref={trap} tabIndex={-1}>
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </div>
  );
}
