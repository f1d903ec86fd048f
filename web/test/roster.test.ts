/* The duty roster: rotas, copies and conflicts against slow obvious models, FHIR and back, the conversation with a server that others
 * write to, tables in and out, and what the roster says of this moment. */

import { describe, expect, it } from 'vitest';
import { isMyTurn, type Alert } from '../src/alerts/alerts';
import { FhirClient } from '../src/fhir/client';
import { addDays, instantOf } from '../src/fhir/zone';
import { lastShift } from '../src/handover/load';
import { newItem, parseItems } from '../src/outbox/item';
import { csvOf } from '../src/record/csv';
import { conflictsOf, REST_MS, type Conflict } from '../src/roster/conflicts';
import { isBlindIn } from '../src/roster/load';
import { cellKey, cellOf, codesIn, daysOfMonth, readRoster, roomKey, scheduleOf, toggled, valueOf, type Book, type Schedule } from '../src/roster/duty';
import { applied, changesOf, copied, draw, emptyDraft, filled, sent, undone, type Change, type DutyEdit } from '../src/roster/edit';
import { myDuty, myLastEnd, onDutyIn } from '../src/roster/now';
import { divided, roomChanges, type Giving } from '../src/roster/rooms';
import { presetsOf, readPattern } from '../src/roster/rota';
import { sendDuty } from '../src/roster/send';
import { CODES, isAbsent, shiftAt, shiftBefore, spanOf, SYSTEM_NAMES, SYSTEMS, USUAL, type DutyCode, type ShiftSystem } from '../src/roster/shifts';
import { readSystem, withSystem } from '../src/roster/system';
import { columnName, planTable, readValue, rosterTable, tally } from '../src/roster/table';
import { passes, type BoardResident } from '../src/ward/board';
import { readTable } from '../src/books/table';

function random(seed: number): (n: number) => number {
  let s = seed;
  return (n) => { s = (Math.imul(s, 1664525) + 1013904223) >>> 0; return Math.floor((s / 4294967296) * n); };
}
const TWO: ShiftSystem = { name: 'two', first: '06:00' };
const SEED = Number(process.env.SEED ?? 7);

describe('shifts', () => {
  it.each(SYSTEM_NAMES)('%s: each minute of a day lies in one shift, and shifts meet', (name) => {
    const system = { name, first: SYSTEMS[name].first };
    for (let ms = instantOf('2026-11-22', '00:00'); ms < instantOf('2026-11-24', '00:00'); ms += 600_000) {
      const s = shiftAt(ms, system);
      expect(s.start <= ms && ms < s.end, new Date(ms).toISOString()).toBe(true);
      expect(shiftAt(s.end, system).start).toBe(s.end);
      expect(shiftBefore(s, system).end).toBe(s.start);
      expect(spanOf(s.name, s.day, system)).toEqual({ start: s.start, end: s.end });
    }
  });
  it('a facility says its own way, and nonsense is the usual one', () => {
    expect(readSystem(withSystem({ resourceType: 'Organization', name: 'A' }, { name: 'two', first: '07:30' }))).toEqual({ name: 'two', first: '07:30' });
    expect(readSystem({ resourceType: 'Organization' })).toEqual(USUAL);
    const odd = (system: string, first: string): ShiftSystem => readSystem({ resourceType: 'Organization', extension: [{ url: 'urn:ansinh:extension:shifts', extension: [{ url: 'system', valueCode: system }, { url: 'first', valueTime: first }] }] });
    expect([odd('five', '06:00:00'), odd('two', '26:00:00'), odd('two', '')]).toEqual([USUAL, USUAL, USUAL]);
    const other = withSystem({ resourceType: 'Organization', extension: [{ url: 'urn:x' }] }, TWO);
    expect(other.extension?.map((e) => e.url)).toEqual(['urn:x', 'urn:ansinh:extension:shifts']);
  });
});

describe('cells', () => {
  it('hold each code once and in order; an absence stands alone', () => {
    expect(valueOf(['night', 'morning', 'night'])).toBe('morning+night');
    expect(valueOf(['morning', 'leave'])).toBe('leave');
    expect(toggled('morning', 'afternoon')).toBe('morning+afternoon');
    expect(toggled('morning+afternoon', 'morning')).toBe('afternoon');
    expect(toggled('morning', 'sick')).toBe('sick');
    expect(toggled('sick', 'night')).toBe('night');
  });
});

/* ---- FHIR ---- */

const leaf = { ward: 'w', person: 'p', month: '2026-11' };
const cell = (day: string, person = 'p', ward = 'w'): string => cellKey({ ward, person, day });

describe('as FHIR', () => {
  it('comes back as it went, for any book', () => {
    const r = random(SEED);
    for (let n = 0; n < 50; n += 1) {
      const book: Book = new Map();
      const rooms = new Map<string, string[]>();
      for (const day of daysOfMonth(leaf.month)) {
        const value = valueOf(CODES.filter(() => r(6) === 0).map((c) => c.code));
        if (value !== '') book.set(cell(day), value);
        if (codesIn(value).includes('night') && r(2) === 0) rooms.set(roomKey({ ...leaf, day }, 'night'), ['r1', 'r2']);
      }
      const back = readRoster([JSON.parse(JSON.stringify(scheduleOf(leaf, 'f', undefined, { book, rooms }))) as Schedule]);
      expect([...back.book].sort(), `seed ${SEED}`).toEqual([...book].sort());
      expect([...back.rooms].sort()).toEqual([...rooms].sort());
    }
  });
  it('says whose it is, for whom and for when, and keeps what others put into it', () => {
    const made = scheduleOf(leaf, 'f', undefined, { book: new Map([[cell('2026-11-03'), 'night']]), rooms: new Map() });
    expect(made).toMatchObject({
      resourceType: 'Schedule', active: true, actor: [{ reference: 'Practitioner/p' }, { reference: 'Location/w' }], planningHorizon: { start: '2026-11-01', end: '2026-11-30' },
      identifier: [{ system: 'urn:ansinh:id:roster', value: 'w/p/2026-11' }], meta: { tag: [{ system: 'urn:ansinh:tag:facility', code: 'f' }] },
      extension: [{ url: 'urn:ansinh:extension:duty', valueTiming: { event: ['2026-11-03'], code: { coding: [{ system: 'urn:ansinh:shift', code: 'night' }] } } }],
    });
    const emptied = scheduleOf(leaf, 'f', { ...made, id: '1', extension: [{ url: 'urn:x' }, ...(made.extension ?? [])] }, { book: new Map(), rooms: new Map() });
    expect(emptied.extension).toEqual([{ url: 'urn:x' }]);
    expect(emptied.id).toBe('1');
    expect('extension' in scheduleOf(leaf, 'f', made, { book: new Map(), rooms: new Map() })).toBe(false);
  });
  it('takes nothing that is not ours, and nothing of another month', () => {
    const timing = (code: string, event: string[]): Schedule['extension'] => [{ url: 'urn:ansinh:extension:duty', valueTiming: { event, code: { coding: [{ system: 'urn:ansinh:shift', code }] } } }];
    const base: Schedule = { resourceType: 'Schedule', actor: [{ reference: 'Practitioner/p' }, { reference: 'Location/w' }], planningHorizon: { start: '2026-11-01' } };
    expect(readRoster([{ ...base, extension: timing('breakfast', ['2026-11-02']) ?? [] }]).book.size).toBe(0);
    expect(readRoster([{ ...base, extension: timing('night', ['2026-12-02', '2026', 'x']) ?? [] }]).book.size).toBe(0);
    expect(readRoster([{ ...base, active: false, extension: timing('night', ['2026-11-02']) ?? [] }]).book.size).toBe(0);
    expect(readRoster([{ ...base, actor: [{ reference: 'Patient/p' }], extension: timing('night', ['2026-11-02']) ?? [] }]).book.size).toBe(0);
    expect(readRoster([{ resourceType: 'Schedule' }]).book.size).toBe(0);
  });
});

/* ---- editing ---- */

describe('editing', () => {
  it('a rota is what one would write by hand, person by person and day by day', () => {
    const r = random(SEED);
    for (let n = 0; n < 200; n += 1) {
      const pattern = Array.from({ length: 1 + r(8) }, () => ['', 'morning', 'night', 'day'][r(4)] as string);
      const people = ['a', 'b', 'c', 'd'].slice(0, 1 + r(4));
      const book: Book = new Map(people.flatMap((p) => daysOfMonth('2026-11').flatMap((d): [string, string][] => (r(5) === 0 ? [[cell(d, p), ['leave', 'night'][r(2)] as string]] : []))));
      const from = `2026-11-${String(1 + r(10)).padStart(2, '0')}`;
      const until = addDays(from, r(25));
      const [shift, overAbsence] = [r(4) - 1, r(2) === 0];
      const after = applied(book, filled(book, { ward: 'w', people, from, until, pattern, shift, overAbsence }));
      people.forEach((p, i) => {
        /* by hand: a long strip of the pattern, walked */
        const strip = Array.from({ length: 200 }, () => pattern).flat();
        let d = 0;
        for (let day = addDays(from, -3); day <= addDays(until, 3); day = addDays(day, 1)) {
          const before = book.get(cell(day, p)) ?? '';
          let wanted = before;
          if (day >= from && day <= until) {
            if (overAbsence || before !== 'leave') wanted = strip[pattern.length * 100 + d - i * shift] ?? '?';
            d += 1;
          }
          expect(after.get(cell(day, p)) ?? '', `seed ${SEED}, round ${n}`).toBe(wanted);
        }
      });
    }
  });
  it('a copy takes the work and leaves absences', () => {
    const book: Book = new Map([[cell('2026-11-02'), 'night'], [cell('2026-11-03'), 'leave'], [cell('2026-11-11'), 'sick'], [cell('2026-11-12'), 'day']]);
    const step = copied(book, 'w', ['p'], ['2026-11-09', '2026-11-10', '2026-11-11', '2026-11-12'], 7);
    expect(step).toEqual([{ ward: 'w', person: 'p', day: '2026-11-09', from: '', to: 'night' }, { ward: 'w', person: 'p', day: '2026-11-12', from: 'day', to: '' }]);
  });
  it('every step can be taken back, also after it was given away', () => {
    const r = random(SEED);
    const first: Book = new Map([[cell('2026-11-01'), 'night']]);
    let draft = emptyDraft();
    let server = first;
    const seen: Book[] = [];
    const now = (): Book => applied(server, changesOf(draft.changes));
    for (let n = 0; n < 60; n += 1) {
      const day = `2026-11-0${1 + r(5)}`;
      const step: Change[] = [{ ward: 'w', person: 'p', day, from: now().get(cell(day)) ?? '', to: ['', 'night', 'day'][r(3)] as string }];
      if (step[0]?.from !== step[0]?.to) seen.push(now());
      draft = draw(draft, step);
      if (r(7) === 0) {
        server = now();
        draft = sent(draft);
      }
    }
    while (seen.length > 0) {
      draft = undone(draft);
      expect([...now()].filter(([, v]) => v !== '').sort()).toEqual([...(seen.pop() as Book)].sort());
    }
    expect(undone(draft)).toBe(draft);
  });
  it('back at the beginning nothing is changed', () => {
    const a: Change = { ward: 'w', person: 'p', day: '2026-11-01', from: '', to: 'night' };
    expect(draw(draw(emptyDraft(), [a]), [{ ...a, from: 'night', to: '' }]).changes.size).toBe(0);
    expect(draw(emptyDraft(), [{ ...a, to: '' }]).past).toEqual([]);
  });
  it('a rota is typed with letters', () => {
    expect(readPattern('S S C Đ – -', USUAL).rota).toEqual(['morning', 'morning', 'afternoon', 'night', '', '']);
    expect(readPattern('n đ - -', TWO).rota).toEqual(['day', 'night12', '', '']);
    expect([readPattern('S Q', USUAL), readPattern('', USUAL).rota, readPattern('- -', USUAL).rota]).toEqual([{ rota: undefined, bad: 'Q' }, undefined, undefined]);
    for (const name of SYSTEM_NAMES) for (const p of presetsOf({ name, first: '06:00' })) expect(p.every((c) => c === '' || c === 'office' || SYSTEMS[name].codes.some((x) => x === c))).toBe(true);
  });
});

/* ---- conflicts ---- */

/* Minute by minute, with nothing clever. */
function slow(book: Book, system: ShiftSystem, nurses: Set<string>, wards: string[], days: string[]): string[] {
  const all = [...book].flatMap(([key, value]) => codesIn(value).map((code) => ({ ...cellOf(key), code, ...spanOf(code, cellOf(key).day, system) })));
  const found: string[] = [];
  const STEP = 30 * 60_000;
  const minutes = (d: { start: number; end: number }): number[] => Array.from({ length: (d.end - d.start) / STEP }, (_, i) => d.start + i * STEP);
  const night = (c: DutyCode): boolean => c === 'night' || c === 'night12' || c === 'whole';
  for (const a of all) {
    for (const b of all) {
      if (a === b || a.person !== b.person || isAbsent(b.code)) continue;
      if (isAbsent(a.code)) {
        if (a.day === b.day) found.push(`away ${b.ward} ${b.person} ${b.day}`);
        continue;
      }
      const first = a.start < b.start || (a.start === b.start && a.ward < b.ward) || (a.start === b.start && a.ward === b.ward && all.indexOf(a) < all.indexOf(b));
      if (!first) continue;
      const inA = new Set(minutes(a));
      if (minutes(b).some((m) => inA.has(m))) found.push(`twice ${b.ward} ${b.person} ${b.day}`);
      else if (night(a.code) && b.start >= a.end && b.start - a.end < REST_MS) found.push(`rest ${b.ward} ${b.person} ${b.day}`);
    }
  }
  for (const ward of wards) {
    for (const day of days) {
      if (!all.some((d) => d.ward === ward && d.day === day && !isAbsent(d.code) && d.code !== 'office')) continue;
      for (const shift of SYSTEMS[system.name].codes) {
        const there = all.some((d) => {
          if (d.ward !== ward || !nurses.has(d.person) || isAbsent(d.code) || d.code === 'office') return false;
          const mine = new Set(minutes(d));
          return minutes(spanOf(shift, day, system)).every((m) => mine.has(m));
        });
        if (!there) found.push(`noNurse ${ward} ${day} ${shift}`);
      }
    }
  }
  return found.filter((f) => days.some((d) => f.includes(d)) && wards.some((x) => f.split(' ')[1] === x)).sort();
}
const say = (c: Conflict): string => (c.kind === 'noNurse' ? `noNurse ${c.ward} ${c.day} ${c.shift}` : `${c.kind} ${c.ward} ${c.person} ${c.day}`);

describe('conflicts', () => {
  it('are those one finds minute by minute', () => {
    const r = random(SEED);
    const days = Array.from({ length: 5 }, (_, i) => `2026-11-0${i + 2}`);
    for (let n = 0; n < 150; n += 1) {
      const name = SYSTEM_NAMES[r(3)] as ShiftSystem['name'];
      const system = { name, first: SYSTEMS[name].first };
      const book: Book = new Map();
      for (const ward of ['w1', 'w2']) {
        for (const person of ['a', 'b', 'c']) {
          for (const day of ['2026-11-01', ...days]) {
            const value = r(3) === 0 ? valueOf(CODES.filter(() => r(7) === 0).map((c) => c.code)) : '';
            if (value !== '') book.set(cell(day, person, ward), value);
          }
        }
      }
      expect(conflictsOf({ book, system, nurses: new Set(['a', 'b']), wards: ['w1'], days }).map(say).sort(), `seed ${SEED}, round ${n}`)
        .toEqual(slow(book, system, new Set(['a', 'b']), ['w1'], days));
    }
  });
  it('somebody whose account does not see the ward, once a ward and of the first day', () => {
    const book: Book = new Map([[cell('2026-11-03', 'a', 'w1'), 'morning'], [cell('2026-11-02', 'a', 'w1'), 'night'], [cell('2026-11-02', 'a', 'w2'), 'leave'], [cell('2026-11-02', 'b', 'w1'), 'night']]);
    const isBlind = (person: string): boolean => person === 'a';
    const told = conflictsOf({ book, system: USUAL, nurses: new Set(['a']), wards: ['w1', 'w2'], days: daysOfMonth('2026-11'), isBlind }).filter((c) => c.kind === 'blind').map(say);
    expect(told).toEqual(['blind w1 a 2026-11-02']);
    const person = { id: 'a', name: '', role: 'nurse', wards: ['w1'] };
    expect([isBlindIn({ ...person, everywhere: false }, 'w2'), isBlindIn({ ...person, everywhere: false }, 'w1'), isBlindIn({ ...person, everywhere: true }, 'w2'), isBlindIn(person, 'w2')]).toEqual([true, false, false, false]);
  });
  it('are told apart: two wards, no rest after a night, on leave elsewhere, no nurse', () => {
    const book: Book = new Map([[cell('2026-11-02', 'a', 'w1'), 'morning'], [cell('2026-11-02', 'a', 'w2'), 'morning'], [cell('2026-11-03', 'a', 'w1'), 'night'], [cell('2026-11-04', 'a', 'w1'), 'morning'],
      [cell('2026-11-05', 'a', 'w1'), 'night'], [cell('2026-11-05', 'a', 'w2'), 'leave']]);
    const of = (kind: string): string[] => conflictsOf({ book, system: USUAL, nurses: new Set(['a']), wards: ['w1', 'w2'], days: daysOfMonth('2026-11') }).filter((c) => c.kind === kind).map((c) => c.day);
    expect([of('twice'), of('rest'), of('away')]).toEqual([['2026-11-02'], ['2026-11-04'], ['2026-11-05']]);
    expect(of('noNurse').filter((d) => d === '2026-11-03').length).toBe(2);
    expect(of('noNurse').includes('2026-11-20')).toBe(false);
  });
});

/* ---- the conversation ---- */

type Kept = Schedule & { id: string; meta: { versionId: string } };

/* Answers as the real server does; tests/e2e/roster.mjs holds it to the real one. */
function smallServer() {
  const state = { all: [] as Kept[], mode: 'up' as 'up' | 'gone' | 'lose', before: [] as (() => void)[], writes: 0, calls: 0 };
  const named = (value: string): Kept | undefined => state.all.find((s) => s.identifier?.[0]?.value === value);
  const reply = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });
  const put = (body: Schedule, ifMatch: string): string => {
    const at = state.all.findIndex((s) => s.id === body.id);
    const old = state.all[at] as Kept;
    if (ifMatch !== `W/"${old.meta.versionId}"`) return '412';
    state.all[at] = { ...body, id: old.id, meta: { ...body.meta, versionId: String(Number(old.meta.versionId) + 1) } };
    return '200';
  };
  const post = (body: Schedule): string => {
    if (named(body.identifier?.[0]?.value ?? '')) return '200';
    state.all.push({ ...body, id: `s${state.all.length}`, meta: { ...body.meta, versionId: '1' } });
    return '201';
  };
  const fetch = (async (input: string, init: RequestInit = {}): Promise<Response> => {
    state.calls += 1;
    if (state.mode === 'gone') throw new TypeError('gone');
    const url = new URL(input, 'http://x');
    if ((init.method ?? 'GET') === 'GET') {
      const wanted = (url.searchParams.get('identifier') ?? '').split(',').map((x) => x.split('|')[1]);
      const found = state.all.filter((s) => wanted.includes(s.identifier?.[0]?.value ?? ''));
      return reply(200, { resourceType: 'Bundle', type: 'searchset', entry: found.map((resource) => ({ resource })) });
    }
    state.before.shift()?.();
    const copy = JSON.stringify(state.all);
    const entries = (JSON.parse(String(init.body)) as { entry: { resource: Schedule; request: { method: string; ifMatch?: string } }[] }).entry;
    const done = entries.map((e) => (e.request.method === 'PUT' ? put(e.resource, e.request.ifMatch ?? '') : post(e.resource)));
    if (done.includes('412')) {
      state.all = JSON.parse(copy) as Kept[];
      return reply(412, { resourceType: 'OperationOutcome', issue: [] });
    }
    state.writes += 1;
    if (state.mode === 'lose') throw new TypeError('lost');
    return reply(200, { resourceType: 'Bundle', type: 'transaction-response', entry: done.map((status) => ({ response: { status } })) });
  }) as typeof globalThis.fetch;
  return { state, client: new FhirClient({ fetch }), book: () => readRoster(state.all).book };
}
const edit = (...cells: Change[]): DutyEdit => ({ facility: 'f', cells, rooms: [] });
const change = (day: string, from: string, to: string, person = 'p'): Change => ({ ward: 'w', person, day, from, to });
const item = (duty: DutyEdit): ReturnType<typeof newItem> => newItem({ id: '5b7a4d1e-0000-4000-8000-000000000001', at: 0, resource: { resourceType: 'Schedule' }, duty });

describe('sending', () => {
  it('makes, changes and empties, and sent twice is sent once', async () => {
    const s = smallServer();
    const e = edit(change('2026-11-01', '', 'night'), change('2026-12-01', '', 'day'), change('2026-11-02', '', 'day', 'q'));
    expect((await sendDuty(s.client, item(e), e)).kind).toBe('stored');
    expect([s.state.all.length, s.state.writes]).toEqual([3, 1]);
    expect((await sendDuty(s.client, item(e), e)).kind).toBe('stored');
    expect(s.state.writes).toBe(1);
    const back = edit(change('2026-11-01', 'night', ''));
    expect((await sendDuty(s.client, item(back), back)).kind).toBe('stored');
    expect([...s.book()].sort()).toEqual([[cell('2026-12-01'), 'day'], [cell('2026-11-02', 'q'), 'day']]);
  });
  it('a lost answer loses nothing and makes nothing twice', async () => {
    const s = smallServer();
    const e = edit(change('2026-11-01', '', 'night'));
    s.state.mode = 'lose';
    await expect(sendDuty(s.client, item(e), e)).rejects.toThrow();
    s.state.mode = 'up';
    expect((await sendDuty(s.client, item(e), e)).kind).toBe('stored');
    expect([s.state.all.length, s.state.writes]).toEqual([1, 1]);
  });
  it('two who write at once both have their cells; of one cell the second is asked', async () => {
    const s = smallServer();
    const first = edit(change('2026-11-01', '', 'night'));
    await sendDuty(s.client, item(first), first);
    const mine = edit(change('2026-11-02', '', 'day'), change('2026-11-03', '', 'day'));
    const theirs = edit(change('2026-11-03', '', 'night'), change('2026-11-04', '', 'night'));
    /* theirs comes between my reading and my writing */
    s.state.before.push(() => {
      const other = smallServer();
      other.state.all = s.state.all;
      const kept = s.state.all[0] as Kept;
      const roster = readRoster([kept]);
      for (const c of theirs.cells) roster.book.set(cellKey(c), c.to);
      s.state.all = [{ ...(scheduleOf(leaf, 'f', kept, roster) as Kept), meta: { versionId: '9' } }];
    });
    const outcome = await sendDuty(s.client, item(mine), mine);
    expect(outcome).toEqual({ kind: 'halt', halt: 'taken', duty: { facility: 'f', cells: [change('2026-11-03', 'night', 'day')], rooms: [] } });
    expect([...s.book()].sort()).toEqual([[cell('2026-11-01'), 'night'], [cell('2026-11-02'), 'day'], [cell('2026-11-03'), 'night'], [cell('2026-11-04'), 'night']]);
    /* and who insists has it */
    const again = (outcome as { duty: DutyEdit }).duty;
    expect((await sendDuty(s.client, item(again), again)).kind).toBe('stored');
    expect(s.book().get(cell('2026-11-03'))).toBe('day');
  });
  it('somebody who makes the same month a moment before is not written over', async () => {
    const s = smallServer();
    s.state.before.push(() => { s.state.all.push({ ...scheduleOf(leaf, 'f', undefined, { book: new Map([[cell('2026-11-09'), 'night']]), rooms: new Map() }), id: 's9', meta: { versionId: '1' } }); });
    const e = edit(change('2026-11-01', '', 'day'));
    expect((await sendDuty(s.client, item(e), e)).kind).toBe('stored');
    expect([...s.book()].sort()).toEqual([[cell('2026-11-01'), 'day'], [cell('2026-11-09'), 'night']]);
  });
  it('a month of forty people is a few requests', async () => {
    const s = smallServer();
    const e = edit(...Array.from({ length: 40 }, (_, p) => daysOfMonth('2026-11').map((d) => change(d, '', 'day', `p${p}`))).flat());
    expect((await sendDuty(s.client, item(e), e)).kind).toBe('stored');
    expect([s.state.all.length, s.book().size, s.state.calls]).toEqual([40, 1200, 4]);
  });
  it('waits in storage without a name of anybody', () => {
    const kept = JSON.stringify([item(edit(change('2026-11-01', '', 'night')))]);
    expect(parseItems(kept)[0]?.duty?.cells[0]).toEqual(change('2026-11-01', '', 'night'));
    expect(/display|name/i.test(kept)).toBe(false);
  });
});

/* ---- tables ---- */

const people = [{ id: 'a', name: 'Vừ Thị Hà', role: 'nurse', wards: ['w'] }, { id: 'b', name: '=SUM(A1)', role: 'carer', wards: ['w'] }, { id: 'c', name: 'Lò Văn An', role: 'carer', wards: ['w'] }, { id: 'd', name: 'Lò Văn An', role: 'carer', wards: ['x'] }];
const words = { name: 'Họ và tên', role: 'Vai trò', roleOf: (x: string) => x, letter: (c: DutyCode) => ({ morning: 'S', afternoon: 'C', night: 'Đ', leave: 'P', sick: 'Ô' } as Record<string, string>)[c] ?? '?' };
const days = daysOfMonth('2026-11');
const fromText = async (text: string): ReturnType<typeof readTable> => readTable('x.csv', new TextEncoder().encode(text));

describe('tables', () => {
  it('go out without formulas and come back the same', async () => {
    const book: Book = new Map([[cell('2026-11-01', 'a'), 'morning+afternoon'], [cell('2026-11-30', 'a'), 'night'], [cell('2026-11-02', 'b'), 'leave']]);
    const text = csvOf(rosterTable(people.slice(0, 2), 'w', days, book, words));
    expect(text).toContain('"\'=SUM(A1)"');
    const sheet = (await fromText(text))[0];
    expect(tally(planTable(sheet as NonNullable<typeof sheet>, 'w', '2026-11', book, people, USUAL))).toEqual({ new: 0, same: 60, doubtful: 0, refused: 0 });
    const fresh = planTable(sheet as NonNullable<typeof sheet>, 'w', '2026-11', new Map(), people, USUAL);
    expect([...applied(new Map(), fresh.lines.flatMap((l) => (l.change ? [l.change] : [])))].sort()).toEqual([...book].sort());
  });
  it('say of each cell what it is, with its name and why', async () => {
    const [sheet] = await fromText('Lịch trực tháng 11\n\nTT;Họ tên;1;2;31\n1;vu thi ha;S;Đ;S\n2;Lò Văn An;S;;\n3;Ai Đó;S;;\n4;Vừ Thị Hà;S;;\n5;=SUM(A1);quên;C;\n');
    const plan = planTable(sheet as NonNullable<typeof sheet>, 'w', '2026-11', new Map([[cell('2026-11-02', 'a'), 'morning']]), people, USUAL);
    const said = plan.lines.filter((l) => l.verdict !== 'same').map((l) => `${l.at} ${l.verdict} ${l.why ?? ''}`.trim());
    expect(said).toEqual(['E3 refused dayUnknown', 'C4 new', 'D4 doubtful', 'C5 new', 'B6 refused nameUnknown', 'B7 refused rowTwice', 'C8 refused cellUnknown', 'D8 new']);
    expect(plan.lines.find((l) => l.at === 'C5')?.change?.person).toBe('c');
    const twins = [...people, { id: 'e', name: 'Lò Văn An', role: 'carer', wards: ['w'] }];
    expect(planTable(sheet as NonNullable<typeof sheet>, 'w', '2026-11', new Map(), twins, USUAL).lines.find((l) => l.at === 'B5')?.why).toBe('nameTwice');
  });
  it.each([
    ['S', 'morning'], ['đ', 'night'], ['D', 'night'], ['S+C', 'morning+afternoon'], ['sc', 'morning+afternoon'], ['Phép', 'leave'], ['nghỉ ốm', 'sick'], ['', ''], ['-', ''], ['x', ''], ['H', 'office'], ['zz', undefined], ['<b>', undefined], ['s'.repeat(9), undefined],
  ])('%s', (text, value) => { expect(readValue(text, USUAL)).toBe(value); });
  it('a night is the night of the house', () => { expect([readValue('Đ', TWO), readValue('N', TWO), readValue('đêm', TWO)]).toEqual(['night12', 'day', 'night12']); });
  it('a table of something else is refused', async () => {
    const [sheet] = await fromText('a,b\n1,2\n');
    expect(planTable(sheet as NonNullable<typeof sheet>, 'w', '2026-11', new Map(), people, USUAL).problem).toBe('noHead');
  });
  it('columns are called as table programs call them', () => { expect([0, 25, 26, 51, 52, 701, 702].map(columnName)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA']); });
});

/* ---- this moment ---- */

describe('this moment', () => {
  const roster = { book: new Map([[cell('2026-11-22', 'me'), 'morning'], [cell('2026-11-20', 'me'), 'night'], [cell('2026-11-22', 'x'), 'morning'], [cell('2026-11-22', 'y'), 'office'], [cell('2026-11-21', 'me'), 'leave']]), rooms: new Map([[`${cell('2026-11-22', 'me')}/morning`, ['r1']]]) };
  const at = (day: string, time: string): number => instantOf(day, time);
  it('knows my shift, my rooms and the end of the one before', () => {
    expect(myDuty(roster, USUAL, 'me', 'w', at('2026-11-22', '08:00'))).toMatchObject({ duty: { code: 'morning' }, rooms: ['r1'], others: [] });
    expect(myDuty(roster, USUAL, 'x', 'w', at('2026-11-22', '08:00'))).toMatchObject({ rooms: [], others: ['r1'] });
    expect(myDuty(roster, USUAL, 'me', 'w', at('2026-11-22', '05:40')).duty?.code).toBe('morning');
    expect(myDuty(roster, USUAL, 'me', 'w', at('2026-11-22', '14:00')).duty).toBeUndefined();
    expect(myDuty(roster, USUAL, 'me', 'v', at('2026-11-22', '08:00')).duty).toBeUndefined();
    expect(myLastEnd(roster, USUAL, 'me', 'w', at('2026-11-22', '08:00'))).toBe(at('2026-11-21', '06:00'));
    expect(myLastEnd(roster, USUAL, 'me', 'w', at('2026-11-22', '15:00'))).toBe(at('2026-11-22', '14:00'));
    expect(myLastEnd(roster, USUAL, 'x', 'w', at('2026-11-22', '08:00'))).toBeUndefined();
  });
  it('names who is on duty; nobody is no answer', () => {
    expect(onDutyIn(roster, USUAL, 'w', at('2026-11-22', '08:00'))).toEqual(new Set(['me', 'x']));
    expect(onDutyIn(roster, USUAL, 'w', at('2026-11-22', '20:00'))).toBeUndefined();
  });
  it('an alert goes to those on duty first, to the others when nobody takes it; what always interrupts goes to all', () => {
    const alert = (interrupt: 'always' | 'budget'): Alert => ({ interrupt, at: 0 }) as Alert;
    const there = new Set(['x']);
    const MINUTES = 60_000;
    expect([isMyTurn(alert('budget'), there, 'me', 0), isMyTurn(alert('budget'), there, 'x', 0), isMyTurn(alert('budget'), there, 'me', 15 * MINUTES), isMyTurn(alert('budget'), undefined, 'me', 0), isMyTurn(alert('always'), there, 'me', 0)])
      .toEqual([false, true, true, true, true]);
  });
  it('the handover begins where my last shift ended', () => {
    const now = at('2026-11-22', '13:00');
    const by = (end: number | undefined) => ({ end, system: USUAL });
    const gave = { resourceType: 'Composition' as const, date: '2026-11-21T14:20:00+07:00', status: 'final', author: [{ reference: 'me' }] };
    expect(lastShift([], 'me', now, by(at('2026-11-21', '14:00')))).toEqual({ since: at('2026-11-21', '14:00'), kind: 'roster' });
    expect(lastShift([gave], 'me', now, by(at('2026-11-21', '22:00'))).kind).toBe('roster');
    expect(lastShift([gave], 'me', now, by(at('2026-11-21', '14:00')))).toEqual({ since: at('2026-11-21', '14:20'), kind: 'gave' });
    expect(lastShift([gave], 'me', now, by(undefined)).kind).toBe('gave');
  });
  it('mine on the board is what is not given to others, and off duty my care team', () => {
    const r = (roomId: string, assigned: boolean): BoardResident => ({ roomId, assigned, dues: [], alerts: [] }) as unknown as BoardResident;
    const mine = (share?: { onDuty: boolean; rooms: string[]; others: string[] }): boolean[] => [r('r1', false), r('r2', true), r('', false)].map((x) => passes(x, 'mine', 0, share));
    expect([mine(), mine({ onDuty: true, rooms: ['r1'], others: ['r2'] }), mine({ onDuty: true, rooms: ['r1'], others: [] }), mine({ onDuty: true, rooms: [], others: ['r1', 'r2'] })])
      .toEqual([[false, true, false], [true, false, true], [true, true, true], [false, false, true]]);
  });
});

describe('dividing rooms', () => {
  it('gives everybody a run of rooms and about as many people', () => {
    const rooms = Array.from({ length: 9 }, (_, i) => ({ id: `r${i}`, name: `P.${i}`, people: 4 }));
    const given = divided(rooms, ['a', 'b', 'c']);
    expect(['a', 'b', 'c'].map((p) => rooms.filter((r) => given.get(r.id) === p).length)).toEqual([3, 3, 3]);
    expect(divided(rooms, []).size).toBe(0);
    expect(divided([{ id: 'x', name: 'x', people: 0 }], ['a', 'b']).size).toBe(1);
  });
});

describe('rooms given', () => {
  it('are saved for the day on which it was begun, also when the shift turns meanwhile', () => {
    const [before, after] = [instantOf('2026-11-22', '05:58'), instantOf('2026-11-22', '06:00')].map((ms) => shiftAt(ms, TWO));
    expect([before?.day, before?.name, after?.day]).toEqual(['2026-11-21', 'night12', '2026-11-22']);
    const giving: Giving = { ward: 'w', day: before?.day ?? '', shift: 'night12' };
    const rooms = ['r1', 'r2'].map((id) => ({ id, name: id, people: 1 }));
    const had = (p: string): string[] => (p === 'a' ? ['r2', 'r1'] : []);
    expect(roomChanges(giving, ['a', 'b'], had, rooms, new Map([['r1', 'a'], ['r2', 'b']]))).toEqual([
      { ...giving, person: 'a', from: ['r2', 'r1'], to: ['r1'] }, { ...giving, person: 'b', from: [], to: ['r2'] },
    ]);
    expect(roomChanges(giving, ['a', 'b'], had, rooms, new Map([['r1', 'a'], ['r2', 'a']]))).toEqual([]);
  });
});
