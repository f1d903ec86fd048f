/* The life of one vitals form: restore what was typed, judge it as it changes, and send it exactly once.
 *
 * The order in save() matters. The identifiers under which a set travels are stored before it is sent, so that whatever
 * happens then (lost answer, reload, second tap) the same set goes out under the same identifiers. */

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useDrafts } from '../access/drafts';
import { problemOf, type FhirError } from '../fhir/client';
import { fromLocalInput, parseFhirDate, withOffset } from '../fhir/dates';
import { server } from '../fhir/server';
import type { Observation } from '../fhir/types';
import { observationsOf, prepareSend, transactionOf, type Saved, type Words } from './bundle';
import { emptyDraft, hasContent, judgeDraft, type Background, type Draft, type Judged, type SetKey } from './draft';
import { findDraft, keepDraft } from './draftStore';
import type { FieldKey, NumberField } from './kinds';
import { saveSet } from './save';
import { uuid4 } from './uuid';

export type TimeTrouble = 'takenFuture' | 'takenBad' | 'takenBeforeBirth' | undefined;

/* A clock that runs a little ahead of the server's is no reason to stop anybody. */
const AHEAD_MS = 2 * 60_000;

export function timeTrouble(takenAt: string, birthDate: string | undefined, now: number): TimeTrouble {
  if (takenAt === '') return undefined;
  const at = parseFhirDate(takenAt);
  if (at?.precision !== 'time') return 'takenBad';
  if (at.ms > now + AHEAD_MS) return 'takenFuture';
  const born = parseFhirDate(birthDate);
  return born && at.ms < born.ms ? 'takenBeforeBirth' : undefined;
}

export interface VitalsFormState {
  draft: Draft;
  judged: Judged;
  restored: boolean;
  dirty: boolean;
  saving: boolean;
  failure: FhirError | undefined;
  /* after the first try to save, every open point is shown */
  tried: boolean;
  trouble: TimeTrouble;
  change: (part: Partial<Draft>) => void;
  type: (field: NumberField, text: string) => void;
  toggleAbsent: (field: FieldKey) => void;
  confirm: (field: NumberField, yes: boolean) => void;
  setTime: (local: string) => void;
  drop: () => void;
  /* true when the set was recorded; false when something on the form stands in the way or the server did not take it */
  save: () => Promise<boolean>;
}

interface Inputs {
  patientId: string;
  birthDate: string | undefined;
  background: Background;
  words: Words;
  onSaved: (saved: Saved[]) => void;
  /* said by every entry of the set: who measured, during which stay */
  common?: Partial<Observation>;
  /* the early-warning score of this set, with the keys of its members as references; undefined: none is made */
  score?: ((made: Map<SetKey, Observation>) => Observation | undefined) | undefined;
}

export function useVitalsForm({ patientId, birthDate, background, words, onSaved, common, score }: Inputs): VitalsFormState {
  const drafts = useDrafts();
  const [found] = useState(() => findDraft(drafts, patientId));
  const [draft, setDraft] = useState(found.draft);
  const [restored, setRestored] = useState(found.restored);
  const [tried, setTried] = useState(false);
  const [saving, setSaving] = useState(false);
  const [failure, setFailure] = useState<FhirError>();
  const busy = useRef(false);
  const gone = useRef(false);

  const judged = useMemo(() => judgeDraft(draft, background), [draft, background]);
  const dirty = hasContent(draft);
  const trouble = timeTrouble(draft.takenAt, birthDate, Date.now());

  useEffect(() => {
    if (!gone.current) keepDraft(drafts, patientId, draft);
  }, [drafts, patientId, draft]);
  useWarnOnClose(dirty);

  const change = useCallback((part: Partial<Draft>) => {
    if (busy.current) return; /* what is on its way must not change under it */
    setDraft((d) => ({ ...d, ...part, touchedAt: Date.now() }));
  }, []);
  const type = useCallback((field: NumberField, text: string) => {
    setDraft((d) => (busy.current ? d : { ...d, typed: { ...d.typed, [field]: text }, touchedAt: Date.now() }));
  }, []);
  const toggleAbsent = useCallback((field: FieldKey) => {
    setDraft((d) => (busy.current ? d : { ...d, absent: { ...d.absent, [field]: !d.absent[field] }, touchedAt: Date.now() }));
  }, []);
  const confirm = useCallback((field: NumberField, yes: boolean) => {
    setDraft((d) => (busy.current ? d : {
      ...d, confirmed: { ...d.confirmed, [field]: yes ? (d.typed[field] ?? '').trim() : '' }, touchedAt: Date.now(),
    }));
  }, []);
  const setTime = useCallback((local: string) => {
    const at = fromLocalInput(local);
    change({ takenAt: at ? withOffset(at) : 'incomplete' });
  }, [change]);

  const drop = useCallback(() => {
    /* an attempt that may have arrived is not forgotten with the rest: it is withdrawn by the next save */
    setDraft((d) => ({
      ...emptyDraft(),
      superseded: [...d.superseded, ...Object.values(d.sent).flatMap((s) => (s ? [s.uuid] : []))],
    }));
    setRestored(false);
    setFailure(undefined);
    setTried(false);
  }, []);

  const save = useCallback(async (): Promise<boolean> => {
    if (busy.current) return false;
    setTried(true);
    setFailure(undefined);
    if (!judged.anything || judged.wrong.length > 0 || judged.unconfirmed.length > 0 || trouble) return false;
    busy.current = true;
    setSaving(true);
    const effective = draft.takenAt || withOffset(new Date());
    const observations = observationsOf(draft, judged, patientId, effective, words, common);
    const scored = score?.(observations);
    if (scored) observations.set('news2', { ...scored, effectiveDateTime: effective });
    const { sent, superseded } = prepareSend(draft, observations, uuid4);
    const going: Draft = { ...draft, takenAt: effective, sent, superseded };
    setDraft(going);
    keepDraft(drafts, patientId, going);
    try {
      const saved = await saveSet(server, transactionOf(observations, sent), superseded);
      gone.current = true;
      keepDraft(drafts, patientId, emptyDraft());
      onSaved(saved);
      return true;
    } catch (error) {
      setFailure(problemOf(error));
      return false;
    } finally {
      busy.current = false;
      setSaving(false);
    }
  }, [draft, judged, trouble, drafts, patientId, words, onSaved, common, score]);

  return {
    draft, judged, restored, dirty, saving, failure, tried, trouble,
    change, type, toggleAbsent, confirm, setTime, drop, save,
  };
}

function useWarnOnClose(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return undefined;
    const ask = (e: BeforeUnloadEvent): void => e.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty]);
}
