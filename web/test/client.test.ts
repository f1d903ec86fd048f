import { describe, expect, it } from 'vitest';
import { FhirClient, FhirError, localPath, refersTo, unheardOf, type Door, type Problem } from '../src/fhir/client';
import { Decimal } from '../src/fhir/decimal';
import type { Bundle, Patient } from '../src/fhir/types';

interface Call { url: string; init: RequestInit }

function clientWith(answer: (call: Call) => Response | Promise<Response>, ms = 1000) {
  const calls: Call[] = [];
  const fake = (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const call = { url: String(input), init };
    calls.push(call);
    return Promise.resolve().then(() => answer(call));
  };
  return { calls, client: new FhirClient({ fetch: fake as typeof fetch, readMs: ms, writeMs: ms }) };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });

const bundle = (entry: unknown[], more: object = {}): object => ({ resourceType: 'Bundle', type: 'searchset', entry, ...more });

async function problem(run: Promise<unknown>): Promise<FhirError> {
  try {
    await run;
  } catch (error) {
    if (error instanceof FhirError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('search', () => {
  it('asks strictly, with an encoded query, and leaves empty parameters out', async () => {
    const { client, calls } = clientWith(() => json(bundle([])));
    await client.search<Patient>('Patient', { name: 'Đặng & thị', _count: 20, gender: undefined, x: '' });
    expect(calls[0]?.url).toBe('/fhir/Patient?name=%C4%90%E1%BA%B7ng%20%26%20th%E1%BB%8B&_count=20');
    expect(new Headers(calls[0]?.init.headers).get('Prefer')).toBe('handling=strict');
    expect(calls[0]?.init.method).toBe('GET');
  });

  it('separates matches from what was included, and drops outcomes', async () => {
    const { client } = clientWith(() => json(bundle([
      { resource: { resourceType: 'Patient', id: '1' }, search: { mode: 'match' } },
      { resource: { resourceType: 'Patient', id: '2' } },
      { resource: { resourceType: 'Organization', id: '3' }, search: { mode: 'include' } },
      { resource: { resourceType: 'OperationOutcome' }, search: { mode: 'outcome' } },
      {},
    ], { total: 2, link: [{ relation: 'self', url: 'x' }, { relation: 'next', url: 'http://h/fhir/Patient?page=2' }] })));
    const page = await client.search<Patient>('Patient', {});
    expect(page.items.map((p) => p.id)).toEqual(['1', '2']);
    expect(page.included.map((p) => p.id)).toEqual(['3']);
    expect(page.total).toBe(2);
    expect(page.next).toBe('http://h/fhir/Patient?page=2');
  });

  it('follows a next link on its own origin only', async () => {
    const { client, calls } = clientWith(() => json(bundle([])));
    await client.next<Patient>('Patient', 'https://elsewhere.example/fhir/Patient?_page=abc%7C1');
    expect(calls[0]?.url).toBe('/fhir/Patient?_page=abc%7C1');
    expect(() => localPath('http://h/evil?x', '/fhir')).toThrow(FhirError);
    expect(localPath('/fhir?_getpages=1', '/fhir')).toBe('/fhir?_getpages=1');
    expect(localPath('http://h/fhir/Patient', '/fhir')).toBe('/fhir/Patient');
  });
});

describe('what goes wrong', () => {
  it.each<[number, Problem]>([
    [400, 'refused'], [401, 'forbidden'], [403, 'forbidden'], [404, 'missing'], [410, 'missing'], [409, 'conflict'],
    [412, 'conflict'], [422, 'refused'], [429, 'busy'], [500, 'server'], [503, 'busy'], [507, 'server'],
  ])('status %i is %s', async (status, expected) => {
    const { client } = clientWith(() => json({ resourceType: 'OperationOutcome', issue: [
      { diagnostics: 'why' }, { details: { text: 'more' } }, { code: 'invalid' }] }, status));
    const error = await problem(client.read<Patient>('Patient', '1'));
    expect([error.problem, error.status, error.diagnostics]).toEqual([expected, status, 'why; more; invalid']);
  });

  it('a plain-text error keeps its status', async () => {
    const { client } = clientWith(() => json('<html>', 502));
    expect((await problem(client.read<Patient>('Patient', '1'))).problem).toBe('server');
  });

  it('no connection is offline, and a write is then in doubt', async () => {
    const { client } = clientWith(() => { throw new TypeError('failed'); });
    const error = await problem(client.transaction({ resourceType: 'Bundle', type: 'transaction' }));
    expect([error.problem, error.uncertain]).toEqual(['offline', true]);
  });

  it.each<[Problem, string]>([
    ['offline', 'lost'], ['timeout', 'lost'], ['busy', 'late'], ['server', 'late'], ['garbled', 'late'], ['missing', 'refused'], ['forbidden', 'refused'],
    ['refused', 'refused'], ['conflict', 'refused'],
  ])('%s: the line, the server, or a no (%s)', (what, expected) => expect(unheardOf(new FhirError(what))).toBe(expected));

  it('no answer in time is a timeout', async () => {
    const { client } = clientWith(({ init }) => new Promise((_ok, fail) => {
      init.signal?.addEventListener('abort', () => fail(new DOMException('', 'AbortError')));
    }), 10);
    expect((await problem(client.read<Patient>('Patient', '1'))).problem).toBe('timeout');
  });

  it('a caller who goes away gets AbortError, not an error message', async () => {
    const { client } = clientWith(({ init }) => new Promise((_ok, fail) => {
      if (init.signal?.aborted) fail(new DOMException('', 'AbortError'));
      init.signal?.addEventListener('abort', () => fail(new DOMException('', 'AbortError')));
    }));
    const away = new AbortController();
    const run = client.read<Patient>('Patient', '1', away.signal);
    away.abort();
    await expect(run).rejects.toHaveProperty('name', 'AbortError');
  });

  it.each([400, 403, 404, 409, 412, 413, 451])('a %s that is no FHIR comes from something between: it is no answer, and is asked again', async (status) => {
    for (const text of ['<!doctype html><h1>Forbidden</h1>', '', '{}', 'null']) {
      const { client } = clientWith(() => json(text, status));
      expect(await problem(client.read<Patient>('Patient', '1'))).toMatchObject({ problem: 'garbled', status });
    }
  });
  it.each(['not json', '{"resourceType":"Bundle"}', '', 'null', '[]'])('the answer %s is garbled', async (text) => {
    const { client } = clientWith(() => json(text));
    expect((await problem(client.read<Patient>('Patient', '1'))).problem).toBe('garbled');
  });
});

describe('writing', () => {
  const asked: Bundle = { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'POST', url: 'Observation' } }] };

  it('posts one transaction to the base, decimals unharmed', async () => {
    const { client, calls } = clientWith(() => json({ resourceType: 'Bundle', type: 'transaction-response',
      entry: [{ response: { status: '201 Created', location: 'Observation/1/_history/1' } }] }));
    const sent = { ...asked, total: new Decimal('37.0') as unknown as number };
    const entries = await client.transaction(sent);
    expect(entries[0]?.response?.location).toBe('Observation/1/_history/1');
    expect(calls[0]?.url).toBe('/fhir');
    expect(calls[0]?.init.method).toBe('POST');
    expect(String(calls[0]?.init.body)).toContain('"total":37.0');
    expect(new Headers(calls[0]?.init.headers).get('Content-Type')).toBe('application/fhir+json');
  });

  it.each([
    [{ resourceType: 'Bundle', type: 'transaction-response', entry: [] }],
    [{ resourceType: 'Bundle', type: 'transaction-response', entry: [{ response: { status: '400 Bad Request' } }] }],
    [{ resourceType: 'Bundle', type: 'transaction-response', entry: [{}] }],
  ])('does not call an odd answer a success %#', async (answer) => {
    const { client } = clientWith(() => json(answer));
    expect((await problem(client.transaction(asked))).problem).toBe('garbled');
  });

  it('updates with If-Match and takes an empty answer', async () => {
    const { client, calls } = clientWith(() => json('', 200));
    await client.update({ resourceType: 'Observation', id: 'a/b' }, 'W/"3"');
    expect(calls[0]?.url).toBe('/fhir/Observation/a%2Fb');
    expect(new Headers(calls[0]?.init.headers).get('If-Match')).toBe('W/"3"');
  });

  it('reads with the ETag', async () => {
    const { client } = clientWith(() => json({ resourceType: 'Patient', id: '1' }, 200, { ETag: 'W/"7"' }));
    expect((await client.read<Patient>('Patient', '1')).etag).toBe('W/"7"');
  });
});

describe('refersTo', () => {
  it.each([
    ['Patient/42', true], ['http://any.host/fhir/Patient/42', true], ['Patient/42/_history/3', true], ['Patient/421', false],
    ['Group/42', false], ['urn:uuid:42', false], ['', false], [undefined, false], ['42', false],
  ])('%s', (reference, expected) => {
    expect(refersTo(reference, 'Patient', '42')).toBe(expected);
  });
});

describe('for whom a request is sent', () => {
  const patient = (): Response => json({ resourceType: 'Patient', id: '1' });
  function at(owner: { now: string }, door: Partial<Door>, answer: (call: Call, n: number) => Response) {
    const calls: Call[] = [];
    const fake = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
      calls.push({ url: String(input), init });
      return answer({ url: String(input), init }, calls.length);
    };
    const whole: Door = { owner: () => owner.now, ready: async () => true, back: async () => false, ...door };
    return { calls, client: new FhirClient({ fetch: fake as typeof fetch, door: whole }) };
  }

  it('what changes something is marked as our own, what reads is not', async () => {
    const { client, calls } = at({ now: 'a' }, {}, (call) => (call.init.method === 'GET' ? patient() : json({})));
    await client.read<Patient>('Patient', '1');
    await client.update<Patient>({ resourceType: 'Patient', id: '1' }, 'W/"1"');
    expect(calls.map((c) => new Headers(c.init.headers).get('X-Ansinh'))).toEqual([null, '1']);
  });

  it('a write says for whom the page was made; without anybody it says nothing', async () => {
    const { client, calls } = at({ now: 'a' }, {}, (call) => (call.init.method === 'GET' ? patient() : json({})));
    await client.read<Patient>('Patient', '1');
    await client.update<Patient>({ resourceType: 'Patient', id: '1' }, 'W/"1"');
    const nobody = at({ now: '' }, {}, () => json({}));
    await nobody.client.update<Patient>({ resourceType: 'Patient', id: '1' }, 'W/"1"');
    expect([...calls, ...nobody.calls].map((c) => new Headers(c.init.headers).get('X-Ansinh-Account'))).toEqual([null, 'a', null]);
  });

  it('a write that was refused because somebody else is here now ends as a 401, not as a refusal', async () => {
    const owner = { now: 'a' };
    const { client, calls } = at(owner, { back: async () => { owner.now = 'b'; return false; } }, () => json({}, 403));
    expect((await problem(client.update<Patient>({ resourceType: 'Patient', id: '1' }, 'W/"1"'))).status).toBe(401);
    expect(calls.length).toBe(1);
  });

  it('is sent again, once, when its owner is back', async () => {
    const { client, calls } = at({ now: 'a' }, { back: async () => true }, (_c, n) => (n === 1 ? json({}, 401) : patient()));
    expect((await client.read<Patient>('Patient', '1')).resource.id).toBe('1');
    expect(calls.length).toBe(2);
  });

  it('fails as 401 when its owner is not back, or the page is not theirs', async () => {
    const away = at({ now: 'a' }, {}, () => json({}, 401));
    expect((await problem(away.client.read<Patient>('Patient', '1'))).status).toBe(401);
    expect(away.calls.length).toBe(1);
    const closed = at({ now: 'a' }, { ready: async () => false }, patient);
    expect((await problem(closed.client.read<Patient>('Patient', '1'))).status).toBe(401);
    expect(closed.calls.length).toBe(0);
  });

  it('a conversation of one does not go on for the next: even a good answer ends it', async () => {
    const owner = { now: 'a' };
    const { client } = at(owner, {}, () => { owner.now = 'b'; return patient(); });
    expect((await problem(client.read<Patient>('Patient', '1'))).status).toBe(401);
  });

  it('waiting for the owner can be given up', async () => {
    const abort = new AbortController();
    const { client } = at({ now: 'a' }, { ready: () => new Promise(() => undefined) }, patient);
    const reading = client.read<Patient>('Patient', '1', abort.signal);
    abort.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });
});
