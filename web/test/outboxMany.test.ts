/* An act of several entries against a small server with faults: all or none, each once, and who is set aside is told. */

import { afterEach, describe, expect, it } from 'vitest';
import { FhirClient } from '../src/fhir/client';
import { identifiersOf, RESTRAINT, type Entry, type Part } from '../src/outbox/item';
import { Outbox } from '../src/outbox/outbox';

interface Asked { resource: Entry; request: { method: string; url: string; ifNoneExist?: string; ifMatch?: string } }
type Stored = Entry & { meta: { versionId: string; tag?: { system: string; code: string }[] } };

/* Transactions as the real server answers them (tests/e2e/daily.mjs holds it to that): 201, 200 with what is there, 412 for several. */
function smallServer() {
  const entries: Stored[] = [];
  const state = { faster: undefined as (() => void) | undefined, mode: 'up' as 'up' | 'gone' | 'lose', calls: [] as string[], ended: new Set<string>(), refused: new Set<string>(), entries };
  const matches = (type: string, query: string): Stored[] => {
    const p = new URLSearchParams(query);
    const wanted = (p.get('identifier') ?? '').split(',').filter(Boolean);
    const tags = (p.get('_tag') ?? '').split(',').filter(Boolean);
    const ids = p.get('_id')?.split(',');
    return entries.filter((e) => e.resourceType === type && (!ids || ids.includes(e.id ?? ''))
      && (wanted.length === 0 || identifiersOf(e).some((i) => wanted.includes(`${i.system}|${i.value}`)))
      && (tags.length === 0 || (e.meta.tag ?? []).some((t) => tags.includes(`${t.system}|${t.code}`)))
      && (!p.has('status') || p.get('status') === e.status));
  };
  const reply = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });
  const stays = (ids: string[]): Response => reply(200, {
    resourceType: 'Bundle', type: 'searchset',
    entry: ids.map((id) => ({ resource: { resourceType: 'Encounter', id, status: state.ended.has(id) ? 'finished' : 'in-progress', period: state.ended.has(id) ? { end: '2026-11-22T06:00:00+07:00' } : {} } })),
  });
  const isRefused = (r: Entry): boolean => state.refused.has(identifiersOf(r).map((i) => /^meal\/(.+)$/.exec(i.value ?? '')?.[1] ?? '').join(''));
  const refusal = (): Response => reply(422, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'business-rule', diagnostics: 'no stay in progress' }] });
  const transaction = (all: Asked[]): Response => {
    state.faster?.();
    const versionOf = (a: Asked): string => `W/"${entries.find((e) => e.id === a.resource.id)?.meta.versionId ?? ''}"`;
    if (all.some((a) => a.request.method === 'PUT' && a.request.ifMatch !== versionOf(a))) return reply(412, { resourceType: 'OperationOutcome', issue: [] });
    if (all.some((a) => a.request.method === 'POST' && isRefused(a.resource))) return refusal();
    if (all.some((a) => a.request.method === 'POST' && matches(a.request.url, a.request.ifNoneExist ?? '').length > 1)) return reply(412, { resourceType: 'OperationOutcome', issue: [] });
    const answer = all.map(({ resource, request }) => {
      if (request.method === 'PUT') {
        const i = entries.findIndex((e) => e.id === resource.id);
        const version = String(Number(entries[i]?.meta.versionId) + 1);
        entries[i] = { ...resource, meta: { ...resource.meta, versionId: version } } as Stored;
        return { response: { status: '200 OK', location: `${request.url}/_history/${version}` } };
      }
      const there = matches(request.url, request.ifNoneExist ?? '')[0];
      if (there) return { response: { status: '200 OK', location: `${request.url}/${there.id ?? ''}/_history/1` } };
      const id = `s${entries.length}`;
      entries.push({ ...resource, id, meta: { ...resource.meta, versionId: '1' } } as Stored);
      return { response: { status: '201 Created', location: `${request.url}/${id}/_history/1` } };
    });
    return reply(200, { resourceType: 'Bundle', type: 'transaction-response', entry: answer });
  };
  const fetch = (async (input: string, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input, 'http://x');
    const method = init.method ?? 'GET';
    state.calls.push(`${method} ${url.pathname}`);
    if (state.mode === 'gone') throw new TypeError('gone');
    if (method === 'GET') {
      const one = /^\/fhir\/ServiceRequest\/(.+)$/.exec(url.pathname);
      if (one) {
        const there = entries.find((e) => e.id === one[1]);
        return there ? new Response(JSON.stringify(there), { status: 200, headers: { ETag: `W/"${there.meta.versionId}"` } }) : reply(404, { resourceType: 'OperationOutcome' });
      }
      const type = url.pathname.split('/').pop() ?? '';
      if (type === 'Encounter') return stays((url.searchParams.get('_id') ?? '').split(','));
      return reply(200, { resourceType: 'Bundle', type: 'searchset', entry: matches(type, url.search.slice(1)).map((resource) => ({ resource })) });
    }
    const body = JSON.parse(String(init.body)) as Entry & { entry?: Asked[] };
    let answer: Response;
    if (url.pathname === '/fhir') answer = transaction(body.entry ?? []);
    else if (isRefused(body)) return refusal();
    else {
      const there = matches(body.resourceType, new Headers(init.headers).get('If-None-Exist') ?? '');
      if (there.length > 1) return reply(412, { resourceType: 'OperationOutcome', issue: [] });
      if (!there[0]) entries.push({ ...body, id: `s${entries.length}`, meta: { ...body.meta, versionId: '1' } } as Stored);
      answer = reply(there[0] ? 200 : 201, there[0] ?? entries[entries.length - 1]);
    }
    if (state.mode === 'lose' && answer.ok) throw new TypeError('lost');
    return answer;
  }) as typeof globalThis.fetch;
  return { state, client: new FhirClient({ fetch }) };
}

const NOW = Date.parse('2026-11-22T08:00:00+07:00');
const TAG = { system: 'urn:ansinh:tag:care', code: 'double' };
const part = (who: string, id = `u-${who}`, type = 'Observation'): Part => ({
  id, stay: `e-${who}`, patient: who, only: type === 'Observation' ? `identifier=urn:ansinh:id:care|meal/${who}&status=final` : '',
  resource: { resourceType: type, ...(type === 'Observation' ? { status: 'final', identifier: [{ system: 'urn:ansinh:id:care', value: `meal/${who}` }] } : {}) } as Entry,
});
const wanted = (parts: Part[], at = NOW) => ({ id: 'act', at, resource: parts[0]?.resource as Entry, parts, bothTag: TAG });
let boxes: Outbox[] = [];
afterEach(() => { boxes.forEach((b) => b.close()); boxes = []; });
function box(client: FhirClient, now = NOW) {
  const map = new Map<string, string>();
  const told: Entry[] = [];
  const made = new Outbox({
    account: 'a', client, now: () => now, onStored: (r) => told.push(r),
    storage: { getItem: (k) => map.get(k) ?? null, setItem: (k, v) => void map.set(k, v), removeItem: (k) => void map.delete(k) },
  });
  boxes.push(made);
  return { made, told, map };
}
const struck = (r: Entry): Entry => ({ ...r, status: 'entered-in-error' });

describe('an act of several entries', () => {
  it('is one transaction, and tells of each', async () => {
    const { state, client } = smallServer();
    const { made, told, map } = box(client);
    made.add(wanted([part('p1'), part('p2'), part('p3')]));
    await made.flush();
    expect(state.calls.filter((c) => c.startsWith('POST'))).toEqual(['POST /fhir']);
    expect([state.entries.length, told.map((r) => r.id), made.all(), map.size]).toEqual([3, ['s0', 's1', 's2'], [], 0]);
  });
  it('a lost answer is sent again and stands once', async () => {
    const { state, client } = smallServer();
    const { made } = box(client);
    state.mode = 'lose';
    made.add(wanted([part('p1'), part('p2')]));
    await made.flush();
    expect([state.entries.length, made.waiting().length]).toEqual([2, 1]);
    state.mode = 'up';
    await made.flush();
    expect([state.entries.length, made.all().length]).toEqual([2, 0]);
  });
  it('the order it answers is done with it, once; one that another has closed meanwhile, or that is gone, holds up nothing', async () => {
    for (const [status, closes, becomes] of [['active', 'o1', 'completed'], ['revoked', 'o1', 'revoked'], ['active', 'gone', 'active']] as const) {
      const { state, client } = smallServer();
      state.entries.push({ resourceType: 'ServiceRequest', id: 'o1', status, meta: { versionId: '4' } } as Stored);
      const { made } = box(client);
      state.mode = 'lose';
      made.add({ ...wanted([part('p1'), part('p2')]), closes });
      await made.flush();
      state.mode = 'up';
      await made.flush();
      const order = state.entries.find((e) => e.id === 'o1');
      expect([order?.status, order?.meta.versionId, state.entries.length, made.all().length]).toEqual([becomes, becomes === status ? '4' : '5', 3, 0]);
    }
  });
  it('a release ends the restraint that began before it, at its time and as one thing, also when somebody changes the order meanwhile', async () => {
    const { state, client } = smallServer();
    const order = (id: string, start: string): Stored => ({
      resourceType: 'ServiceRequest', id, status: 'active', meta: { versionId: '4' }, occurrenceTiming: { repeat: { boundsPeriod: { start, end: '2026-11-22T12:00:00+07:00' } } },
    } as Stored);
    state.entries.push(order('o1', '2026-11-22T07:30:00+07:00'), order('o2', '2026-11-22T08:30:00+07:00'));
    const { made } = box(client);
    const other = state.entries[0] as Stored;
    state.faster = () => { state.faster = undefined; other.meta = { versionId: '5' }; };
    made.add({ ...wanted([{ ...part('p1'), only: '' }]), patient: 'p1', closes: RESTRAINT });
    await made.flush();
    expect([state.entries.length, made.waiting().length]).toEqual([2, 1]); /* neither of the two */
    await made.flush();
    const at = (id: string) => { const o = state.entries.find((e) => e.id === id) as Entry & { occurrenceTiming: { repeat: { boundsPeriod: { end: string } } } }; return [o.status, o.occurrenceTiming.repeat.boundsPeriod.end]; };
    expect([at('o1'), at('o2'), state.entries.length, made.all().length]).toEqual([['completed', '2026-11-22T08:00:00+07:00'], ['active', '2026-11-22T12:00:00+07:00'], 3, 0]);
  });
  it('who had left before is set aside; the others are stored', async () => {
    const { state, client } = smallServer();
    state.ended.add('e-p2');
    const { made, told } = box(client);
    made.add(wanted([part('p1'), part('p2'), part('p3')]));
    await made.flush();
    expect([state.entries.length, told.length, made.all()[0]?.halt, made.all()[0]?.parts?.map((p) => p.patient)]).toEqual([2, 2, 'ended', ['p2']]);
  });
  it('who came later is refused alone and named; the others are stored, also when the line is lost half-way', async () => {
    const { state, client } = smallServer();
    state.refused.add('p2');
    const { made, told } = box(client);
    const parts = [part('p1'), part('p2'), part('p3')];
    made.add(wanted(parts));
    await made.flush();
    const left = made.all()[0];
    expect([state.entries.length, told.length, left?.halt, left?.why, left?.parts?.map((p) => p.patient)]).toEqual([2, 2, 'refused', 'no stay in progress', ['p2']]);
    state.refused.clear();
    made.retry('act');
    await made.flush();
    expect([state.entries.length, made.all()]).toEqual([3, []]);
    state.refused.add('p5');
    state.mode = 'lose';
    made.add({ ...wanted([part('p4'), part('p5'), part('p6')]), id: 'again' });
    await made.flush();
    expect([state.entries.length, made.waiting().length]).toEqual([4, 1]);
    state.mode = 'up';
    await made.flush();
    expect([state.entries.length, made.all()[0]?.parts?.map((p) => p.patient)]).toEqual([5, ['p5']]);
  });
  it('what is done for one person, or answers an order, is refused as a whole', async () => {
    for (const more of [{ patient: 'p1' }, {}]) {
      const { state, client } = smallServer();
      state.refused.add('p2');
      const { made } = box(client);
      made.add({ ...wanted([part('p1'), { ...part('p2'), ...more }]), ...(more.patient ? {} : { closes: 'o1' }) });
      await made.flush();
      expect([state.entries.length, made.all()[0]?.halt, made.all()[0]?.parts?.length]).toEqual([0, 'refused', 2]);
    }
  });
  it('somebody was first: told who, and both are kept when wanted', async () => {
    const { state, client } = smallServer();
    const first = box(client);
    first.made.add(wanted([part('p1', 'other')]));
    await first.made.flush();
    const { made } = box(client);
    made.add({ ...wanted([part('p1'), part('p2')]), id: 'mine' });
    await made.flush();
    const left = made.all()[0];
    expect([state.entries.length, left?.halt, left?.parts?.map((p) => p.patient), left?.other?.id]).toEqual([2, 'taken', ['p1'], 's0']);
    await made.storeBeside('mine');
    await made.flush();
    expect([state.entries.length, made.all().length, state.entries[2]?.meta.tag, identifiersOf(state.entries[2] as Entry).map((i) => i.value)]).toEqual([3, 0, [TAG], ['urn:uuid:u-p1']]);
  });
  it('done while the line was down, both are facts: kept and marked without asking', async () => {
    const { state, client } = smallServer();
    const first = box(client);
    first.made.add(wanted([part('p1', 'other')]));
    await first.made.flush();
    const { made } = box(client, NOW + 10 * 60_000);
    made.add({ ...wanted([part('p1'), part('p2')]), id: 'mine' });
    await made.flush();
    expect([state.entries.length, made.all().length, state.entries.filter((e) => e.meta.tag?.[0]?.code === 'double').length]).toEqual([3, 0, 1]);
  });
  it('two stand under one name already: the others are stored all the same', async () => {
    const { state, client } = smallServer();
    for (const id of ['a', 'b']) state.entries.push({ ...part('p1').resource, id, meta: { versionId: '1' } } as Stored);
    const { made } = box(client);
    made.add(wanted([part('p1'), part('p2')]));
    await made.flush();
    expect([state.entries.length, made.all()[0]?.halt, made.all()[0]?.parts?.map((p) => p.patient)]).toEqual([3, 'taken', ['p1']]);
  });
  it('is taken back as a whole, sent or not', async () => {
    const { state, client } = smallServer();
    const { made, told } = box(client);
    const item = made.add(wanted([part('p1'), part('p2')]));
    await made.flush();
    const back = { ...wanted([...(item.parts ?? []), part('never')].map((p) => ({ ...p, resource: struck(p.resource) }))) };
    made.add(back);
    await made.flush();
    /* told under the ids they have there, so that a page that shows them takes them away; said again, the same */
    const gone = [['s0', 'entered-in-error'], ['s1', 'entered-in-error'], [undefined, 'entered-in-error']];
    expect(told.slice(2).map((r) => [r.id, r.status])).toEqual(gone);
    made.add(back);
    await made.flush();
    expect(told.slice(5).map((r) => [r.id, r.status])).toEqual(gone);
    expect(state.entries.map((e) => [e.status, e.meta.versionId])).toEqual([['entered-in-error', '2'], ['entered-in-error', '2']]);
    state.mode = 'gone';
    made.add({ ...wanted([part('p3')]), id: 'later' });
    await made.flush();
    expect(made.changeAll('later', struck)).toBe(true);
    state.mode = 'up';
    await made.flush();
    /* never arrived, or arrived and was struck through: nothing stands */
    expect([state.entries.filter((e) => e.status === 'final').length, made.all().length, made.changeAll('later', struck)]).toEqual([0, 0, false]);
  });
  it('a type with one identifier is known by its tag', async () => {
    const { state, client } = smallServer();
    const { made } = box(client);
    state.mode = 'lose';
    made.add(wanted([{ ...part('p1', 'u9', 'AdverseEvent'), stay: '' }]));
    await made.flush();
    state.mode = 'up';
    await made.flush();
    expect([state.entries.length, (state.entries[0] as unknown as { identifier: unknown }).identifier]).toEqual([1, { system: 'urn:ietf:rfc:3986', value: 'urn:uuid:u9' }]);
  });
});
