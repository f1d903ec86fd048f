/* The life of one vitals form: restore what was typed, judge it as it changes, and send it exactly once.
 *
 * The order in save() matters. The identifiers under which a set travels are stored before it is sent, so that whatever
 * happens then (lost answer, reload, second tap) the same set goes out under the same identifiers. */

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { namesOf } from '../drugs/load';
import { useDrafts } from '../access/drafts';
import { session } from '../access/here';
import { useOutbox } from '../outbox/use';
import type { FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { endOf, fromLocalInput, parseFhirDate, withOffset } from '../fhir/dates';
import { server } from '../fhir/server';
import type { Observation } from '../fhir/types';
import { observationsOf, prepareSend, transactionOf, type Saved, type Words } from './bundle';
import { emptyDraft, hasContent, judgeDraft, type Background, type Draft, type Judged, type SetKey } from './draft';
import { NEAR_MS, nearOf, type Near } from './near';
import { findDraft, keepDraft } from './draftStore';
import type { FieldKey, NumberField } from './kinds';
import { saveOrKeep, saveSet } from './save';
import { waitingNear, waitingSet } from './waiting';
import type { Item } from '../outbox/item';
import { uuid4 } from './uuid';
import { plainNumber } from './withUnit';

export type TimeTrouble = 'takenFuture' | 'takenBad' | 'takenBeforeBirth' | 'takenAfterDeath' | undefined;

/* A clock that runs a little ahead of the server's is no reason to stop anybody. */
const AHEAD_MS = 2 * 60_000;

/* died: the day or moment, or true when only that it happened is known: then every time may be after it */
export function timeTrouble(takenAt: string, birthDate: string | undefined, now: number, died?: string | true): TimeTrouble {
  const at = takenAt === '' ? undefined : parseFhirDate(takenAt);
  if (takenAt !== '') {
    if (at?.precision !== 'time') return 'takenBad';
    if (at.ms > now + AHEAD_MS) return 'takenFuture';
    const born = parseFhirDate(birthDate);
    if (born && at.ms < born.ms) return 'takenBeforeBirth';
  }
  return died !== undefined && isAfter(at?.ms ?? now, died) ? 'takenAfterDeath' : undefined;
}

function isAfter(at: number, died: string | true): boolean {
  if (died === true) return true;
  const end = endOf(died);
  return end !== undefined && at > end;
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
  /* the same signs were recorded just now, by somebody or in the same words: to be said whether this is another measuring */
  near: NearBy | undefined;
  change: (part: Partial<Draft>) => void;
  type: (field: NumberField, text: string) => void;
  /* left: the number stands alone where what followed it was only its unit */
  readUnit: (field: NumberField) => void;
  toggleAbsent: (field: FieldKey) => void;
  confirm: (field: NumberField, yes: boolean) => void;
  setTime: (local: string) => void;
  drop: () => void;
  /* true when the set was recorded or waits in the outbox; false when something on the form stands in the way or the server refused it */
  save: (isAnother?: boolean) => Promise<boolean>;
}

export interface NearBy extends Near { name: string }

/* Whoever cannot be asked within this time is not waited for: the set itself is what matters. */
const ASK_MS = 3_000;

async function nearBy(patientId: string, effective: string, mine: Observation[], me: string | undefined, sent: string[], items: Item[]): Promise<NearBy | undefined> {
  const at = Date.parse(effective);
  const waiting = waitingNear(items, patientId, at, NEAR_MS); /* of before it is asked: it may be sent meanwhile */
  const asked = new AbortController();
  const timer = setTimeout(() => asked.abort(), ASK_MS);
  try {
    const found = await server.search<Observation>('Observation', {
      patient: patientId, category: 'vital-signs', date: [`ge${new Date(at - NEAR_MS).toISOString()}`, `le${new Date(at + NEAR_MS).toISOString()}`],
      _include: 'Observation:performer', _count: 60,
    }, asked.signal);
    const near = nearOf(mine, [...found.items, ...waiting], me, sent);
    return near && { ...near, name: namesOf(found.included).get(near.who) ?? '' };
  } catch {
    const near = nearOf(mine, waiting, me, sent); /* not reached, or not allowed to look: then only this device is asked */
    return near && { ...near, name: '' };
  } finally {
    clearTimeout(timer);
  }
}

interface Inputs {
  patientId: string;
  birthDate: string | undefined;
  died?: string | true;
  background: Background;
  words: Words;
  /* waiting: nobody could be reached; it lies in the outbox and is sent once later */
  onSaved: (saved: Saved[], waiting: boolean) => void;
  /* said by every entry of the set measured at that moment: who measured, during which stay */
  common?: (at: number) => Partial<Observation>;
  /* the early-warning score of this set, with the keys of its members as references; undefined: none is made */
  score?: ((made: Map<SetKey, Observation>) => Observation | undefined) | undefined;
}

export function useVitalsForm({ patientId, birthDate, died, background, words, onSaved, common, score }: Inputs): VitalsFormState {
  const drafts = useDrafts();
  const { box } = useOutbox();
  const [found] = useState(() => findDraft(drafts, patientId));
  const [draft, setDraft] = useState(found.draft);
  const [restored, setRestored] = useState(found.restored);
  const [tried, setTried] = useState(false);
  const [saving, setSaving] = useState(false);
  const [failure, setFailure] = useState<FhirError>();
  const [near, setNear] = useState<NearBy>();
  const busy = useRef(false);
  const gone = useRef(false);

  const judged = useMemo(() => judgeDraft(draft, background), [draft, background]);
  const dirty = hasContent(draft);
  const trouble = timeTrouble(draft.takenAt, birthDate, nowMs(), died);

  useEffect(() => {
    if (!gone.current) keepDraft(drafts, patientId, draft);
  }, [drafts, patientId, draft]);
  useWarnOnClose(dirty);

  const change = useCallback((part: Partial<Draft>) => {
    if (busy.current) return; /* what is on its way must not change under it */
    setDraft((d) => ({ ...d, ...part, touchedAt: nowMs() }));
  }, []);
  const type = useCallback((field: NumberField, text: string) => {
    setDraft((d) => (busy.current ? d : { ...d, typed: { ...d.typed, [field]: text }, touchedAt: nowMs() }));
  }, []);
  const readUnit = useCallback((field: NumberField) => {
    setDraft((d) => {
      const typed = d.typed[field] ?? '';
      const text = plainNumber(field, typed);
      return busy.current || field === 'glucose' || text === typed || !/^\d+([.,]\d+)?$/.test(text) ? d : { ...d, typed: { ...d.typed, [field]: text } };
    });
  }, []);
  const toggleAbsent = useCallback((field: FieldKey) => {
    setDraft((d) => (busy.current ? d : { ...d, absent: { ...d.absent, [field]: !d.absent[field] }, touchedAt: nowMs() }));
  }, []);
  const confirm = useCallback((field: NumberField, yes: boolean) => {
    setDraft((d) => (busy.current ? d : {
      ...d, confirmed: { ...d.confirmed, [field]: yes ? (d.typed[field] ?? '').trim() : '' }, touchedAt: nowMs(),
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
    setNear(undefined);
    setFailure(undefined);
    setTried(false);
  }, []);

  const save = useCallback(async (isAnother = false): Promise<boolean> => {
    if (busy.current) return false;
    setTried(true);
    setNear(undefined);
    setFailure(undefined);
    if (!judged.anything || judged.wrong.length > 0 || judged.unconfirmed.length > 0 || trouble) return false;
    busy.current = true;
    setSaving(true);
    const effective = draft.takenAt || withOffset(new Date(nowMs()));
    const said = common?.(Date.parse(effective)) ?? {};
    const observations = observationsOf(draft, judged, patientId, effective, words, said);
    const known = [...draft.superseded, ...Object.values(draft.sent).flatMap((x) => (x ? [x.uuid] : []))];
    const owner = session.door.owner();
    const found = isAnother ? undefined : await nearBy(patientId, effective, [...observations.values()], said.performer?.[0]?.reference, known, box.all());
    /* while it was asked another person may have come to the page: nothing of mine begins in their name, and the draft stays mine */
    if (found || session.door.owner() !== owner) {
      busy.current = false;
      setSaving(false);
      setNear(found);
      return false;
    }
    const scored = score?.(observations);
    if (scored) observations.set('news2', { ...scored, effectiveDateTime: effective });
    const { sent, superseded } = prepareSend(draft, observations, uuid4);
    const going: Draft = { ...draft, takenAt: effective, sent, superseded };
    setDraft(going);
    keepDraft(drafts, patientId, going);
    const bundle = transactionOf(observations, sent);
    const stay = (said.encounter?.reference ?? '').replace('Encounter/', '');
    try {
      const problem = await saveOrKeep(() => saveSet(server, bundle, superseded), {
        keep: () => { for (const wanted of waitingSet(bundle, superseded, Date.parse(effective), patientId, stay, uuid4())) box.add(wanted); },
        clear: () => {
          gone.current = true;
          keepDraft(drafts, patientId, emptyDraft());
        },
        isStillHere: () => session.door.owner() === owner,
        tell: onSaved,
      });
      setFailure(problem);
      return problem === undefined;
    } finally {
      busy.current = false;
      setSaving(false);
    }
  }, [draft, judged, trouble, drafts, box, patientId, words, onSaved, common, score]);

  return {
    draft, judged, restored, dirty, saving, failure, tried, trouble, near,
    change, type, readUnit, toggleAbsent, confirm, setTime, drop, save,
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
