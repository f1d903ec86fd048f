/* The life of one visit: every key stroke is in the draft at once; signing freezes it until the server has said yes or no, and an answer
 * that was lost is asked for again with the very same entries. The same draft may lie open in two tabs of its author: the record is asked
 * before it is sent, and what the second tab typed is neither lost nor taken for signed. */

import { useCallback, useEffect, useRef, useState } from 'react';
import { useDrafts } from '../access/drafts';
import { problemOf, type FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import { wardInstant } from '../fhir/zone';
import { VISIT_CATALOGUES } from '../i18n/visits';
import { uuid4 } from '../vitals/uuid';
import { sayIn, visitBundle, type Setting } from './compose';
import { onceOf, type Document } from './forms';
import { asAnother, dropVisit, findVisit, keepVisit, hasWords, type VisitDraft } from './draft';

export interface UseVisit {
  draft: VisitDraft;
  restored: boolean;
  sending: boolean;
  failure: FhirError | undefined;
  /* the document that this draft has become in another tab meanwhile: what stands here is not in it */
  elsewhere: string | undefined;
  /* what stands here becomes a visit of its own */
  another: () => void;
  change: (part: Partial<VisitDraft>) => void;
  drop: () => void;
  /* the id of the signed document, or undefined */
  sign: (setting: Setting) => Promise<string | undefined>;
}

const vietnamese = sayIn(VISIT_CATALOGUES.vi);

async function send(signed: VisitDraft, setting: Setting): Promise<string> {
  const answer = await server.transaction(visitBundle(signed, setting, vietnamese));
  return /(?:^|\/)Composition\/([^/]+)/.exec(answer[0]?.response?.location ?? '')?.[1] ?? '';
}

export function useVisit(patient: string): UseVisit {
  const drafts = useDrafts();
  const [found] = useState(() => findVisit(drafts, patient, uuid4, nowMs()));
  const [draft, setDraft] = useState(found.draft);
  const [restored, setRestored] = useState(found.restored);
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<FhirError>();
  const [elsewhere, setElsewhere] = useState<string>();
  const busy = useRef(false);
  const gone = useRef(false);

  useEffect(() => { if (!gone.current) keepVisit(drafts, patient, draft); }, [drafts, patient, draft]);
  const dirty = hasWords(draft);
  useEffect(() => {
    if (!dirty) return undefined;
    const ask = (e: BeforeUnloadEvent): void => { if (!gone.current) e.preventDefault(); };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty]);

  const change = useCallback((part: Partial<VisitDraft>) => {
    setDraft((d) => (d.signedAt > 0 ? d : { ...d, ...part, touchedAt: nowMs() }));
  }, []);
  const drop = useCallback(() => {
    dropVisit(drafts, patient);
    setDraft(findVisit(drafts, patient, uuid4, nowMs()).draft);
    setRestored(false);
    setFailure(undefined);
    setElsewhere(undefined);
  }, [drafts, patient]);
  const another = useCallback(() => {
    setDraft((d) => asAnother(d, uuid4));
    setElsewhere(undefined);
  }, []);

  const sign = useCallback(async (setting: Setting): Promise<string | undefined> => {
    if (busy.current) return undefined;
    busy.current = true;
    setSending(true);
    setFailure(undefined);
    const signed: VisitDraft = draft.signedAt > 0 ? draft : { ...draft, signedAt: nowMs() };
    keepVisit(drafts, patient, signed); /* before it is sent: a crash in between leaves a trace */
    setDraft(signed);
    try {
      /* sent before, and the answer was lost: it may be there, and what it changed then has another version now. Or another tab has sent it */
      const there = (await server.search<Document>('Composition', Object.fromEntries(new URLSearchParams(onceOf(draft.id))))).items[0];
      if (there && !(draft.signedAt > 0 && there.date === wardInstant(draft.signedAt))) {
        setElsewhere(there.id);
        setDraft({ ...signed, signedAt: 0 });
        return undefined;
      }
      const id = there?.id ?? await send(signed, setting);
      gone.current = true;
      dropVisit(drafts, patient);
      return id;
    } catch (error) {
      const problem = problemOf(error);
      setFailure(problem);
      /* a clear no: it may be mended. Otherwise it may be there already */
      if (!problem.uncertain) setDraft((d) => ({ ...d, signedAt: 0 }));
      return undefined;
    } finally {
      busy.current = false;
      setSending(false);
    }
  }, [draft, drafts, patient]);

  return { draft, restored, sending, failure, elsewhere, another, change, drop, sign };
}
