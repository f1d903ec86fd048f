/* The screens of alerts: the worklist, and how the rules do. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const alertScreens: ScreenEntry[] = [
  { path: 'alerts', title: 'alerts.title', needs: 'alerts', nav: { label: 'alerts.nav', icon: 'warn' }, ...lazyScreen(() => import('./Alerts')) },
  { path: 'alerts/rules', title: 'alerts.rules', needs: 'alerts', ...lazyScreen(() => import('./Rules')) },
];
/* What interrupts, wherever somebody is. */
export const Interrupting = lazyScreen(() => import('./Interrupt'), true).Screen;

export const alertsHref = (patient = ''): string => (patient === '' ? '#/alerts' : `#/alerts?p=${encodeURIComponent(patient)}`);
export const rulesHref = '#/alerts/rules';
