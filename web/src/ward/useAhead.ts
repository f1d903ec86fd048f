/* What the ward's rounds would ask for is asked quietly while the board stands there, and again every five minutes as far as it changed: whoever
 * opens the drug round or quick care after the line was lost has the people and orders of then (place/lately.ts). */

import { useEffect } from 'react';
import { useMe } from '../access/me';
import { dailyKey, loadDaily, loadNewer, type DailyData } from '../daily/load';
import { loadAll, loadRound, roundKey, type RoundData } from '../drugs/load';
import { nowMs } from '../fhir/clock';
import { background } from '../fhir/server';
import { keepHeard, lastHeard } from '../place/lately';
import { isAway } from '../place/ward';
import { loadShelf, shelfKey } from '../stock/load';
import type { Board } from './board';

/* the board and its faces come first */
const FIRST_MS = 5_000;
const AGAIN_MS = 5 * 60_000;

type Ask = (signal: AbortSignal) => Promise<void>;

async function care(ward: string, people: readonly string[], signal: AbortSignal): Promise<void> {
  const last = lastHeard<DailyData>(dailyKey(ward))?.what;
  /* on a board is who is there: whoever went on leave or came back since is asked about anew */
  const known = new Set(last?.ward.residents.filter((r) => !isAway(r)).map((r) => r.id));
  const isSame = last !== undefined && known.size === people.length && people.every((id) => known.has(id));
  const next = await (isSame ? loadNewer(background, last, nowMs(), signal) : loadDaily(background, ward, nowMs(), signal));
  if (!signal.aborted) keepHeard(dailyKey(ward), next, nowMs());
}

async function medicines(ward: string, signal: AbortSignal): Promise<void> {
  const last = lastHeard<RoundData>(roundKey(ward))?.what;
  const next = last ? (await loadAll(background, last, nowMs(), signal))(last) : await loadRound(background, ward, nowMs(), signal);
  if (!signal.aborted) keepHeard(roundKey(ward), next, nowMs());
}

async function cupboard(ward: string, signal: AbortSignal): Promise<void> {
  const next = await loadShelf(background, ward, signal);
  if (!signal.aborted) keepHeard(shelfKey(ward), next, nowMs());
}

/* board: undefined while the server cannot be heard */
export function useAhead(ward: string, board: Board | undefined): void {
  const { can } = useMe();
  const [drugs, stock] = [can('drugs'), can('stock')];
  const people = board?.residents.map((r) => r.id).join() ?? '';
  useEffect(() => {
    if (people === '') return undefined;
    const abort = new AbortController();
    const asks: Ask[] = [
      ...(drugs ? [(signal: AbortSignal) => medicines(ward, signal)] : []),
      ...(drugs && stock ? [(signal: AbortSignal) => cupboard(ward, signal)] : []),
      (signal) => care(ward, people.split(','), signal),
    ];
    let timer: ReturnType<typeof setTimeout>;
    /* one after another: nobody waits for them */
    const all = async (): Promise<void> => {
      for (const ask of asks) if (document.visibilityState === 'visible' && !abort.signal.aborted) await ask(abort.signal).catch(() => undefined);
      if (!abort.signal.aborted) timer = setTimeout(() => void all(), AGAIN_MS);
    };
    timer = setTimeout(() => void all(), FIRST_MS);
    return () => { clearTimeout(timer); abort.abort(); };
  }, [ward, people, drugs, stock]);
}
