/* The board keeps itself fresh: it asks again every 20 seconds, when somebody comes back to the page, and when the line is back.
 *
 * Nothing moves under a finger: while somebody is at work on the page a newer answer waits, and a button says how many people
 * have news. With nobody there for half a minute it is taken by itself. */

import { useCallback, useEffect, useRef, useState } from 'react';
import { isAbort } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { background } from '../fhir/server';
import { heardLately, keepHeard, rememberBoard, SLOW, SLOW_MS } from '../place/lately';
import { changedIds, readBoard, type Board, type Parameters } from './board';

const ASK_MS = 20_000;
const IDLE_MS = 30_000;

export interface BoardState {
  board: Board | undefined;
  /* people with news in an answer that is waiting */
  news: number;
  pull: () => void;
  error: unknown;
  /* of the last answer, also when it said that nothing has changed */
  at: number;
  reload: () => void;
}

/* When a hand was last on the page. */
export function useHandTime(): { current: number } {
  const last = useRef(0);
  useEffect(() => {
    const touched = (): void => { last.current = Date.now(); };
    const kinds = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;
    for (const kind of kinds) window.addEventListener(kind, touched, { passive: true });
    return () => { for (const kind of kinds) window.removeEventListener(kind, touched); };
  }, []);
  return last;
}

export function useBoard(path: string): BoardState {
  const [board, setBoard] = useState<Board>();
  const [waiting, setWaiting] = useState<Board>();
  const [error, setError] = useState<unknown>();
  const [at, setAt] = useState(0);
  const shown = useRef<Board | undefined>(undefined);
  const etag = useRef<string | undefined>(undefined);
  /* what the ETag is of, taken or waiting */
  const last = useRef<Board | undefined>(undefined);
  const hand = useHandTime();
  shown.current = board;

  const take = useCallback((newer: Board) => {
    const before = shown.current;
    const isNews = before !== undefined && changedIds(before, newer).length > 0;
    const isBusy = Date.now() - hand.current < IDLE_MS && document.visibilityState === 'visible';
    if (isNews && isBusy) {
      setWaiting(newer);
      return;
    }
    setWaiting(undefined);
    setBoard(newer);
  }, [hand]);

  const ask = useCallback(async (signal: AbortSignal) => {
    /* opened after the line was lost: what another screen of this page heard last, with its hour */
    const fallBack = (e: unknown): boolean => {
      const known = shown.current === undefined ? heardLately<Board>(path, e) : undefined;
      if (known) {
        setBoard(known.what);
        setAt(known.at);
      }
      return known !== undefined;
    };
    const slow = setTimeout(() => { if (!signal.aborted && fallBack(SLOW)) setError(SLOW); }, SLOW_MS);
    try {
      const answer = await background.operation<Parameters>(path, 'Parameters', etag.current, signal);
      if (signal.aborted) return;
      const heard = nowMs();
      setAt(heard);
      setError(undefined);
      if (!answer && last.current) keepHeard(path, last.current, heard);
      if (answer) {
        etag.current = answer.etag;
        const newer = readBoard(answer.resource);
        last.current = newer;
        keepHeard(path, newer, heard);
        if (newer.place.startsWith('Location/')) rememberBoard({ id: newer.place.slice('Location/'.length), name: newer.placeName }, newer.residents);
        take(newer);
      }
    } catch (e) {
      if (signal.aborted || isAbort(e)) return;
      fallBack(e);
      setError(e);
    } finally {
      clearTimeout(slow);
    }
  }, [path, take]);

  const abort = useRef(new AbortController());
  const reload = useCallback(() => {
    abort.current.abort();
    abort.current = new AbortController();
    void ask(abort.current.signal);
  }, [ask]);

  useEffect(() => {
    etag.current = undefined;
    last.current = undefined;
    shown.current = undefined;
    setBoard(undefined);
    setWaiting(undefined);
    reload();
    const timer = setInterval(() => { if (document.visibilityState === 'visible') reload(); }, ASK_MS);
    const back = (): void => { if (document.visibilityState === 'visible') reload(); };
    document.addEventListener('visibilitychange', back);
    window.addEventListener('online', reload);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', back);
      window.removeEventListener('online', reload);
      abort.current.abort();
    };
  }, [path, reload]);

  const pull = useCallback(() => {
    setWaiting((newer) => {
      if (newer) setBoard(newer);
      return undefined;
    });
  }, []);
  /* nobody at the page: what waits is taken by itself */
  useEffect(() => {
    if (!waiting) return undefined;
    const timer = setInterval(() => { if (Date.now() - hand.current >= IDLE_MS) pull(); }, 5_000);
    return () => clearInterval(timer);
  }, [waiting, pull, hand]);

  return { board, news: waiting && board ? changedIds(board, waiting).length : 0, pull, error, at, reload };
}
