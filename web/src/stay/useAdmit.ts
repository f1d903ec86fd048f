/* The life of one admission: typed, compared with who is there, sent once, taken back within a short while. With the line down it is kept with
 * whoever typed it (access/drafts.ts) and sent by itself when the line is back; a refusal brings the form back as it was. */

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useDrafts } from '../access/drafts';
import { useMe } from '../access/me';
import { FhirError, problemOf } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { clockDate, toLocalInput } from '../fhir/dates';
import { server } from '../fhir/server';
import { STAY_CATALOGUES } from '../i18n/stay';
import { fill } from '../i18n/format';
import { useNow } from '../ui/useNow';
import { admission, type Words } from './admit';
import { lookedAfter, registration } from './client';
import { emptyDraft, isTouched, issuesOf, parseDraft, type Draft, type Issue, type Living } from './draft';
import { bedRefused, sendAll, takeAllBack, type Written } from './load';
import { useAgain } from './useAgain';
import { GROUPS } from './ways';

const KIND: Record<Living, string> = { bed: 'admission', away: 'client' };
const NOW = 'now';
const UNDO_MS = 60_000;

/* The record is Vietnamese, whatever language the page has at this moment. */
const { vi } = STAY_CATALOGUES;
export const WORDS: Words = {
  unknown: (gender, about, day) => fill(vi['record.unknown'], { gender: vi[gender === 'male' ? 'gender.male' : gender === 'female' ? 'gender.female' : 'gender.unknown'].toLowerCase(), about, day }),
  papers: vi['record.papers'], belongings: vi['record.belongings'],
  task: { 'notify-commune': vi['timer.notify-commune'], identify: vi['timer.identify'], 'complete-file': vi['timer.complete-file'], term: vi['timer.term'] },
  client: { day: vi['client.day'], outpatient: vi['client.outpatient'], 'work-accident': vi['client.work-accident'], 'work-disease': vi['client.work-disease'] },
  group: (code) => GROUPS.find((g) => g.code === code)?.vi ?? code,
};

export type Phase = 'typing' | 'sending' | 'waiting' | 'done' | 'undone';
export interface Done { written: Written[]; at: number; patient: string; encounter: string; name: string }

export interface UseAdmit {
  /* under which name the draft is kept */
  kind: string;
  draft: Draft; set: (change: Partial<Draft>) => void; issues: Issue[]; strict: boolean;
  phase: Phase; error: FhirError | undefined; takenBed: string | undefined; already: 'client' | 'stay' | undefined; done: Done | undefined; canUndo: boolean;
  submit: () => void; undo: () => void; fresh: () => void; mayFinance: boolean; mayDecide: boolean;
}

export function useAdmit(facility: string, living: Living): UseAdmit {
  const kind = KIND[living];
  const drafts = useDrafts();
  const { has } = useMe();
  const start = useCallback(() => emptyDraft(toLocalInput(new Date(nowMs())), facility, living), [facility, living]);
  const [draft, setDraft] = useState<Draft>(() => parseDraft(drafts.get(kind, NOW), start()));
  const [strict, setStrict] = useState(false);
  const [phase, setPhase] = useState<Phase>('typing');
  const [error, setError] = useState<FhirError>();
  const [takenBed, setTakenBed] = useState<string>();
  const [already, setAlready] = useState<'client' | 'stay'>();
  const [done, setDone] = useState<Done>();
  const mayFinance = has('records-clerk', 'social-worker', 'system');
  const mayDecide = has('records-clerk', 'social-worker', 'doctor', 'assistant-doctor', 'system');
  const now = useNow(1000, phase === 'done');
  const going = useRef(false);
  useEffect(() => { if (draft.facility === '' && facility !== '') setDraft((d) => ({ ...d, facility })); }, [facility, draft.facility]);
  useEffect(() => {
    if (phase === 'done' || phase === 'undone') drafts.keep(kind, NOW, undefined);
    else drafts.keep(kind, NOW, isTouched(draft) ? JSON.stringify(draft) : undefined);
  }, [draft, drafts, kind, phase]);
  const issues = useMemo(() => issuesOf(draft, clockDate(new Date(nowMs())), nowMs()), [draft]);
  const set = useCallback((change: Partial<Draft>) => { setDraft((d) => ({ ...d, ...change })); setTakenBed(undefined); setAlready(undefined); }, []);

  const send = useCallback(async () => {
    if (going.current) return;
    going.current = true;
    setPhase('sending');
    setError(undefined);
    try {
      const known = draft.living === 'away' ? await lookedAfter(server, draft) : undefined;
      setAlready(known);
      if (known !== undefined) {
        setPhase('typing');
        return;
      }
      const make = draft.living === 'away' ? registration : admission;
      const written = await sendAll(server, make(draft, clockDate(new Date(nowMs())), WORDS, { finance: mayFinance, decisions: mayDecide }));
      const idOf = (type: string): string => written.find((w) => w.reference.startsWith(`${type}/`))?.reference.split('/')[1] ?? '';
      setDone({ written, at: nowMs(), patient: draft.same || idOf('Patient'), encounter: idOf('Encounter'), name: draft.name });
      setPhase('done');
    } catch (e) {
      const problem = problemOf(e);
      setError(problem);
      setTakenBed(bedRefused(problem));
      /* nobody there, or too busy: it waits and goes by itself; anything else a person must look at */
      setPhase(problem.uncertain || problem.problem === 'busy' ? 'waiting' : 'typing');
    } finally {
      going.current = false;
    }
  }, [draft, mayFinance, mayDecide]);

  useAgain(phase === 'waiting', useCallback(() => { void send(); }, [send]));

  const submit = useCallback(() => {
    const wrong = issuesOf(draft, clockDate(new Date(nowMs())), nowMs()).find((i) => i.stops);
    setStrict(true);
    if (wrong) {
      const box = document.getElementById(`stay-${wrong.field}`);
      const target = box?.matches('input, select, textarea') ? box : box?.querySelector<HTMLElement>('input, select, textarea, button');
      target?.focus();
      return;
    }
    void send();
  }, [draft, send]);

  const undo = useCallback(() => {
    if (!done || going.current) return;
    going.current = true;
    setError(undefined);
    takeAllBack(server, done.written).then(() => setPhase('undone'), (e: unknown) => setError(problemOf(e))).finally(() => { going.current = false; });
  }, [done]);
  const fresh = useCallback(() => {
    setDraft(start());
    setStrict(false);
    setDone(undefined);
    setError(undefined);
    setAlready(undefined);
    setPhase('typing');
  }, [start]);
  return {
    kind, draft, set, issues, strict, phase, error, takenBed, already, done, canUndo: done !== undefined && now - done.at < UNDO_MS, submit, undo, fresh, mayFinance, mayDecide,
  };
}
