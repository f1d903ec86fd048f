/* The life of the handover screen: what was handed over before, since when I ask, the facts since then, and the signature. */

import { useCallback, useMemo, useState } from 'react';
import { useMe } from '../access/me';
import { useTyped } from '../access/typed';
import { useGiver } from '../drugs/useRound';
import type { Giver } from '../drugs/record';
import { medicineText } from '../drugs/doses';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import { personName } from '../fhir/person';
import { wardStamp, DAY_MS } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import type { MessageKey } from '../i18n/vi';
import { useLoad } from '../ui/useLoad';
import { uuid4 } from '../vitals/uuid';
import { handoverBundle, differenceOf, type Counted, type Words } from './compose';
import { mayKeepStock } from '../stock/screens';
import { rounded } from '../stock/forms';
import { countHolds, typedCount } from '../stock/tally';
import { countLines, type CountLine } from './count';
import { differences, type Change } from './difference';
import type { Handover } from './forms';
import { lastShift, loadHandover, loadPast, type HandoverData, type SinceKind } from './load';
import { myLastEnd } from '../roster/now';
import { useOnDuty, whenKnown } from '../roster/onDuty';
import { sayLine } from './say';

export type Since = 'mine' | 'day' | 'three' | 'week';
export const SINCES: Since[] = ['mine', 'day', 'three', 'week'];
const BACK: Record<Exclude<Since, 'mine'>, number> = { day: DAY_MS, three: 3 * DAY_MS, week: 7 * DAY_MS };

export interface Person { id: string; name: string; bed: string; change: Change | undefined }

export interface UseHandover {
  data: HandoverData | undefined; error: unknown; reload: () => void;
  since: Since; setSince: (s: Since) => void; from: { since: number; kind: SinceKind } | undefined;
  people: Person[]; counts: CountLine[]; pending: Handover | undefined;
  typed: Record<string, { amount: string; note: string }>; type: (medicine: string, part: Partial<{ amount: string; note: string }>) => void;
  /* ms, of what was typed before this page was opened, 0: nothing; recount: what is typed goes */
  countedAt: number; recount: () => void;
  missing: string[]; differs: boolean; sign: () => Promise<string>;
}

export function useWords(): Words {
  const i18n = useI18n();
  return useMemo((): Words => {
    const { t, num } = i18n;
    const difference = (c: Counted): string => t('handover.countDifference', {
      medicine: c.line.medicine, expected: num(c.line.expected ?? 0, 0, 3), counted: num(c.counted, 0, 3), unit: c.line.unit,
      difference: `${(differenceOf(c) ?? 0) > 0 ? '+' : ''}${num(differenceOf(c) ?? 0, 0, 3)}`, note: c.note === '' ? '' : ` (${c.note})`,
    });
    return {
      title: t('handover.document'), late: t('handover.late'), counts: t('handover.counts'),
      block: { status: t('handover.block.status'), medical: t('handover.block.medical'), special: t('handover.block.special'), undone: t('handover.block.undone') },
      line: (l) => `${wardStamp(l.at)} ${sayLine(l, i18n)}`,
      difference,
      count: (c) => ((differenceOf(c) ?? 0) !== 0 ? difference(c)
        : t(c.line.expected === undefined ? 'handover.countFirst' : 'handover.countRight', { medicine: c.line.medicine, counted: num(c.counted, 0, 3), unit: c.line.unit })),
    };
  }, [i18n]);
}

/* What was counted outlives a reload and another person's turn, not the shift: by then something else lies there. */
export const COUNT_DRAFT = 'handover-count';
/* names: of what was sent, from the first try on: a lost answer, with a reload after it, must not make two handovers */
interface Names { at: number; id: string; count: string; cards: string[]; task: string }
interface Counting { at: number; typed: UseHandover['typed']; names: Names | null }
const NOTHING: Counting = { at: 0, typed: {}, names: null };
const ofThisShift = (c: Counting): Counting => ({
  ...(countHolds(c.at, nowMs()) ? c : NOTHING), names: c.names && countHolds(c.names.at, nowMs()) ? c.names : null,
});

export function useHandover(wardId: string): UseHandover {
  const { t } = useI18n();
  const words = useWords();
  const me = useGiver();
  const mayOpen = mayKeepStock(useMe());
  const [since, setSince] = useState<Since>('mine');
  const { now: { at, typed, names: kept }, change, forget } = useTyped<Counting>(COUNT_DRAFT, wardId, () => NOTHING, ofThisShift);
  const [countedAt] = useState(at);
  useOnDuty();
  const load = useLoad(`handover ${wardId} ${since} ${me.reference}`, async (signal) => {
    const now = nowMs();
    const [past, duty] = await Promise.all([loadPast(server, wardId, signal), whenKnown()]);
    const from = lastShift(past, me.reference, now, { end: duty.known ? myLastEnd(duty.roster, duty.system, duty.me, wardId, now) : undefined, system: duty.system });
    const start = since === 'mine' ? from.since : now - BACK[since];
    return { from, data: await loadHandover(server, wardId, past, start, now, signal) };
  });
  const data = load.data?.data;
  const people = useMemo(() => (data ? peopleOf(data, t) : []), [data, t]);
  const counts = useMemo(() => (data
    ? countLines(data.cards, data.facts.orders, mayOpen, (o) => medicineText(o) || data.medicineName(o.id ?? '')) : []), [data, mayOpen]);
  const pending = data?.past.find((h) => h.status === 'preliminary');
  const missing = counts.filter((c) => typedCount(typed[c.medicine]?.amount ?? '') === undefined).map((c) => c.medicine);
  const differs = counts.some((c) => c.expected !== undefined && rounded((typedCount(typed[c.medicine]?.amount ?? '') ?? c.expected) - c.expected) !== 0);

  const sign = useCallback(async (): Promise<string> => {
    if (!data) return '';
    const names: Names = { ...(kept ?? { at: nowMs(), id: uuid4(), count: uuid4(), task: uuid4() }), cards: counts.map((_c, i) => kept?.cards[i] ?? uuid4()) };
    change({ names });
    const counted = counts.map((line): Counted => ({ line, counted: typedCount(typed[line.medicine]?.amount ?? '') ?? 0, note: (typed[line.medicine]?.note ?? '').trim() }));
    const bundle = handoverBundle({
      id: names.id, countId: names.count, cardIds: names.cards, taskId: names.task, wardId, facilityId: data.ward.facilityId, since: data.since, at: nowMs(), me,
      people: people.flatMap((p) => (p.change ? [{ id: p.id, title: [p.bed, p.name].filter(Boolean).join(' · '), change: p.change }] : [])),
      counted, words,
    });
    const answer = await server.transaction(bundle);
    const place = /Composition\/([^/]+)/.exec(answer[answer.length - 1]?.response?.location ?? '')?.[1] ?? '';
    change({ names: null });
    forget();
    return place;
  }, [data, counts, typed, kept, change, wardId, me, people, words, forget]);

  return {
    data, error: load.error, reload: load.reload, since, setSince, from: load.data?.from, people, counts, pending, typed, countedAt, missing, differs, sign,
    recount: () => { change({ at: 0, typed: {} }); if (!kept) forget(); },
    type: (medicine, part) => change({ at: nowMs(), typed: { ...typed, [medicine]: { ...(typed[medicine] ?? { amount: '', note: '' }), ...part } } }),
  };
}

/* Everybody in the ward by bed, then those who left it since. */
function peopleOf(data: HandoverData, t: (key: MessageKey) => string): Person[] {
  const changes = differences(data.facts, { since: data.since, until: data.until }, data.medicineName);
  const here = data.ward.residents.map((r): Person => ({ id: r.id, name: personName(r.patient) || t('people.noName'), bed: r.bed, change: changes.get(r.id) }));
  const seen = new Set(here.map((p) => p.id));
  const gone = [...data.patients].filter(([id]) => !seen.has(id) && changes.has(id))
    .map(([id, patient]): Person => ({ id, name: personName(patient) || t('people.noName'), bed: '', change: changes.get(id) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return [...here, ...gone];
}

export type { Giver };
