/* The sheets of the ward, for one person and for all. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const SHEETS = ['vitals', 'care', 'medicines'] as const;
export type SheetName = (typeof SHEETS)[number];

export const printScreens: ScreenEntry[] = [
  { path: 'person/:id/paper/:sheet', title: 'print.screen', needs: 'people', ...lazyScreen(() => import('./Paper')) },
  { path: 'pack/:id', title: 'pack.title', needs: 'pack', ...lazyScreen(() => import('./Pack')) },
  { path: 'ward/:ward/paper/:sheet', title: 'print.screen', needs: 'ward', ...lazyScreen(() => import('./Paper')) },
];

export const packHref = (facility: string): string => `#/pack/${encodeURIComponent(facility)}`;

export function paperHref(of: { ward: string } | { patient: string }, sheet: SheetName, from = ''): string {
  const base = 'ward' in of ? `#/ward/${encodeURIComponent(of.ward)}` : `#/person/${encodeURIComponent(of.patient)}`;
  return `${base}/paper/${sheet}${from === '' ? '' : `?from=${from}`}`;
}
