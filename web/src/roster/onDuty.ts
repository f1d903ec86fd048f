/* The roster of this moment for the whole page: asked for once for an account, again every ten minutes, and when this page has changed it.
 * Without an answer (no line, no right, no roster) everything is as if there were none: nobody is kept from anything by it. */

import { useEffect, useSyncExternalStore } from 'react';
import { useMe } from '../access/me';
import { searchAll } from '../fhir/all';
import { isAbort } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { background } from '../fhir/server';
import { addDays, wardTime, DAY_MS } from '../fhir/zone';
import { addMonths, monthOf, readRoster, type Roster, type Schedule } from './duty';
import { USUAL, type ShiftSystem } from './shifts';
import { readSystem, type Facility } from './system';

const ASK_MS = 10 * 60_000;

export interface OnDuty { account: string; known: boolean; roster: Roster; system: ShiftSystem; me: string }

const NONE: OnDuty = { account: '', known: false, roster: { book: new Map(), rooms: new Map() }, system: USUAL, me: '' };
let state = NONE;
let who = { account: '', me: '', facility: '' };
let listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let abort = new AbortController();
let asking: Promise<void> = Promise.resolve();

function tell(next: OnDuty): void {
  state = next;
  for (const l of listeners) l();
}

/* Everybody's of yesterday and today, and mine of the month before: my last shift may lie in it. */
async function ask(): Promise<void> {
  abort.abort();
  const mine = new AbortController();
  abort = mine;
  const asked = who;
  if (asked.me === '' || asked.facility === '') return;
  const now = nowMs();
  const [yesterday, today] = [wardTime(now - DAY_MS).day, wardTime(now).day];
  try {
    const [house, all, own] = await Promise.all([
      background.read<Facility>('Organization', asked.facility, mine.signal),
      searchAll<Schedule>(background, 'Schedule', { date: [`ge${yesterday}`, `le${today}`] }, mine.signal),
      searchAll<Schedule>(background, 'Schedule', {
        actor: `Practitioner/${asked.me}`, date: [`ge${addMonths(monthOf(today), -1)}-01`, `le${addDays(today, 31)}`],
      }, mine.signal),
    ]);
    if (mine.signal.aborted || asked.account !== who.account) return;
    const schedules = [...new Map([...all.items, ...own.items].map((s) => [s.id, s])).values()];
    tell({ account: asked.account, known: true, roster: readRoster(schedules), system: readSystem(house.resource), me: asked.me });
  } catch (error) {
    if (!isAbort(error) && !mine.signal.aborted && state.account !== who.account) tell({ ...NONE, account: who.account });
  }
}

function look(): void {
  if (document.visibilityState === 'visible') void ask();
}

function subscribe(l: () => void): () => void {
  listeners = new Set([...listeners, l]);
  return () => { listeners = new Set([...listeners].filter((x) => x !== l)); };
}

/* For what is asked once and depends on it: with an answer, or without one because there is none to be had. */
export async function whenKnown(): Promise<OnDuty> {
  await asking;
  return state;
}

export const askAgain = (): void => { void ask(); };

export function useOnDuty(): OnDuty {
  const { me, practitioner } = useMe();
  const account = me.account?.id ?? '';
  const facility = (me.roles.find((r) => r.organization !== undefined)?.organization ?? '').split('/').pop() ?? '';
  const person = (practitioner ?? '').split('/').pop() ?? '';
  const now = useSyncExternalStore(subscribe, () => state);
  useEffect(() => {
    if (who.account === account && who.facility === facility && timer !== undefined) return;
    who = { account, me: person, facility };
    if (state.account !== account) tell({ ...NONE, account });
    asking = ask();
    if (timer === undefined) {
      timer = setInterval(look, ASK_MS);
      window.addEventListener('online', look);
    }
  }, [account, person, facility]);
  return now.account === account ? now : NONE;
}
