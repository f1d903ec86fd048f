/* The session of this page, and its line to the other tabs of the browser. */

import { useSyncExternalStore } from 'react';
import { closeVault, draftsOf } from './drafts';
import { SessionStore, type SessionState, type Wire } from './session';

function tabs(): Wire | undefined {
  if (typeof BroadcastChannel === 'undefined') return undefined;
  const channel = new BroadcastChannel('ansinh');
  return {
    send: (word) => channel.postMessage(word),
    listen: (heard) => {
      const on = (e: MessageEvent): void => { if (typeof e.data === 'string') heard(e.data); };
      channel.addEventListener('message', on);
      return () => channel.removeEventListener('message', on);
    },
  };
}

export const wire = tabs();
export const session = new SessionStore(undefined, wire);

/* Where each person was: the next one starts at their own place, and who comes back goes on where they were. */
const places = new Map<string, string>();
session.onHandover = (from, to) => {
  if (from === '') return; /* the page was just opened, at an address somebody may have meant */
  if (to === '') {
    places.delete(from);
    draftsOf(from).forget();
  } else {
    places.set(from, window.location.hash);
  }
  closeVault(from);
  window.history.replaceState(null, '', places.get(to) ?? '#/');
};

export function useSession(): SessionState {
  return useSyncExternalStore(session.subscribe, session.get);
}
