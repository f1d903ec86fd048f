import { useEffect, useSyncExternalStore } from 'react';

const subscribe = (notify: () => void): (() => void) => {
  window.addEventListener('online', notify);
  window.addEventListener('offline', notify);
  return () => {
    window.removeEventListener('online', notify);
    window.removeEventListener('offline', notify);
  };
};

/* Whether this device has any network. "True" promises nothing about the server. */
export function useOnline(): boolean {
  return useSyncExternalStore(subscribe, () => navigator.onLine);
}

/* Tries again by itself when the network comes back. */
export function useOnReconnect(again: () => void, wanted: boolean): void {
  useEffect(() => {
    if (!wanted) return undefined;
    window.addEventListener('online', again);
    return () => window.removeEventListener('online', again);
  }, [again, wanted]);
}
