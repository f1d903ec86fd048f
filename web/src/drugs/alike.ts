/* Names that are easily taken for one another, found among the names of this very round: two names alike are a danger only
 * where both lie on one trolley. Distance counts letters changed, left out, added or swapped, after folding. */

import { ingredients } from './names';

export function distance(a: string, b: string): number {
  const rows: number[][] = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)]);
  const cell = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let j = 0; j <= b.length; j += 1) (rows[0] as number[])[j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, cell(i - 2, j - 2) + 1);
      (rows[i] as number[])[j] = best;
    }
  }
  return cell(a.length, b.length);
}

/* One letter in three, at most three, and nothing shorter than five letters: codein and cafein, hydroxyzin and hydralazin,
 * prednison and prednisolon; not losartan and valsartan, which one tells apart at a glance. */
export function areAlike(a: string, b: string): boolean {
  if (a === b) return false;
  const shorter = Math.min(a.length, b.length);
  if (shorter < 5) return false;
  return distance(a, b) <= Math.min(3, Math.floor(shorter / 3));
}

/* For each name of the round, the other names that could be taken for it; in the order of the alphabet. */
export function lookAlikes(names: string[]): Map<string, string[]> {
  const distinct = [...new Set(names)].sort();
  const stems = new Map(distinct.map((n) => [n, ingredients(n)]));
  const found = new Map<string, string[]>();
  for (const a of distinct) {
    const others = distinct.filter((b) => b !== a
      && (stems.get(a) ?? []).some((x) => (stems.get(b) ?? []).some((y) => areAlike(x, y))));
    if (others.length > 0) found.set(a, others);
  }
  return found;
}
