/* Nothing may move under a finger. Leaving a field can make a message appear, and that pushes what stands below it, just
 * when the finger is on its way up from the next button: the press would miss. So such changes wait until the hand is off
 * and the click has been delivered. (A touch gives pointerup first, then focus and click; a mouse the other way round.) */

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

export function whenHandIsOff(run: () => void): void {
  if (down) waiting.push(run);
  else settle(run);
}

/* For what takes the focus: the next key of somebody who is typing would be an answer to it. */
export function whenNobodyTypes(run: () => void): void {
  const left = keyAt + TYPING_MS - performance.now();
  if (left > 0) setTimeout(() => whenNobodyTypes(run), left);
  else whenHandIsOff(run);
}
