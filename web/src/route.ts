/* Where we are, kept after the # of the address: the server needs to know only one page, and going back works.
 *   #/people?q=ng+thi   #/person/ID   #/person/ID/vitals   and what the registry adds */

import { useSyncExternalStore } from 'react';

export function pathOf(hash: string): string {
  return (hash.replace(/^#/, '').split('?')[0] ?? '').split('/').filter((p) => p !== '').join('/');
}

export function queryOf(hash: string): URLSearchParams {
  const at = hash.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : hash.slice(at + 1));
}

/* 'person/:id' against 'person/42' gives { id: '42' }; undefined when it is another address. */
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const value = given[i] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = safeDecode(value);
    else if (part !== value) return undefined;
  }
  return params;
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

/* Whether the screen of this address still stands where the browser is: by its own address, or as somebody's first one. */
export const isStillAt = (hash: string, href: string): boolean => ['', pathOf(href)].includes(pathOf(hash));

/* Changes the address without a new entry in the history, while somebody types. Not once they have gone elsewhere, even if the page has
 * not drawn that yet: their tap would be lost. */
export function replace(href: string): void {
  if (isStillAt(window.location.hash, href)) window.history.replaceState(null, '', href);
}

const subscribe = (notify: () => void): (() => void) => {
  window.addEventListener('hashchange', notify);
  return () => window.removeEventListener('hashchange', notify);
};

export function useHash(): string {
  return useSyncExternalStore(subscribe, () => window.location.hash);
}
