/* The life of one form being filled in: every answer is in the draft at once, the server works out the result of these very
 * answers, and what has to interrupt interrupts without waiting for it. */

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Drafts } from '../access/drafts';
import { FhirError, isAbort, type Problem } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import { noAnswers, withCount, withGiven, type Answers, type Given } from './answers';
import { dropFormDraft, keepFormDraft, type FormDraft } from './draft';
import { Filled, indexOf } from './enable';
import { calculate } from './load';
import { judged } from './plain';
import { canonicalOf, conditionsOf, type Condition } from './read';
import { answeredItems, calculatedValues } from './response';
import type { Response, ResponseItem, Value } from './types';

const PAUSE_MS = 250;
const AGAIN_MS = 5_000;

export type Working = 'nothing' | 'working' | 'done' | 'unreached' | 'failed';

export interface UseFill {
  draft: FormDraft;
  filled: Filled;
  working: Working;
  /* what the form worked out of the answers as they stand */
  items: ResponseItem[];
  alerts: Condition[];
  unseen: Condition[];
  seeAlerts: () => void;
  blind: Condition[];
  give: (key: string, given: Given[]) => void;
  count: (key: string, n: number) => void;
  startOver: () => void;
}

interface Calculated { of: string; values: Record<string, Value[]>; items: ResponseItem[] }
const NOTHING: Calculated = { of: '', values: {}, items: [] };
const UNREACHED: Problem[] = ['offline', 'timeout', 'busy'];

export function useFill(begun: FormDraft, patient: string, drafts: Drafts): UseFill {
  const [draft, setDraft] = useState(begun);
  const index = useMemo(() => indexOf(draft.form), [draft.form]);
  const plain = useMemo(() => new Filled(index, draft.answers), [index, draft.answers]);
  const asked = useMemo(() => answeredItems(plain), [plain]);
  const key = JSON.stringify(asked);
  const { made, working } = useCalculated(draft, index, asked, key);
  /* a result of other answers than these is none */
  const current = made.of === key ? made : NOTHING;
  const filled = useMemo(() => new Filled(index, draft.answers, current.values), [index, draft.answers, current]);

  const set = useCallback((change: (d: FormDraft) => FormDraft) => {
    setDraft((before) => {
      const next = change(before);
      keepFormDraft(drafts, patient, next);
      return next;
    });
  }, [drafts, patient]);
  const answer = useCallback((change: (a: Answers) => Answers) => set((d) => ({ ...d, answers: change(d.answers) })), [set]);

  const items = current === NOTHING ? asked : current.items;
  const { met, unknown } = useMemo(() => judged(conditionsOf(draft.form, 'alert'), items), [draft.form, items]);
  const isWorking = working === 'working';
  /* what is not met any more interrupts again when it is met again; while the server works, what only it knows is not judged */
  const codes = met.map((c) => c.code).join(' ');
  useEffect(() => {
    if (isWorking) return;
    set((d) => {
      const seen = d.seen.filter((c) => codes.split(' ').includes(c));
      return seen.length === d.seen.length ? d : { ...d, seen };
    });
  }, [codes, isWorking, set]);

  return {
    draft, filled, working: key === '[]' ? 'nothing' : working, items, alerts: met, blind: unknown,
    unseen: met.filter((c) => !draft.seen.includes(c.code)),
    seeAlerts: useCallback(() => set((d) => ({ ...d, seen: [...new Set([...d.seen, ...codes.split(' ')])] })), [set, codes]),
    give: useCallback((at, given) => answer((a) => withGiven(a, at, given)), [answer]),
    count: useCallback((at, n) => answer((a) => withCount(a, at, n)), [answer]),
    startOver: useCallback(() => {
      dropFormDraft(drafts, patient, draft.form.url ?? '');
      setDraft((d) => ({ ...d, answers: noAnswers(), seen: [], at: nowMs() }));
    }, [drafts, patient, draft.form.url]),
  };
}

/* Asked a moment after the last answer; again by itself while nobody is there. */
function useCalculated(draft: FormDraft, index: ReturnType<typeof indexOf>, asked: ResponseItem[], key: string): { made: Calculated; working: Working } {
  const [made, setMade] = useState<Calculated>(NOTHING);
  const [state, setState] = useState<{ of: string; working: Working }>({ of: '', working: 'nothing' });
  const [round, setRound] = useState(0);
  const latest = useRef(asked);
  latest.current = asked;
  useEffect(() => {
    if (key === '[]') return undefined;
    const abort = new AbortController();
    const settle = (working: Working): void => setState({ of: key, working });
    let again: ReturnType<typeof setTimeout> | undefined;
    const timer = setTimeout(() => {
      const response: Response = { resourceType: 'QuestionnaireResponse', status: 'in-progress', questionnaire: canonicalOf(draft.form), item: latest.current };
      calculate(server, draft.form, response, abort.signal).then(
        (full) => {
          if (abort.signal.aborted) return;
          setMade({ of: key, values: calculatedValues(index, full.item), items: full.item ?? [] });
          settle('done');
        },
        (error: unknown) => {
          if (abort.signal.aborted || isAbort(error)) return;
          const reached = !(error instanceof FhirError) || !UNREACHED.includes(error.problem);
          settle(reached ? 'failed' : 'unreached');
          if (!reached) again = setTimeout(() => setRound((n) => n + 1), AGAIN_MS);
        },
      );
    }, PAUSE_MS);
    const back = (): void => setRound((n) => n + 1);
    window.addEventListener('online', back);
    return () => {
      clearTimeout(timer);
      clearTimeout(again);
      abort.abort();
      window.removeEventListener('online', back);
    };
  }, [draft.form, index, key, round]);
  return { made, working: made.of === key ? 'done' : state.of === key ? state.working : 'working' };
}
