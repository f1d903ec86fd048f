/* Nothing may move under a finger. Leaving a field can make a message appear, and that pushes what stands below it, just
 * when the finger is on its way up from the next button: the press would miss. So such changes wait until the hand is off
 * and the click has been delivered. (A touch gives pointerup first, then focus and click; a mouse the other way round.) */

/* A hand that trembles taps twice. What the first tap opened may already lie under the second, and an answer nobody chose would stand in the
 * record. So the second tap of a pair is only for what the first one met: the same button again (a pad's 1 and 1) counts, another does not. */
const TWICE_MS = 500;
const NEAR_PX = 32;

const SETTLE_MS = 150;
const TYPING_MS = 2000;
let down = false;
let keyAt = -TYPING_MS;
const waiting: (() => void)[] = [];

function settle(run: () => void): void {
  setTimeout(() => {
    if (down) waiting.push(run); /* the hand has come down again in the meantime */
    else run();
  }, SETTLE_MS);
}

if (typeof document !== 'undefined') {
  document.addEventListener('keydown', () => { keyAt = performance.now(); }, true);
  document.addEventListener('pointerdown', () => { down = true; }, true);
  for (const end of ['pointerup', 'pointercancel']) {
    document.addEventListener(end, () => {
      down = false;
      for (const run of waiting.splice(0)) settle(run);
    }, true);
  }
}

export interface Tap { at: number; x: number; y: number; on: Element }

/* a label's tap comes a second time, as its field's; and the next may be the label's again */
const labels = (a: Element, b: Element): boolean => (a as HTMLLabelElement).control === b;
const sameThing = (a: Element, b: Element): boolean => a.contains(b) || b.contains(a) || labels(a, b) || labels(b, a);
export const isStrayTap = (before: Tap | undefined, tap: Tap): boolean =>
  before !== undefined && tap.at - before.at < TWICE_MS && Math.hypot(tap.x - before.x, tap.y - before.y) < NEAR_PX && !sameThing(before.on, tap.on);

if (typeof document !== 'undefined') {
  let touch = false;
  let before: Tap | undefined;
  document.addEventListener('pointerdown', (e) => { touch = e.pointerType === 'touch'; }, true);
  document.addEventListener('click', (e) => {
    /* a mouse counts its own presses; what comes from a key or a program has no place on the screen */
    if (!(e.target instanceof Element) || !e.isTrusted || e.detail === 0 || !(touch || e.detail > 1)) return;
    const tap = { at: e.timeStamp, x: e.clientX, y: e.clientY, on: e.target.closest('button, a, label, input, select, textarea, summary') ?? e.target };
    if (isStrayTap(before, tap)) {
      e.preventDefault();
      e.stopPropagation();
    } else before = tap;
  }, true);
}

export function whenHandIsOff(run: () => void): void {
  if (down) waiting.push(run);
  else settle(run);
}

/* For what takes the focus: the next key of somebody who is typing would be an answer to it. */
export function whenNobodyTypes(run: () => void): void {
  const left = keyAt + TYPING_MS - performance.now();
  if (left > 0) setTimeout(() => whenNobodyTypes(run), left);
  else whenHandIsOff(() => (performance.now() - keyAt < TYPING_MS ? whenNobodyTypes(run) : run())); /* somebody may have begun to type meanwhile */
}
