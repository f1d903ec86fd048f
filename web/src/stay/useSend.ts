/* Sends one act of a stay. With the line down it stays with whoever did it, in this tab (access/drafts.ts), and is sent by itself once the
 * line is back, also after a reload; what the server refuses is told and let go. */

import { useCallback, useEffect, useRef, useState } from 'react';
import { useDrafts } from '../access/drafts';
import { problemOf, type FhirError } from '../fhir/client';
import { server } from '../fhir/server';
import type { Bundle, Resource } from '../fhir/types';
import { uuid4 } from '../vitals/uuid';
import { doAct } from './acts';
import { takeAllBack } from './load';
import { useAgain } from './useAgain';

const KIND = 'stay-act';
interface Kept { act: string; bundle: Bundle; said: string }

/* before: what the act changes, as it stood; with it the act can be taken back as long as nobody has gone on from it */
export interface Sending { busy: boolean; waiting: boolean; error: FhirError | undefined; send: (make: (act: string) => Bundle, said: string, before?: Resource[]) => void }
export type Undo = () => Promise<void>;
export type OnDone = (said: string, undo?: Undo) => void;

function parse(text: string | null): Kept | undefined {
  try {
    const k = JSON.parse(text ?? 'null') as Kept | null;
    return k && typeof k.act === 'string' && k.bundle?.resourceType === 'Bundle' ? k : undefined;
  } catch {
    return undefined;
  }
}

export function useSend(person: string, onDone: OnDone): Sending {
  const drafts = useDrafts();
  const [kept, setKept] = useState<Kept | undefined>(() => parse(drafts.get(KIND, person)));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<FhirError>();
  const done = useRef(onDone);
  done.current = onDone;
  const going = useRef(false);
  const stood = useRef<{ act: string; before: Resource[] }>(undefined); /* gone with a reload, and with it the way back */
  const attempt = useCallback(async (k: Kept) => {
    if (going.current) return;
    going.current = true;
    setBusy(true);
    try {
      const written = await doAct(server, k.act, k.bundle);
      drafts.keep(KIND, person, undefined);
      setKept(undefined);
      setError(undefined);
      const before = stood.current?.act === k.act ? stood.current.before : [];
      done.current(k.said, written && before.length > 0 ? () => takeAllBack(server, written, before) : undefined);
    } catch (e) {
      const problem = problemOf(e);
      setError(problem);
      if (!problem.uncertain && problem.problem !== 'busy') {
        drafts.keep(KIND, person, undefined);
        setKept(undefined);
      }
    } finally {
      going.current = false;
      setBusy(false);
    }
  }, [drafts, person]);
  const again = useCallback(() => { if (kept) void attempt(kept); }, [kept, attempt]);
  useEffect(again, [again]);
  useAgain(kept !== undefined, again);
  const send = useCallback((make: (act: string) => Bundle, said: string, before: Resource[] = []) => {
    const act = uuid4();
    stood.current = { act, before };
    const next = { act, bundle: make(act), said };
    setError(undefined);
    drafts.keep(KIND, person, JSON.stringify(next));
    setKept(next);
  }, [drafts, person]);
  const waiting = kept !== undefined && error !== undefined;
  return { busy: busy && !waiting, waiting, error: waiting ? undefined : error, send };
}

export const hasKept = (get: (kind: string, id: string) => string | null, person: string): boolean => parse(get(KIND, person)) !== undefined;
