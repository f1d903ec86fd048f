/* Talks FHIR R4 to the server this page came from, and nothing else: there is no private door.
 *
 * The idea: whatever goes wrong becomes one FhirError with a `problem` that a screen can put into words (what happened,
 * what is safe, what to do). Searches ask for strict handling, because a server that silently ignored `patient=` would
 * answer with other people's readings. */

import { learnTime } from './clock';
import { toJson } from './decimal';
import { isReplacedBy, learnLinks } from './samePerson';
import type { Bundle, BundleEntry, OperationOutcome, Resource } from './types';

export type Problem =
  | 'offline'   /* no answer: cable, Wi-Fi, server switched off; a write may or may not have arrived */
  | 'timeout'   /* no answer in time; the same doubt */
  | 'forbidden' /* 401, 403 */
  | 'missing'   /* 404, 410 */
  | 'conflict'  /* 409, 412: somebody else was faster */
  | 'busy'      /* 429, 503: nothing was done, later works */
  | 'refused'   /* any other 4xx: the server said why */
  | 'server'    /* any other 5xx */
  | 'garbled';  /* an answer, but not FHIR */

export class FhirError extends Error {
  readonly problem: Problem;
  readonly status: number;
  readonly diagnostics: string;
  readonly why: string; /* the server's own code for it, where it has one */

  constructor(problem: Problem, status = 0, diagnostics = '', why = '') {
    super(`${problem}${status ? ` (${status})` : ''}`);
    this.name = 'FhirError';
    this.problem = problem;
    this.status = status;
    this.diagnostics = diagnostics;
    this.why = why;
  }

  /* True when the server may have carried out a write although we got no answer. */
  get uncertain(): boolean {
    return this.problem === 'offline' || this.problem === 'timeout' || this.problem === 'garbled' || this.problem === 'server';
  }
}

export function problemOf(error: unknown): FhirError {
  return error instanceof FhirError ? error : new FhirError('garbled', 0, error instanceof Error ? error.message : '');
}

/* Why something could not be asked anew: nobody answered (the line), the server did but cannot now, or it said no, which is an answer. */
export type Unheard = 'lost' | 'late' | 'refused';
export function unheardOf(error: unknown): Unheard {
  const { problem } = problemOf(error);
  if (problem === 'offline' || problem === 'timeout') return 'lost';
  return problem === 'busy' || problem === 'server' || problem === 'garbled' ? 'late' : 'refused';
}

/* Undefined where this account may not see it: for what a screen shows to whom it is shown. Everything else that fails, fails. */
export async function ifAllowed<T>(ask: Promise<T>): Promise<T | undefined> {
  try {
    return await ask;
  } catch (e) {
    if (e instanceof FhirError && e.problem === 'forbidden') return undefined;
    throw e;
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function problemForStatus(status: number): Problem {
  if (status === 401 || status === 403) return 'forbidden';
  if (status === 404 || status === 410) return 'missing';
  if (status === 409 || status === 412) return 'conflict';
  if (status === 429 || status === 503) return 'busy';
  return status >= 500 ? 'server' : 'refused';
}

/* What is final when the server says it. */
const NOES: Problem[] = ['forbidden', 'missing', 'conflict', 'refused'];

function diagnosticsOf(body: unknown): string {
  const outcome = body as OperationOutcome | null;
  if (outcome?.resourceType !== 'OperationOutcome') return '';
  return (outcome.issue ?? [])
    .map((issue) => issue.diagnostics ?? issue.details?.text ?? issue.code ?? '')
    .filter((text) => text !== '')
    .join('; ');
}

function whyOf(body: unknown): string {
  return (body as OperationOutcome | null)?.issue?.[0]?.details?.coding?.[0]?.code ?? '';
}

/* several values of one name: all of them must hold */
export type Params = Record<string, string | number | undefined | readonly string[]>;

export interface Versioned<T> { resource: T; etag: string | undefined }

export interface Page<T> { items: T[]; included: Resource[]; next: string | undefined; total: number | undefined }

/* Who is at the page. A request is made for whoever is there when it begins, and for nobody else: it is held while they are
 * locked, sent again when the server did not know them and they have come back, and ends as a 401 once another person has
 * taken over, so that a conversation of one can never go on in the name of the other. */
export interface Door {
  owner: () => string;
  /* true at once or later, when this owner may send; false when the page is another's */
  ready: (owner: string) => Promise<boolean>;
  /* the server did not take it from this owner: true once they are signed in and unlocked again, false when they are anyway */
  back: (owner: string) => Promise<boolean>;
}

export interface ClientOptions { base?: string; fetch?: typeof fetch; readMs?: number; writeMs?: number; door?: Door; background?: boolean; misses?: (ward: string) => boolean }

interface SendOptions { body?: unknown; headers?: Record<string, string>; signal?: AbortSignal | undefined }
interface Answer { body: unknown; etag: string | undefined; status: number }

export class FhirClient {
  private readonly base: string;
  private readonly doFetch: typeof fetch;
  private readonly readMs: number;
  private readonly writeMs: number;
  private readonly door: Door | undefined;
  private readonly background: boolean;
  /* whoever is at the page may not see the care of that ward */
  readonly misses: (ward: string) => boolean;

  constructor(options: ClientOptions = {}) {
    this.base = (options.base ?? '/fhir').replace(/\/$/, '');
    this.doFetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.readMs = options.readMs ?? 15_000;
    this.writeMs = options.writeMs ?? 30_000;
    this.door = options.door;
    this.background = options.background ?? false;
    this.misses = options.misses ?? (() => false);
  }

  async read<T extends Resource>(type: T['resourceType'], id: string, signal?: AbortSignal): Promise<Versioned<T>> {
    const { body, etag } = await this.send('GET', `${this.base}/${type}/${encodeURIComponent(id)}`, { signal });
    const resource = expectType<T>(body, type);
    learnLinks(resource);
    return { resource, etag };
  }

  /* An operation that is read again and again: undefined when nothing has changed since the answer with this ETag. */
  async operation<T extends Resource>(path: string, type: T['resourceType'], etag?: string, signal?: AbortSignal): Promise<Versioned<T> | undefined> {
    const headers: Record<string, string> = etag === undefined ? {} : { 'If-None-Match': etag };
    const { body, etag: now, status } = await this.send('GET', `${this.base}/${path}`, { signal, headers });
    return status === 304 ? undefined : { resource: expectType<T>(body, type), etag: now };
  }

  async search<T extends Resource>(type: T['resourceType'], params: Params, signal?: AbortSignal): Promise<Page<T>> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(params)) {
      for (const one of Array.isArray(value) ? value : [value]) {
        if (one !== undefined && one !== '') query.append(name, String(one));
      }
    }
    /* a space as %20: right for every server, while + is right only for those that read a query as a form */
    return this.page<T>(type, `${this.base}/${type}?${query.toString().replace(/\+/g, '%20')}`, signal);
  }

  /* Follows a next link. Only its path and query are used: whatever name the server knows itself by (a proxy may have
   * changed it), this page never talks to another origin. */
  async next<T extends Resource>(type: T['resourceType'], link: string, signal?: AbortSignal): Promise<Page<T>> {
    return this.page<T>(type, localPath(link, this.base), signal);
  }

  /* One transaction: all entries or none. The answer's entries stand in the order of the request's. */
  async transaction(bundle: Bundle): Promise<BundleEntry[]> {
    const { body } = await this.send('POST', this.base, { body: bundle });
    const answer = expectType<Bundle>(body, 'Bundle');
    const entries = answer.entry ?? [];
    if (entries.length !== (bundle.entry ?? []).length) throw new FhirError('garbled');
    for (const entry of entries) {
      if (!/^2\d\d/.test(entry.response?.status ?? '')) throw new FhirError('garbled');
    }
    return entries;
  }

  /* Several questions or changes in one call, each by itself: look at every answer's status. */
  async batch(bundle: Bundle): Promise<BundleEntry[]> {
    const { body } = await this.send('POST', this.base, { body: bundle });
    const entries = expectType<Bundle>(body, 'Bundle').entry ?? [];
    if (entries.length !== (bundle.entry ?? []).length) throw new FhirError('garbled');
    return entries;
  }

  /* An operation that only works something out: nothing is stored, so it may be asked any number of times. */
  async invoke<T extends Resource>(path: string, type: T['resourceType'], resource: Resource, signal?: AbortSignal): Promise<T> {
    const { body } = await this.send('POST', `${this.base}/${path}`, { body: resource, signal });
    return expectType<T>(body, type);
  }

  /* Versions that are still to be seen, newest first; at most `most`. */
  async history<T extends Resource>(type: T['resourceType'], id: string, most = 50, signal?: AbortSignal): Promise<T[]> {
    const { body } = await this.send('GET', `${this.base}/${type}/${encodeURIComponent(id)}/_history?_count=${most}`, { signal });
    return (expectType<Bundle>(body, 'Bundle').entry ?? []).map((e) => e.resource).filter((r): r is T => r?.resourceType === type);
  }

  async update<T extends Resource>(resource: T, ifMatch: string): Promise<void> {
    const url = `${this.base}/${resource.resourceType}/${encodeURIComponent(resource.id ?? '')}`;
    await this.send('PUT', url, { body: resource, headers: { 'If-Match': ifMatch } });
  }

  /* Creates it only if nothing matches; otherwise answers with what is there. */
  async create<T extends Resource>(resource: T, ifNoneExist: string): Promise<{ resource: T; created: boolean }> {
    const { body, status } = await this.send('POST', `${this.base}/${resource.resourceType}`, {
      body: resource, headers: { 'If-None-Exist': ifNoneExist, Prefer: 'return=representation' },
    });
    return { resource: expectType<T>(body, resource.resourceType as T['resourceType']), created: status === 201 };
  }

  private async page<T extends Resource>(type: T['resourceType'], url: string, signal?: AbortSignal): Promise<Page<T>> {
    const { body } = await this.send('GET', url, { signal, headers: { Prefer: 'handling=strict' } });
    const bundle = expectType<Bundle>(body, 'Bundle');
    const items: T[] = [];
    const included: Resource[] = [];
    for (const { resource, search } of bundle.entry ?? []) {
      if (!resource || search?.mode === 'outcome') continue;
      learnLinks(resource);
      if (search?.mode === 'include' || resource.resourceType !== type) included.push(resource);
      else items.push(resource as T);
    }
    const next = bundle.link?.find((link) => link.relation === 'next')?.url;
    return { items, included, next, total: bundle.total };
  }

  private async send(method: string, url: string, options: SendOptions): Promise<Answer> {
    const { door } = this;
    if (!door) return this.sendOnce(method, url, options);
    const owner = door.owner();
    if (!(await unlessAborted(door.ready(owner), options.signal))) throw new FhirError('forbidden', 401);
    let answer: Answer;
    try {
      answer = await this.sendOnce(method, url, options, owner);
    } catch (error) {
      /* 401: not known (any more); 403: perhaps locked, which the door finds out */
      if (!(error instanceof FhirError) || (error.status !== 401 && error.status !== 403)) throw error;
      const back = await unlessAborted(door.back(owner), options.signal);
      if (!back) throw door.owner() === owner ? error : new FhirError('forbidden', 401);
      answer = await this.sendOnce(method, url, options, owner);
    }
    if (door.owner() !== owner) throw new FhirError('forbidden', 401);
    return answer;
  }

  private async sendOnce(method: string, url: string, options: SendOptions, owner = ''): Promise<Answer> {
    const headers: Record<string, string> = { Accept: 'application/fhir+json', ...options.headers };
    if (method !== 'GET') headers['X-Ansinh'] = '1'; /* no other site can make a browser say this */
    /* the cookie is the browser's, and another tab may have handed it to somebody else: the server refuses what is not theirs */
    if (method !== 'GET' && owner !== '') headers['X-Ansinh-Account'] = owner;
    if (this.background) headers['X-Ansinh-Background'] = '1'; /* nobody's hand: does not keep a session awake */
    const init: RequestInit = { method, headers, cache: 'no-store' };
    if (options.body !== undefined) {
      headers['Content-Type'] = 'application/fhir+json';
      init.body = toJson(options.body);
    }
    const clock = new AbortController();
    let late = false;
    const timer = setTimeout(() => { late = true; clock.abort(); }, method === 'GET' ? this.readMs : this.writeMs);
    const stop = (): void => clock.abort();
    options.signal?.addEventListener('abort', stop);
    if (options.signal?.aborted) stop();
    init.signal = clock.signal;
    try {
      const sent = Date.now();
      const response = await this.doFetch(url, init);
      learnTime(response.headers.get('Date'), sent, Date.now());
      const text = await response.text();
      return { body: this.judge(response, text), etag: response.headers.get('ETag') ?? undefined, status: response.status };
    } catch (error) {
      if (late) throw new FhirError('timeout');
      if (isAbort(error) || error instanceof FhirError) throw error;
      throw new FhirError('offline');
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', stop);
    }
  }

  private judge(response: Response, text: string): unknown {
    let body: unknown = null;
    let readable = true;
    try {
      body = text === '' ? null : JSON.parse(text);
    } catch {
      readable = false;
    }
    if (!response.ok && response.status !== 304) {
      const problem = problemForStatus(response.status);
      /* the server says no in FHIR; a no without it is of something between (a proxy, the network's own page) that knows nothing of the record */
      const isForeign = (body as Resource | null)?.resourceType !== 'OperationOutcome' && response.status !== 401 && NOES.includes(problem);
      throw new FhirError(isForeign ? 'garbled' : problem, response.status, diagnosticsOf(body), whyOf(body));
    }
    if (!readable) throw new FhirError('garbled', response.status);
    return body;
  }
}

function unlessAborted<T>(waiting: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return waiting;
  return new Promise((done, fail) => {
    const stop = (): void => fail(new DOMException('aborted', 'AbortError'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    waiting.then(done, fail).finally(() => signal.removeEventListener('abort', stop));
  });
}

function expectType<T extends Resource>(body: unknown, type: T['resourceType']): T {
  if ((body as Resource | null)?.resourceType !== type) throw new FhirError('garbled');
  return body as T;
}

export function localPath(link: string, base: string): string {
  const url = new URL(link, 'http://local.invalid/');
  if (!url.pathname.startsWith(base)) throw new FhirError('garbled');
  return url.pathname + url.search;
}

/* "Patient/42", "http://any.host/fhir/Patient/42" and ".../Patient/42/_history/3" all speak of patient 42; so does what was written under a
 * record that 42 replaced, as far as this page has read 42. */
export function refersTo(reference: string | undefined, type: string, id: string): boolean {
  const parts = (reference ?? '').replace(/\/_history\/[^/]+$/, '').split('/');
  const named = parts[parts.length - 1] ?? '';
  return parts[parts.length - 2] === type && (named === id || (type === 'Patient' && isReplacedBy(named, id)));
}
