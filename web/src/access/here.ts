/* The session of this page, and its line to the other tabs of the browser. */

import { useSyncExternalStore } from 'react';
import { SessionStore, type SessionState, type Wire } from './session';

function tabs(): Wire | undefined {
  if (typeof BroadcastChannel === 'undefined') return undefined;
  const channel = new BroadcastChannel('ansinh');
  return {
    send: (word) => channel.postMessage(word),
    listen: (heard) => channel.addEventListener('message', (e) => { if (typeof e.data === 'string') heard(e.data); }),
  };
}

export const wire = tabs();
export const session = new SessionStore(undefined, wire);

export function useSession(): SessionState {
  return useSyncExternalStore(session.subscribe, session.get);
}
