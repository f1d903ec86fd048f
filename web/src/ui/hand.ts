/* Nothing may move under a finger. Leaving a field can make a message appear, and that pushes what stands below it, just
 * when the finger is on its way up from the next button: the press would miss. So such changes wait until the hand is off
 * and the click has been delivered. (A touch gives pointerup first, then focus and click; a mouse the other way round.) */

const SETTLE_MS = 150;
let down = false;

if (typeof document !== 'undefined') {
  document.addEventListener('pointerdown', () => { down = true; }, true);
  for (const end of ['pointerup', 'pointercancel']) document.addEventListener(end, () => { down = false; }, true);
}

export function whenHandIsOff(run: () => void): void {
  const later = (): void => { setTimeout(run, SETTLE_MS); };
  if (down) document.addEventListener('pointerup', later, { once: true, capture: true });
  else later();
}
