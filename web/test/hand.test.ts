import { describe, expect, it } from 'vitest';
import { isStrayTap, type Tap } from '../src/ui/hand';

/* things of a screen, without a screen */
const thing = (...inside: object[]): Element => { const me = { contains: (x: object) => x === me || inside.includes(x) }; return me as unknown as Element; };

describe('the second tap of a double tap', () => {
  const tile = thing();
  const tap = (on: Element, more: Partial<Tap> = {}): Tap => ({ at: 1000, x: 100, y: 300, on, ...more });
  it('is not for what came under the finger in between', () => {
    expect(isStrayTap(tap(tile), tap(thing(), { at: 1120 }))).toBe(true);
    expect(isStrayTap(tap(tile), tap(thing(), { at: 1400, x: 110, y: 320 }))).toBe(true);
  });
  it('counts on the same button, later, or elsewhere', () => {
    expect(isStrayTap(undefined, tap(tile))).toBe(false);
    expect(isStrayTap(tap(tile), tap(tile, { at: 1120 }))).toBe(false);
    expect(isStrayTap(tap(tile), tap(thing(), { at: 1600 }))).toBe(false);
    expect(isStrayTap(tap(tile), tap(thing(), { at: 1120, y: 360 }))).toBe(false);
  });
  it('a label hands its tap to its field', () => {
    const field = thing();
    expect(isStrayTap(tap(thing(field)), tap(field, { at: 1000 }))).toBe(false);
    expect(isStrayTap(tap(Object.assign(thing(), { control: field })), tap(field, { at: 1000 }))).toBe(false);
    expect(isStrayTap(tap(field), tap(Object.assign(thing(), { control: field }), { at: 1100 }))).toBe(false);
  });
});
