/* NEWS2 against a table written down by itself: every whole number of every sign, from far below to far above. */

import { describe, expect, it } from 'vitest';
import { ACVPU } from '../src/vitals/kinds';
import { news2, whyNoScore, type Score, type Signs } from '../src/ward/news2';

const NORMAL: Required<Signs> = {
  breathing: 16, spo2: 97, oxygen: false, systolic: 124, pulse: 72, consciousness: 'A', temperature: 36.8,
};
const at = (signs: Signs, scale: 1 | 2 = 1): Score => news2({ ...NORMAL, ...signs }, scale);

/* "8-:3 9-11:1": from-to:points, as the paper chart reads */
function chart(text: string): [number, number, number][] {
  return text.split(' ').map((cell) => {
    const [span = '', points] = cell.split(':');
    const [low = '', high = ''] = span.split('~');
    return [low === '' ? -Infinity : Number(low), high === '' ? Infinity : Number(high), Number(points)];
  });
}
function wanted(text: string, value: number): number {
  const hits = chart(text).filter(([low, high]) => value >= low && value <= high);
  expect(hits, `${value} in ${text}`).toHaveLength(1);
  return (hits[0] as [number, number, number])[2];
}

const CHARTS = {
  breathing: ['~8:3 9~11:1 12~20:0 21~24:2 25~:3', 0, 80],
  systolic: ['~90:3 91~100:2 101~110:1 111~219:0 220~:3', 30, 320],
  pulse: ['~40:3 41~50:1 51~90:0 91~110:1 111~130:2 131~:3', 10, 300],
} as const;

describe('points of one sign', () => {
  for (const [param, [text, low, high]] of Object.entries(CHARTS)) {
    it(`${param}: every value from ${low} to ${high}`, () => {
      for (let v = low; v <= high; v += 1) {
        expect(at({ [param]: v }).points[param as 'pulse'], `${param} ${v}`).toBe(wanted(text, v));
      }
    });
  }
  it('temperature: every tenth from 25.0 to 45.0', () => {
    for (let tenths = 250; tenths <= 450; tenths += 1) {
      const points = wanted('~350:3 351~360:1 361~380:0 381~390:1 391~:2', tenths);
      expect(at({ temperature: tenths / 10 }).points.temperature, `${tenths / 10}`).toBe(points);
      expect(at({ temperature: Number((tenths / 10).toFixed(1)) + 1e-9 }).points.temperature).toBe(points);
    }
  });
  it('SpO2, scale 1: every per cent, oxygen makes no difference', () => {
    for (let v = 30; v <= 100; v += 1) {
      for (const oxygen of [true, false]) expect(at({ spo2: v, oxygen }).points.spo2).toBe(wanted('~91:3 92~93:2 94~95:1 96~:0', v));
    }
  });
  it('SpO2, scale 2: every per cent, on air and on oxygen', () => {
    for (let v = 30; v <= 100; v += 1) {
      expect(at({ spo2: v, oxygen: false }, 2).points.spo2, `${v} air`).toBe(wanted('~83:3 84~85:2 86~87:1 88~:0', v));
      expect(at({ spo2: v, oxygen: true }, 2).points.spo2, `${v} oxygen`).toBe(wanted('~83:3 84~85:2 86~87:1 88~92:0 93~94:1 95~96:2 97~:3', v));
    }
  });
  it('oxygen and consciousness', () => {
    expect([at({ oxygen: true }).points.oxygen, at({ oxygen: false }).points.oxygen]).toEqual([2, 0]);
    expect(ACVPU.map((consciousness) => at({ consciousness }).points.consciousness)).toEqual([0, 3, 3, 3, 3]);
  });
});

describe('the score', () => {
  it('is the sum of its signs, whatever they are', () => {
    let seed = 7;
    const next = (n: number): number => { seed = (seed * 1103515245 + 12345) % 2 ** 31; return seed % n; };
    for (let i = 0; i < 3000; i += 1) {
      const signs: Required<Signs> = {
        breathing: next(50), spo2: 70 + next(31), oxygen: next(2) === 0, systolic: 60 + next(200), pulse: 30 + next(130),
        consciousness: ACVPU[next(5)] as 'A', temperature: 34 + next(80) / 10,
      };
      const score = news2(signs, 1);
      const sum = wanted(CHARTS.breathing[0], signs.breathing) + wanted('~91:3 92~93:2 94~95:1 96~:0', signs.spo2) + (signs.oxygen ? 2 : 0)
        + wanted(CHARTS.systolic[0], signs.systolic) + wanted(CHARTS.pulse[0], signs.pulse) + (signs.consciousness === 'A' ? 0 : 3)
        + wanted('~350:3 351~360:1 361~380:0 381~390:1 391~:2', Math.round(signs.temperature * 10));
      expect(score.sum).toBe(sum);
      expect(score.complete).toBe(true);
    }
  }, 60_000); /* three thousand sets: a busy machine takes its time */
  it.each([
    [{}, 'routine'], [{ pulse: 95 }, 'low'], [{ pulse: 115, breathing: 22 }, 'low'], [{ breathing: 8 }, 'single'],
    [{ consciousness: 'C' }, 'single'], [{ breathing: 22, pulse: 115, temperature: 38.5 }, 'urgent'],
    [{ breathing: 25, oxygen: true, pulse: 95 }, 'urgent'], [{ breathing: 25, oxygen: true, pulse: 115 }, 'emergency'],
    [{ consciousness: 'U', systolic: 85, pulse: 100 }, 'emergency'],
  ] as [Signs, string][])('%j is %s', (signs, band) => expect(at(signs).band).toBe(band));
});

describe('what is not known', () => {
  it('untouched consciousness or oxygen makes it incomplete, never Alert and never air', () => {
    for (const missing of ['consciousness', 'oxygen'] as const) {
      const score = news2({ ...NORMAL, [missing]: undefined }, 1);
      expect(score.complete).toBe(false);
      expect(score.missing).toEqual([missing]);
      expect(score.points[missing]).toBeUndefined();
      expect(score.band).toBeUndefined();
    }
  });
  it('an incomplete set that already calls somebody says so', () => {
    expect(news2({ breathing: 28 }, 1)).toMatchObject({ complete: false, band: 'single', threes: ['breathing'] });
    expect(news2({ breathing: 28, pulse: 120, oxygen: true }, 1)).toMatchObject({ complete: false, band: 'emergency' });
    expect(news2({ pulse: 95 }, 1).band).toBeUndefined();
  });
  it('scale 2 waits for oxygen only where it matters', () => {
    expect(news2({ spo2: 90 }, 2).points.spo2).toBe(0);
    expect(news2({ spo2: 95 }, 2).points.spo2).toBeUndefined();
  });
  it('is not made under 16 nor in pregnancy', () => {
    expect(whyNoScore(15, false, false)).toBe('child');
    expect(whyNoScore(16, false, false)).toBeUndefined();
    expect(whyNoScore(16, true, false)).toBe('child');
    expect(whyNoScore(undefined, false, false)).toBeUndefined();
    expect(whyNoScore(30, false, true)).toBe('pregnant');
  });
});
