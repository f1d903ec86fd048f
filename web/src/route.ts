/* Where we are, kept after the # of the address: the server needs to know only one page, and going back works.
 *   #/people?q=ng+thi   #/person/ID   #/person/ID/vitals */

import { useSyncExternalStore } from 'react';

export type Route =
  | { name: 'people'; q: string }
  | { name: 'person'; id: string }
  | { name: 'vitals'; id: string }
  | { name: 'missing' };

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const parts = path.split('/').filter((p) => p !== '');
  if (parts.length === 0 || (parts.length === 1 && parts[0] === 'people')) {
    return { name: 'people', q: new URLSearchParams(query).get('q') ?? '' };
  }
  if (parts[0] === 'person' && parts[1] !== undefined) {
    const id = safeDecode(parts[1]);
    if (parts.length === 2) return { name: 'person', id };
    if (parts.length === 3 && parts[2] === 'vitals') return { name: 'vitals', id };
  }
  return { name: 'missing' };
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; /* a stray % typed by hand */
  }
}

export function peopleHref(q = ''): string {
  return q === '' ? '#/people' : `#/people?${new URLSearchParams({ q }).toString()}`;
}
export const personHref = (id: string): string => `#/person/${encodeURIComponent(id)}`;
export const vitalsHref = (id: string): string => `${personHref(id)}/vitals`;

export function go(href: string): void {
  window.location.hash = href;
}

/* Changes the address without a new entry in the history, while somebody types. */
export function replace(href: string): void {
  window.history.replaceState(null, '', href);
}

const subscribe = (notify: () => void): (() => void) => {
  window.addEventListener('hashchange', notify);
  return () => window.removeEventListener('hashchange', notify);
};

export function useHash(): string {
  return useSyncExternalStore(subscribe, () => window.location.hash);
}
