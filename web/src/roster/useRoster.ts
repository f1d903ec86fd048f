/* The life of the roster screen: the house, the months around the one shown, what is changed and not saved, what is on its way, and what
 * somebody else changed meanwhile. */

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useDrafts } from '../access/drafts';
import { useMe } from '../access/me';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import { wardTime } from '../fhir/zone';
import type { Entry, Item } from '../outbox/item';
import { useOutbox, useStored } from '../outbox/use';
import { whenHandIsOff } from '../ui/hand';
import { useLoad } from '../ui/useLoad';
import { uuid4 } from '../vitals/uuid';
import { conflictsOf, type Conflict } from './conflicts';
import { cellKey, cellOf, codesIn, daysOfMonth, monthOf, type Book, type Roster } from './duty';
import { applied, changesOf, draw, emptyDraft, sent, undone, type Change, type Draft, type RoomChange } from './edit';
import { isBlindIn, loadHouse, loadMonths, type House, type Person } from './load';
import { askAgain } from './onDuty';
import { mayWriteRoster } from './screens';
import { isAbsent } from './shifts';

const ASK_MS = 30_000;
const KIND = 'roster';

export interface UseRoster {
  house: House | undefined; houses: { id: string; name: string }[]; error: unknown; loading: boolean; reload: () => void; cut: boolean;
  may: boolean; mayDivide: boolean; me: string;
  ward: string; setWard: (id: string) => void; setHouse: (id: string) => void;
  month: string; setMonth: (month: string) => void; days: string[]; today: string;
  /* as it will be: with what is not saved and not yet sent */
  book: Book; saved: Book; rooms: Roster['rooms'];
  people: Person[]; others: Person[]; add: (person: string) => void; nameOf: (person: string) => string;
  conflicts: Conflict[];
  draft: Draft; change: (step: Change[]) => void; undo: () => void; drop: () => void; save: () => void;
  giveRooms: (changes: RoomChange[]) => void;
  waiting: boolean; done: boolean; fresh: boolean; halted: Item[]; insist: (item: Item) => void; letGo: (id: string) => void;
}

const isSchedule = (r: Entry): boolean => r.resourceType === 'Schedule';

function parse(text: string | null): Draft {
  try {
    const changes = JSON.parse(text ?? '[]') as [string, { from: string; to: string }][];
    const good = Array.isArray(changes) && changes.every((c) => Array.isArray(c) && typeof c[0] === 'string' && typeof c[1]?.from === 'string' && typeof c[1]?.to === 'string');
    return good ? { changes: new Map(changes), past: [] } : emptyDraft();
  } catch {
    return emptyDraft();
  }
}

export function useRoster(start: { house: string; ward: string; month: string }): UseRoster {
  const who = useMe();
  const drafts = useDrafts();
  const { box, items } = useOutbox();
  const [wanted, setHouse] = useState(start.house);
  const [picked, setWard] = useState(start.ward || (who.wards[0]?.reference.split('/').pop() ?? ''));
  const [month, setMonth] = useState(start.month || monthOf(wardTime(nowMs()).day));
  const [added, setAdded] = useState<string[]>([]);
  const [draft, setDraft] = useState<Draft>(() => parse(drafts.get(KIND, 'now')));
  const [kept, setKept] = useState<Change[]>([]);
  const [done, setDone] = useState(false);
  const [fresh, setFresh] = useState(false);
  const base = useLoad(`roster house ${wanted}`, (signal) => loadHouse(server, wanted, nowMs(), signal));
  const house = base.data?.house;
  const wards = useMemo(() => house?.wards.map((w) => w.id) ?? [], [house]);
  const load = useLoad(`roster ${wards.join()} ${month}`, (signal) => loadMonths(server, wards, month, signal));
  const ward = wards.includes(picked) ? picked : wards[0] ?? '';
  const reload = load.reload;

  useEffect(() => { drafts.keep(KIND, 'now', draft.changes.size === 0 ? undefined : JSON.stringify([...draft.changes])); }, [draft, drafts]);
  /* others write too */
  useEffect(() => {
    const timer = setInterval(() => { if (document.visibilityState === 'visible') whenHandIsOff(reload); }, ASK_MS);
    return () => clearInterval(timer);
  }, [reload]);
  const stored = useStored(isSchedule);
  useEffect(() => {
    if (stored.length === 0) return;
    setDone(true);
    reload();
    askAgain();
  }, [stored.length, reload]);

  const mine = items.filter((i) => i.duty !== undefined);
  const onWay = mine.filter((i) => i.halt === undefined);
  const data = load.data;
  const asked = `${wards.join()} ${month}`;
  const before = useRef<{ asked: string; book: Book } | undefined>(undefined);
  useEffect(() => {
    if (!data) return;
    if (onWay.length === 0) setKept([]);
    const old = before.current?.asked === asked ? before.current.book : undefined;
    if (onWay.length === 0 && kept.length === 0) setFresh((was) => was || (old !== undefined && differs(old, data.roster.book)));
    before.current = { asked, book: data.roster.book };
  }, [data]);

  const wire = onWay.flatMap((i) => i.duty?.cells ?? []);
  const wireKey = onWay.map((i) => i.id).join();
  const saved = useMemo(() => applied(applied(data?.roster.book ?? new Map(), kept), wire), [data, kept, wireKey]);
  const book = useMemo(() => applied(saved, changesOf(draft.changes)), [saved, draft]);
  const rooms = useMemo(() => {
    const next = new Map(data?.roster.rooms ?? []);
    for (const r of onWay.flatMap((i) => i.duty?.rooms ?? [])) next.set(`${cellKey(r)}/${r.shift}`, r.to);
    return next;
  }, [data, wireKey]);

  const days = useMemo(() => daysOfMonth(month), [month]);
  const { people, others } = useMemo(() => peopleOf(house, ward, days, book, added, data?.names), [house, ward, days, book, added, data]);
  const conflicts = useMemo(() => (house
    ? conflictsOf({ book, system: house.system, nurses: house.nurses, wards: [ward], days, isBlind: (person, at) => house.people.some((p) => p.id === person && isBlindIn(p, at)) }) : []), [house, book, ward, days]);
  const names = useMemo(() => new Map([...(data?.names ?? []), ...(house?.people ?? []).map((p) => [p.id, p.name] as const)]), [data, house]);

  const send = useCallback((cells: Change[], roomChanges: RoomChange[]): void => {
    setFresh(false);
    setDone(false);
    box.add({ id: uuid4(), at: nowMs(), resource: { resourceType: 'Schedule' }, duty: { facility: house?.id ?? '', cells, rooms: roomChanges } });
  }, [box, house]);

  return {
    house, houses: base.data?.houses ?? [], error: base.error ?? (data ? undefined : load.error), loading: base.data === undefined || (house !== undefined && data === undefined),
    reload: () => { base.reload(); reload(); }, cut: data?.cut === true,
    may: mayWriteRoster(who), mayDivide: who.has('facility-head'), me: who.practitioner?.split('/').pop() ?? '',
    ward, setWard: (id) => { setWard(id); setAdded([]); }, setHouse: (id) => { setHouse(id); setAdded([]); },
    month, setMonth: (m) => { setMonth(m); setDone(false); setFresh(false); }, days, today: wardTime(nowMs()).day,
    book, saved, rooms, people, others, add: (person) => setAdded((all) => [...all, person]), nameOf: (person) => names.get(person) ?? '',
    conflicts,
    draft, change: (step) => { setDone(false); setDraft((d) => draw(d, step)); }, undo: () => { setDone(false); setDraft(undone); },
    drop: () => setDraft((d) => ({ changes: new Map(), past: d.past.slice(0, 0) })),
    save: () => {
      const cells = changesOf(draft.changes);
      if (cells.length === 0) return;
      setKept((k) => [...k, ...cells]);
      setDraft(sent);
      send(cells, []);
    },
    giveRooms: (changes) => { if (changes.length > 0) send([], changes); },
    waiting: onWay.length > 0, done: done && onWay.length === 0, fresh,
    halted: mine.filter((i) => i.halt !== undefined),
    /* what stands there now has been seen: from that it becomes what was wanted */
    insist: (item) => { if (item.duty) send(item.duty.cells, item.duty.rooms); box.dismiss(item.id); setKept([]); },
    letGo: (id) => { box.dismiss(id); setKept([]); reload(); },
  };
}

function differs(a: Book, b: Book): boolean {
  return a.size !== b.size || [...a].some(([key, value]) => b.get(key) !== value);
}

/* Who belongs to the ward, stands in its month, or was added by hand; and who else works in the house. */
function peopleOf(house: House | undefined, ward: string, days: string[], book: Book, added: string[], names: Map<string, string> | undefined): { people: Person[]; others: Person[] } {
  if (!house) return { people: [], others: [] };
  const shown = new Set(days);
  const inBook = new Set([...book.keys()].map(cellOf).filter((c) => c.ward === ward && shown.has(c.day)).map((c) => c.person));
  const people = house.people.filter((p) => p.wards.includes(ward) || inBook.has(p.id) || added.includes(p.id));
  const known = new Set(house.people.map((p) => p.id));
  /* who has left, and stands in a month that was */
  const gone = [...inBook].filter((id) => !known.has(id)).map((id): Person => ({ id, name: names?.get(id) ?? '', role: '', wards: [] }));
  return { people: [...people, ...gone], others: house.people.filter((p) => !people.includes(p)) };
}

export function shiftsOf(book: Book, ward: string, person: string, days: string[]): number {
  return days.reduce((n, day) => n + codesIn(book.get(cellKey({ ward, person, day })) ?? '').filter((c) => !isAbsent(c)).length, 0);
}
