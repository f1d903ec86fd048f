/* A filled form on its way: whatever is lost and however often it is sent, it is there once, with its score. */

import { describe, expect, it, vi } from 'vitest';
import { FhirClient } from '../src/fhir/client';
import { Decimal } from '../src/fhir/decimal';
import type { Bundle } from '../src/fhir/types';
import { asTyped, responseIn } from '../src/forms/send';
import type { Form, Response, ResponseItem } from '../src/forms/types';
import { parseItems, type Entry, type Wanted } from '../src/outbox/item';
import { Outbox, type Storage } from '../src/outbox/outbox';

const CALC = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observationExtract';
const FORM: Form = {
  resourceType: 'Questionnaire', url: 'urn:x', version: '1', title: 'X', item: [
    { linkId: 'a', type: 'decimal' }, { linkId: 'result', type: 'group', item: [{ linkId: 'total', type: 'integer', readOnly: true, code: [{ system: 'urn:ansinh:score', code: 'x' }], extension: [{ url: CALC, valueBoolean: true }] }] },
  ],
  extension: [{ url: 'urn:ansinh:positive', extension: [{ url: 'code', valueCode: 'x-2' }, { url: 'expression', valueExpression: { expression: "%resource.descendants().where(linkId = 'total').answer.value >= 2" } }] }],
};
const ID = '11111111-2222-4333-8444-555555555555';
const wanted = (total: number): Wanted => ({
  id: ID, at: 1, patient: 'p1', form: FORM,
  resource: { resourceType: 'QuestionnaireResponse', status: 'completed', questionnaire: 'urn:x|1', subject: { reference: 'Patient/p1' }, item: [{ linkId: 'a', answer: [{ valueDecimal: new Decimal(`${total}.0`) }] }] } as Entry,
});

type Stored = { resourceType: string; id: string; status: string; identifier?: unknown; meta: { versionId: string }; derivedFrom?: { reference: string }[]; focus?: { reference: string } };

/* Answers as the real server does; tests/e2e/forms.mjs holds it to the real one. */
function smallServer() {
  const state = { mode: 'up' as 'up' | 'gone' | 'lose' | 'noCalculate' | 'forbid', stored: [] as Stored[], transactions: 0, bodies: [] as string[] };
  const reply = (status: number, body: unknown): Response_ => new Response(JSON.stringify(body), { status });
  const bundle = (found: Stored[]) => reply(200, { resourceType: 'Bundle', type: 'searchset', entry: found.map((resource) => ({ resource })) });
  const transact = (b: Bundle) => {
    state.transactions += 1;
    const places = new Map<string, string>();
    const entry = (b.entry ?? []).map((e) => {
      const resource = e.resource as unknown as Stored;
      if (e.request?.method === 'PUT') {
        const at = state.stored.findIndex((s) => s.id === resource.id && s.resourceType === resource.resourceType);
        state.stored[at] = { ...resource, meta: { versionId: String(Number(resource.meta.versionId) + 1) } };
        return { response: { status: '200' } };
      }
      const wantedId = decodeURIComponent(e.request?.ifNoneExist ?? '').split('|')[1] ?? '?';
      const there = state.stored.find((x) => x.resourceType === resource.resourceType && JSON.stringify(x.identifier ?? '').includes(`"${wantedId}"`));
      if (there) return { response: { status: '200', location: `/fhir/${there.resourceType}/${there.id}/_history/1` } };
      const id = `s${state.stored.length}`;
      if (e.fullUrl) places.set(e.fullUrl, `${resource.resourceType}/${id}`);
      const text = JSON.stringify(resource).replace(/"urn:uuid:[^"]+"/g, (m) => (places.has(m.slice(1, -1)) ? `"${places.get(m.slice(1, -1)) ?? ''}"` : m));
      state.stored.push({ ...(JSON.parse(text) as Stored), id, meta: { versionId: '1' } });
      return { response: { status: '201', location: `/fhir/${resource.resourceType}/${id}/_history/1` } };
    });
    return reply(200, { resourceType: 'Bundle', type: 'transaction-response', entry });
  };
  const act = (method: string, url: URL, text: string): Response_ => {
    if (method === 'GET') {
      const q = url.searchParams;
      const type = url.pathname.split('/').pop();
      return bundle(state.stored.filter((s) => s.resourceType === type && (
        q.has('identifier') ? JSON.stringify(s.identifier ?? '').includes((q.get('identifier') ?? '').split('|')[1] ?? '?')
          : (s.derivedFrom?.[0]?.reference ?? s.focus?.reference) === (q.get('derived-from') ?? q.get('focus')))));
    }
    if (url.pathname.endsWith('$calculate')) {
      if (state.mode === 'noCalculate') return reply(404, { resourceType: 'OperationOutcome', issue: [{ diagnostics: 'no such form' }] });
      const given = (JSON.parse(text) as { parameter: { name: string; resource: Response }[] }).parameter[1]?.resource as Response;
      const n = Number(given.item?.[0]?.answer?.[0]?.valueDecimal ?? 0);
      return reply(200, { ...given, item: [...(given.item ?? []), { linkId: 'result', item: [{ linkId: 'total', answer: [{ valueInteger: n }] }] }] });
    }
    state.bodies.push(text);
    return transact(JSON.parse(text) as Bundle);
  };
  const fetch = (async (input: string, init: RequestInit = {}): Promise<Response_> => {
    const method = init.method ?? 'GET';
    if (state.mode === 'gone') throw new TypeError('gone');
    const url = new URL(input, 'http://x');
    if (state.mode === 'forbid' && method !== 'GET' && !url.pathname.endsWith('$calculate')) return reply(403, { resourceType: 'OperationOutcome', issue: [] });
    const answer = act(method, url, String(init.body ?? ''));
    if (state.mode === 'lose' && method !== 'GET' && !url.pathname.endsWith('$calculate')) throw new TypeError('lost');
    return answer;
  }) as typeof globalThis.fetch;
  return { state, client: new FhirClient({ fetch }) };
}
type Response_ = globalThis.Response;

function memory(): Storage & { map: Map<string, string> } {
  const map = new Map<string, string>();
  return { map, getItem: (k) => map.get(k) ?? null, setItem: (k, v) => void map.set(k, v), removeItem: (k) => void map.delete(k) };
}

describe('a filled form', () => {
  it('becomes one transaction: answers, score, Task', async () => {
    const { state, client } = smallServer();
    const box = new Outbox({ account: 'a', client, storage: memory() });
    box.add(wanted(3));
    await box.flush();
    expect(state.transactions).toBe(1);
    expect(state.stored.map((s) => s.resourceType)).toEqual(['QuestionnaireResponse', 'Observation', 'Task']);
    expect(state.stored[1]?.derivedFrom).toEqual([{ reference: 'QuestionnaireResponse/s0' }]);
    expect(state.stored[2]?.focus).toEqual({ reference: 'QuestionnaireResponse/s0' });
    expect(state.stored[0]?.identifier).toEqual({ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${ID}` });
    expect(box.all()).toEqual([]);
  });

  it('kept with the line down, over a reload, and sent once: its decimals as they were typed', async () => {
    const { state, client } = smallServer();
    const storage = memory();
    state.mode = 'gone';
    const before = new Outbox({ account: 'a', client, storage });
    before.add(wanted(1));
    await vi.waitFor(() => expect(before.waiting()[0]?.tries).toBe(1));
    before.close();
    state.mode = 'lose';
    const after = new Outbox({ account: 'a', client, storage });
    await after.flush();
    expect([after.waiting().length, state.stored.length]).toEqual([1, 2]); /* it arrived, its answer did not */
    state.mode = 'up';
    await after.flush();
    expect([after.all().length, state.stored.length, state.transactions]).toEqual([0, 2, 1]);
    expect(state.bodies[0]).toContain('"valueDecimal":1.0');
    after.close();
  });

  it('taken back before it was sent, it is never stored; afterwards all of it is withdrawn', async () => {
    const { state, client } = smallServer();
    state.mode = 'gone';
    const box = new Outbox({ account: 'a', client, storage: memory() });
    const item = box.add(wanted(3));
    await vi.waitFor(() => expect(box.waiting()[0]?.tries).toBe(1));
    state.mode = 'up';
    box.change(ID, { ...item.resource, status: 'entered-in-error' });
    await box.flush();
    expect([box.all(), state.stored]).toEqual([[], []]);
    box.add({ ...wanted(3) });
    await box.flush();
    box.add({ ...wanted(3), resource: { ...wanted(3).resource, status: 'entered-in-error' } });
    await box.flush();
    expect(state.stored.map((s) => s.status)).toEqual(['entered-in-error', 'entered-in-error', 'entered-in-error']);
    box.close();
  });

  it.each([['noCalculate', 'refused'], ['forbid', 'forbidden']] as const)('%s: stays here and says so', async (mode, halt) => {
    const { state, client } = smallServer();
    state.mode = mode;
    const box = new Outbox({ account: 'a', client, storage: memory() });
    box.add(wanted(3));
    await box.flush();
    expect(box.all().map((i) => i.halt)).toEqual([halt]);
    expect(state.stored).toEqual([]);
    box.close();
  });
});

describe('decimals', () => {
  it('outlive storage and the server', () => {
    const item = parseItems(JSON.stringify([{ ...wanted(1), resource: { ...wanted(1).resource, identifier: [] } }]))[0];
    const back = responseIn(item as NonNullable<typeof item>);
    expect(back.item?.[0]?.answer?.[0]?.valueDecimal).toEqual(new Decimal('1.0'));
    const lost: ResponseItem[] = [{ linkId: 'a', answer: [{ valueDecimal: 1 }] }, { linkId: 'b', answer: [{ valueDecimal: 2 }] }];
    expect(asTyped({ ...back, item: lost }, back).item).toEqual([{ linkId: 'a', answer: [{ valueDecimal: new Decimal('1.0') }] }, { linkId: 'b', answer: [{ valueDecimal: 2 }] }]);
  });
});
