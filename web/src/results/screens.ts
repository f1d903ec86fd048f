/* The screen of laboratory results of one person. */

import type { RoleCode, UseMe } from '../access/me';
import { lazyScreen, type ScreenEntry } from '../screen';

export const resultScreens: ScreenEntry[] = [
  { path: 'person/:id/results', title: 'results.title', needs: 'people', ...lazyScreen(() => import('./Results')) },
];

/* With `order`, the paper answers that order from the beginning. */
export const resultsHref = (patient: string, order = ''): string => `#/person/${encodeURIComponent(patient)}/results${order === '' ? '' : `?order=${encodeURIComponent(order)}`}`;

/* As content/access/rights.json gives them: Observation, DiagnosticReport and the order that is done with it. */
const WRITE: RoleCode[] = ['nurse', 'doctor', 'assistant-doctor', 'system'];
const READ: RoleCode[] = [...WRITE, 'facility-head'];
export const mayWriteResults = (me: UseMe): boolean => me.has(...WRITE);
export const mayReadResults = (me: UseMe): boolean => me.has(...READ);
