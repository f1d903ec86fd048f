/* What takes away something others go by is asked once, by its name, before it is done: one slip of a finger and nobody is turned tonight. */

import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Dialog } from './Dialog';

/* label: of the button, name: for who does not see beside what it stands; title, children: the question; keep, yes: the answers */
interface Props { label: string; name?: string; title: string; keep: string; yes: string; variant?: 'default' | 'subtle'; className?: string; onDo: () => void; children: ReactNode }

export function Sure({ label, name, title, keep, yes, variant = 'default', className, onDo, children }: Props) {
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button variant={variant} {...(className === undefined ? {} : { className })} {...(name === undefined ? {} : { 'aria-label': name })} onClick={() => setAsked(true)}>{label}</Button>
      {asked && (
        <Dialog title={title} onClose={() => setAsked(false)}>
          {children}
          <div className="an-row">
            <Button variant="default" data-autofocus onClick={() => setAsked(false)}>{keep}</Button>
            <Button color="red" onClick={() => { setAsked(false); onDo(); }}>{yes}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
