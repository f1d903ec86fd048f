/* Talks to the server's doors of sign-in (/auth), and puts what goes wrong into one AuthError with a `problem`. */

import type { AllowedApp, Asked, BadAsk, Client, LaunchApp, NewClient } from '../apps/types';
import type { Me } from './me';
import { completeMe } from './me';

export type AuthProblem =
  | 'wrong' | 'code-needed' | 'wait' | 'locked' | 'csrf' | 'weak' | 'taken' | 'not-allowed' | 'not-found' | 'first-code'
  | 'disabled' | 'expired' | 'bad-request' | 'not-signed-in' | 'failed' | 'other-account' | 'birth'
  | 'offline'  /* no answer */
  | 'server';  /* an answer that is none of the above */

const KNOWN: readonly string[] = [
  'wrong', 'code-needed', 'wait', 'locked', 'csrf', 'weak', 'taken', 'not-allowed', 'not-found', 'first-code', 'disabled', 'expired',
  'bad-request', 'not-signed-in', 'failed', 'other-account', 'birth',
];

export class AuthError extends Error {
  readonly problem: AuthProblem;
  readonly status: number;
  /* how long the next try has to wait */
  readonly waitSeconds: number;
  /* what exactly, in English; mostly empty */
  readonly detail: string;

  constructor(problem: AuthProblem, status = 0, waitSeconds = 0, detail = '') {
    super(problem);
    this.name = 'AuthError';
    this.problem = problem;
    this.status = status;
    this.waitSeconds = waitSeconds;
    this.detail = detail;
  }
}

export function authErrorOf(error: unknown): AuthError {
  return error instanceof AuthError ? error : new AuthError('server');
}

export interface Session { id: string; device?: string; agent?: string; since?: string; lastUsed?: string; current?: boolean }
export interface Device { id: string; name: string; since?: string; lastUsed?: string; current?: boolean }
export interface User {
  account: string; name: string; display: string; practitioner?: string; directRole?: string;
  /* "Patient/id", "RelatedPerson/id": the account of a person in care, or of who represents them */
  person?: string;
  program?: boolean; disabled?: boolean; mustChange?: boolean; hasPin?: boolean; hasTotp?: boolean; lastUsed?: string;
}
export interface TrainingState { state: 'off' | 'making' | 'on' | 'failed'; why?: string; port?: number }
export interface Grant { patient: string; until: string; account?: string; purpose?: string; reason?: string; display?: string; since?: string }

/* Somebody who was there and said so with their PIN. */
export interface Witness { account: string; display: string; practitioner: string; at: string }

type Fetch = typeof fetch;
const LIMIT_MS = 20_000;

export class AuthApi {
  private readonly doFetch: Fetch;
  /* the account this page believes to be signed in; '' = nobody */
  owner: () => string = () => '';

  constructor(doFetch?: Fetch) {
    this.doFetch = doFetch ?? ((input, init) => fetch(input, init));
  }

  me = async (): Promise<Me> => completeMe(await this.send<Partial<Me>>('GET', 'me'));

  first = (given: { code: string; name: string; display: string; password: string }) => this.changed('first', given);
  signIn = (given: { name: string; password: string; code?: string }) => this.changed('sign-in', given);
  switchTo = (given: { account: string; pin: string }) => this.changed('switch', given);
  witness = (given: { account: string; pin: string }) => this.send<Witness>('POST', 'witness', given);
  unlock = (given: { pin: string } | { password: string }) => this.changed('unlock', given);
  lock = () => this.changed('lock', {});
  password = (given: { old: string; new: string }) => this.changed('password', given);
  registerDevice = (name: string) => this.changed('device', { name });

  signOut = () => this.send<void>('POST', 'sign-out', {});
  pin = (given: { password: string; pin: string }) => this.send<void>('POST', 'pin', given);
  totpBegin = (password: string) => this.send<{ secret: string; uri: string }>('POST', 'totp/begin', { password });
  totpConfirm = (code: string) => this.send<{ recovery: string[] }>('POST', 'totp/confirm', { code });
  totpOff = (password: string) => this.send<void>('POST', 'totp/off', { password });
  /* any question that counts as use; /auth/me does not */
  awake = () => this.send<unknown>('GET', 'sessions');
  sessions = () => this.send<Session[]>('GET', 'sessions');
  endSession = (id: string) => this.send<void>('DELETE', `sessions/${encodeURIComponent(id)}`);
  devices = () => this.send<Device[]>('GET', 'devices');
  endDevice = (id: string) => this.send<void>('DELETE', `devices/${encodeURIComponent(id)}`);
  users = () => this.send<User[]>('GET', 'users');
  addUser = (given: { name: string; display: string; practitioner?: string; directRole?: string; person?: string; birth?: string }) =>
    this.send<User & { password: string }>('POST', 'users', given);
  changeUser = (id: string, given: { display?: string; practitioner?: string; directRole?: string }) =>
    this.send<User>('POST', `users/${encodeURIComponent(id)}`, given);
  disableUser = (id: string) => this.send<unknown>('POST', `users/${encodeURIComponent(id)}/disable`, {});
  enableUser = (id: string) => this.send<unknown>('POST', `users/${encodeURIComponent(id)}/enable`, {});
  resetUser = (id: string) => this.send<{ password: string }>('POST', `users/${encodeURIComponent(id)}/reset`, {});
  breakGlass = (given: { patient: string; purpose: string; reason: string; minutes?: number }) =>
    this.send<{ until: string }>('POST', 'break-glass', given);
  grants = () => this.send<Grant[]>('GET', 'break-glass');

  training = () => this.send<TrainingState>('GET', 'training');
  wantTraining = (want: 'on' | 'again' | 'off') => this.send<TrainingState>('POST', 'training', { want });

  /* programs of others */
  askApp = (query: string) => this.send<Asked | BadAsk>('POST', 'authorize', { query });
  allowApp = (given: { query: string; scopes: string; patient?: string; encounter?: string }) => this.send<{ redirect?: string }>('POST', 'authorize/allow', given);
  refuseApp = (query: string) => this.send<{ redirect: string }>('POST', 'authorize/refuse', { query });
  apps = () => this.send<AllowedApp[]>('GET', 'apps');
  endApp = (id: string) => this.send<void>('DELETE', `apps/${encodeURIComponent(id)}`);
  launches = () => this.send<LaunchApp[]>('GET', 'launch');
  launchApp = (given: { client: string; patient: string; encounter?: string }) => this.send<{ url: string }>('POST', 'launch', given);
  clients = () => this.send<Client[]>('GET', 'clients');
  addClient = (given: NewClient) => this.send<Client>('POST', 'clients', given);
  switchClient = (id: string, on: boolean) => this.send<void>('POST', `clients/${encodeURIComponent(id)}/${on ? 'enable' : 'disable'}`, {});
  newSecret = (id: string) => this.send<{ secret: string }>('POST', `clients/${encodeURIComponent(id)}/secret`, {});
  removeClient = (id: string) => this.send<void>('DELETE', `clients/${encodeURIComponent(id)}`);

  private async changed(path: string, body: unknown): Promise<Me> {
    return completeMe(await this.send<Partial<Me>>('POST', path, body));
  }

  private async send<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (method !== 'GET') headers['X-Ansinh'] = '1';
    const owner = this.owner();
    if (method !== 'GET' && owner !== '') headers['X-Ansinh-Account'] = owner;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const clock = new AbortController();
    const timer = setTimeout(() => clock.abort(), LIMIT_MS);
    let status = 0;
    let text = '';
    try {
      const response = await this.doFetch(`/auth/${path}`, {
        method, headers, cache: 'no-store', signal: clock.signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      status = response.status;
      text = await response.text();
    } catch {
      throw new AuthError('offline');
    } finally {
      clearTimeout(timer);
    }
    return judge<T>(status, text);
  }
}

function judge<T>(status: number, text: string): T {
  let answer: unknown;
  try {
    answer = text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new AuthError('server', status);
  }
  if (status >= 200 && status < 300) return answer as T;
  const { problem, waitSeconds, detail } = (answer ?? {}) as { problem?: string; waitSeconds?: number; detail?: string };
  const known = KNOWN.includes(problem ?? '') ? (problem as AuthProblem) : 'server';
  throw new AuthError(known, status, Math.max(0, Math.ceil(Number(waitSeconds) || 0)), typeof detail === 'string' ? detail : '');
}
