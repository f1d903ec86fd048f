/* What time it is: the server's time, where the clock of this device is wrong. A tablet seven minutes fast would have each of its doses refused,
 * for they lie in the future; one seven minutes slow writes times at which nobody did anything, and both show the wrong doses as due.
 *
 * Every answer says the server's time, to the second and somewhere between question and answer. So only what cannot be explained by that, and is
 * more than two minutes, is taken for wrong. While the server doubts its own clock (/health), nobody's is measured by it. */

const BEARABLE_MS = 2 * 60_000;
/* an answer that took so long says nothing: the device may have slept */
const SLOW_MS = 35_000;

let ahead = 0;
let doubted = false;
const listeners = new Set<() => void>();

function set(next: { ahead?: number; doubted?: boolean }): void {
  const before = deviceAhead();
  ahead = next.ahead ?? ahead;
  doubted = next.doubted ?? doubted;
  if (Math.abs(deviceAhead() - before) >= 1000) for (const tell of listeners) tell();
}

/* date: the header of an answer that was asked for at `sent` and came at `came`, by this device's clock */
export function learnTime(date: string | null, sent: number, came: number): void {
  const said = Date.parse(date ?? '');
  if (Number.isNaN(said) || came < sent || came - sent > SLOW_MS) return;
  const [least, most] = [sent - said - 1000, came - said];
  const isWrong = least > BEARABLE_MS || most < -BEARABLE_MS;
  set({ ahead: isWrong ? Math.round((least + most) / 2) : 0 });
}

export const doubtServer = (yes: boolean): void => set({ doubted: yes });

/* By how much this device runs ahead of the server (behind: less than 0); 0 when that harms nobody. */
export const deviceAhead = (): number => (doubted ? 0 : ahead);
export const onClock = (tell: () => void): (() => void) => {
  listeners.add(tell);
  return () => listeners.delete(tell);
};

/* For every time that is recorded or judged by. What only measures how long something takes needs none of it. */
export const nowMs = (): number => Date.now() - deviceAhead();
