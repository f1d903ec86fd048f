/* The life of one edit of somebody's identity: read, typed, compared with what became of it meanwhile, sent once, taken back within a minute.
 * What is typed stays with whoever typed it (access/drafts.ts). A lost answer is found again by looking; somebody else's edit is shown beside
 * one's own, and what both changed is chosen field by field. */

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useDrafts } from '../access/drafts';
import { useMe } from '../access/me';
import { problemOf, type FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { clockDate } from '../fhir/dates';
import { server } from '../fhir/server';
import { wardInstant } from '../fhir/zone';
import { useLoad } from '../ui/useLoad';
import { useNow } from '../ui/useNow';
import { uuid4 } from '../vitals/uuid';
import { allValues, changed, isThere, issuesOf, merge, parseDraft, partsOf, written, type Change, type Draft, type Issue, type Kind, type Known, type Values } from './identity';
import { loadKnown, undoEntries } from './identityLoad';
import { sendAll, type Written } from './load';
import { useAgain } from './useAgain';
import { GROUPS } from './ways';

const KIND = 'identity';
const UNDO_MS = 60_000;

export type Phase = 'typing' | 'sending' | 'waiting' | 'done' | 'undone';
export interface Clash { key: string; mine: string; theirs: string }

export interface UseIdentity {
  known: Known | undefined; loadError: unknown; reload: () => void;
  values: Values; base: Values; set: (key: string, value: string) => void; kind: Kind | ''; setKind: (k: Kind | '') => void; why: string; setWhy: (w: string) => void;
  changedKeys: string[]; issues: Issue[]; phase: Phase; error: FhirError | undefined; restored: boolean; drop: () => void;
  clashes: Clash[]; taken: string[]; choose: (key: string, value: string) => void; submit: () => void; undo: () => void; canUndo: boolean;
}

const groupText = (code: string): string => GROUPS.find((g) => g.code === code)?.vi ?? code;
const fresh = (base: Values): Draft => ({ id: uuid4(), base, values: base, kind: '', why: '' });

export function useIdentity(id: string): UseIdentity {
  const drafts = useDrafts();
  const { practitioner } = useMe();
  const load = useLoad(`identity ${id}`, (signal) => loadKnown(server, id, signal));
  const [known, setKnown] = useState<Known>();
  const [draft, setDraft] = useState<Draft>();
  const [restored, setRestored] = useState(false);
  const [clashes, setClashes] = useState<Clash[]>([]);
  const [taken, setTaken] = useState<string[]>([]);
  const [phase, setPhase] = useState<Phase>('typing');
  const [error, setError] = useState<FhirError>();
  const [done, setDone] = useState<{ before: Known; written: Written[]; at: number }>();
  const going = useRef(false);
  const now = useNow(1000, phase === 'done');

  /* the record as it is now, under what is typed */
  const absorb = useCallback((theirs: Known, d: Draft | undefined): { known: Known; draft: Draft; clean: boolean } => {
    const values = allValues(theirs);
    const m = d && merge(d.base, d.values, values);
    const next = d && m ? { ...d, base: values, values: m.values } : fresh(values);
    setKnown(theirs);
    setDraft(next);
    if (m) {
      setTaken(m.taken);
      setClashes(m.clash.map((key) => ({ key, mine: d.values[key] ?? '', theirs: values[key] ?? '' })));
    }
    return { known: theirs, draft: next, clean: !m || (m.clash.length === 0 && m.taken.length === 0) };
  }, []);
  useEffect(() => {
    if (!load.data || known) return;
    const kept = parseDraft(drafts.get(KIND, id));
    setRestored(kept !== undefined);
    absorb(load.data, kept);
  }, [load.data, known, drafts, id, absorb]);

  const changedKeys = useMemo(() => (draft ? changed(draft.base, draft.values) : []), [draft]);
  useEffect(() => {
    if (!draft) return;
    const keep = phase !== 'done' && phase !== 'undone' && (changedKeys.length > 0 || draft.why !== '');
    drafts.keep(KIND, id, keep ? JSON.stringify(draft) : undefined);
  }, [draft, changedKeys, phase, drafts, id]);
  const issues = useMemo(() => (known && draft ? issuesOf(known, draft.base, draft.values, clockDate(new Date(nowMs()))) : []), [known, draft]);
  const edit = useCallback((change: (d: Draft) => Draft) => setDraft((d) => d && change(d)), []);

  const change = useCallback((d: Draft, kind: Kind): Change => ({ id: d.id, kind, why: d.why, who: practitioner ?? '', at: wardInstant(nowMs()) }), [practitioner]);

  /* what stands there now, for the heading and the history; what was typed has been sent */
  const refresh = useCallback(() => { loadKnown(server, id).then(setKnown, () => undefined); }, [id]);

  const send = useCallback(async (d: Draft, over: Known, again: boolean) => {
    if (going.current || d.kind === '') return;
    going.current = true;
    setPhase('sending');
    setError(undefined);
    let at = { known: over, draft: d, clean: true };
    try {
      if (again) {
        /* did the last try arrive after all? */
        const theirs = await loadKnown(server, id);
        if (isThere(d.values, allValues(theirs)) && changed(d.base, d.values).every((k) => !k.includes('/+'))) {
          setDone({ before: over, written: [], at: 0 });
          setPhase('done');
          setKnown(theirs);
          return;
        }
        at = absorb(theirs, d);
        if (!at.clean) {
          setPhase('typing');
          return;
        }
      }
      const entry = written(at.known, at.draft.base, at.draft.values, change(at.draft, d.kind), clockDate(new Date(nowMs())), groupText);
      const answer = await sendAll(server, { resourceType: 'Bundle', type: 'transaction', entry });
      setDone({ before: at.known, written: answer, at: nowMs() });
      setPhase('done');
      refresh();
    } catch (e) {
      const problem = problemOf(e);
      if (problem.problem === 'conflict') {
        await loadKnown(server, id).then((theirs) => { absorb(theirs, at.draft); }, (f: unknown) => setError(problemOf(f)));
        setPhase('typing');
      } else {
        setError(problem);
        setPhase(problem.uncertain || problem.problem === 'busy' ? 'waiting' : 'typing');
      }
    } finally {
      going.current = false;
    }
  }, [absorb, change, id, refresh]);

  useAgain(phase === 'waiting', useCallback(() => { if (draft && known) void send(draft, known, true); }, [draft, known, send]));

  const undo = useCallback(() => {
    if (!done || !draft || going.current) return;
    going.current = true;
    setError(undefined);
    const before = [...partsOf(done.before), ...(done.before.episode ? [done.before.episode] : [])];
    undoEntries(server, before, done.written, change(draft, 'undone'))
      .then((entry) => server.transaction({ resourceType: 'Bundle', type: 'transaction', entry }))
      .then(() => { setPhase('undone'); refresh(); }, (e: unknown) => setError(problemOf(e)))
      .finally(() => { going.current = false; });
  }, [done, draft, change, refresh]);

  return {
    known, loadError: known ? undefined : load.error, reload: load.reload, values: draft?.values ?? {}, base: draft?.base ?? {}, kind: draft?.kind ?? '', why: draft?.why ?? '',
    set: (key, value) => edit((d) => ({ ...d, values: { ...d.values, [key]: value } })), setKind: (kind) => edit((d) => ({ ...d, kind })), setWhy: (why) => edit((d) => ({ ...d, why })),
    changedKeys, issues, phase, error, restored, clashes, taken,
    drop: () => { if (known) { setDraft(fresh(allValues(known))); setRestored(false); setClashes([]); setTaken([]); } },
    choose: (key, value) => { edit((d) => ({ ...d, values: { ...d.values, [key]: value } })); setClashes((list) => list.filter((c) => c.key !== key)); },
    submit: () => { if (draft && known) void send(draft, known, false); },
    undo, canUndo: done !== undefined && done.written.length > 0 && now - done.at < UNDO_MS,
  };
}
