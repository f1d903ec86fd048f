/* The screens of the record: one person's, and the registers. */

import type { RoleCode, UseMe } from '../access/me';
import { lazyScreen, type ScreenEntry } from '../screen';
import type { DueId } from './coming';
import type { RegisterId } from './registers';

export const recordScreens: ScreenEntry[] = [
  { path: 'person/:id/record', title: 'record.title', needs: 'people', ...lazyScreen(() => import('./Record')) },
  { path: 'registers', title: 'registers.title', needs: 'registers', nav: { label: 'registers.title', icon: 'people' }, ...lazyScreen(() => import('./Registers')) },
];

export const recordHref = (patient: string): string => `#/person/${encodeURIComponent(patient)}/record`;
export const registerHref = (which: RegisterId | DueId): string => `#/registers?r=${which}`;

/* As content/access/rights.json gives them; what is really allowed the server decides. */
const WRITE: RoleCode[] = ['nurse', 'doctor', 'assistant-doctor', 'system'];
const READ: RoleCode[] = [...WRITE, 'rehab-technician', 'facility-head', 'pharmacist'];
export const mayWriteRecord = (me: UseMe): boolean => me.has(...WRITE);
export const mayReadRecord = (me: UseMe): boolean => me.has(...READ);
export const mayReadRegisters = (me: UseMe): boolean => me.has(...WRITE, 'facility-head');
