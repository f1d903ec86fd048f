/* The screens of a ward's stock: the shelf, what comes and goes, a count, one medicine, what to ask for, a month. */

import type { RoleCode, UseMe } from '../access/me';
import { lazyScreen, type ScreenEntry } from '../screen';
import type { MoveKind } from './forms';

export const stockScreens: ScreenEntry[] = [
  { path: 'ward/:ward/stock', title: 'stock.screen', needs: 'stock', ...lazyScreen(() => import('./Stock')) },
  { path: 'ward/:ward/stock/move/:kind', title: 'stock.screen', needs: 'stock', ...lazyScreen(() => import('./Moving')) },
  { path: 'ward/:ward/stock/count', title: 'stock.screen', needs: 'stock', ...lazyScreen(() => import('./Counting')) },
  { path: 'ward/:ward/stock/card/:card', title: 'stock.screen', needs: 'stock', ...lazyScreen(() => import('./OneCard')) },
  { path: 'ward/:ward/stock/card/:card/month', title: 'stock.screen', needs: 'stock', ...lazyScreen(() => import('./CardMonth')) },
  { path: 'ward/:ward/stock/paper/:sheet', title: 'stock.screen', needs: 'stock', ...lazyScreen(() => import('./Papers')) },
];

const part = encodeURIComponent;
export const SHEETS = ['count', 'order', 'month'] as const;
export type Sheet = (typeof SHEETS)[number];
export const stockHref = (ward: string): string => `#/ward/${part(ward)}/stock`;
export const moveHref = (ward: string, kind: MoveKind, card = ''): string => `${stockHref(ward)}/move/${kind}${card === '' ? '' : `?card=${part(card)}`}`;
export const countHref = (ward: string): string => `${stockHref(ward)}/count`;
export const cardHref = (ward: string, card: string): string => `${stockHref(ward)}/card/${part(card)}`;
export const cardMonthHref = (ward: string, card: string): string => `${cardHref(ward, card)}/month`;
export const sheetHref = (ward: string, sheet: Sheet): string => `${stockHref(ward)}/paper/${sheet}`;

/* As content/access/rights.json gives them; what is really allowed the server decides at every request. */
const KEEPERS: RoleCode[] = ['nurse', 'assistant-doctor', 'doctor', 'pharmacist', 'facility-head', 'system'];
export const mayKeepStock = (me: UseMe): boolean => me.has(...KEEPERS);
