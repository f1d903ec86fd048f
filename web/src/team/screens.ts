/* The care team on a person's page: no screen of its own. */

import type { RoleCode, UseMe } from '../access/me';
import { lazyScreen } from '../screen';

export const TeamCard = lazyScreen(() => import('./TeamCard'), true).Screen;

/* As content/access/rights.json gives "team"; what is really allowed the server decides at every request. */
const KEEP: RoleCode[] = ['doctor', 'social-worker', 'facility-head'];
const READ: RoleCode[] = [...KEEP, 'carer', 'nurse', 'assistant-doctor', 'rehab-technician', 'pharmacist'];
export const mayKeepTeam = (me: UseMe): boolean => me.signedIn && me.has(...KEEP);
export const mayReadTeam = (me: UseMe): boolean => me.signedIn && me.has(...READ);
