/* "Strike this out?": asked before a result that was recorded for the wrong person, or from the wrong paper, stops counting. What strikes it is the caller's. */

import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { problemOf, type FhirError } from '../fhir/client';
import { Dialog } from './Dialog';
import { Problem } from './Problem';

/* words: the question, what becomes of it, and the two answers */
interface Props { words: { sure: string; how: string; keep: string; strike: string }; onStrike: () => Promise<unknown>; onClose: () => void; onDone: () => void; children: ReactNode }

export function Strike({ words, onStrike, onClose, onDone, children }: Props) {
  const [failure, setFailure] = useState<FhirError>();
  const [busy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      await onStrike();
      onDone();
    } catch (e) {
      setFailure(problemOf(e));
      setBusy(false);
    }
  };
  return (
    <Dialog title={words.sure} onClose={onClose}>
      <p>{children}</p>
      <p className="an-dim">{words.how}</p>
      {failure && <Problem error={failure} />}
      <div className="an-row">
        <Button variant="default" data-autofocus onClick={onClose}>{words.keep}</Button>
        <Button color="red" disabled={busy} onClick={() => void send()}>{words.strike}</Button>
      </div>
    </Dialog>
  );
}
