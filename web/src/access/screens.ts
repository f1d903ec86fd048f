/* The screens about accounts and traces, each fetched only when wanted. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const accessScreens: ScreenEntry[] = [
  { path: 'account', title: 'account.title', account: true, ...lazyScreen(() => import('./AccountScreen')) },
  { path: 'accounts', title: 'users.title', needs: 'accounts', account: true, nav: { label: 'users.title', icon: 'users' }, ...lazyScreen(() => import('./Accounts')) },
  { path: 'accounts/:id', title: 'users.title', needs: 'accounts', account: true, ...lazyScreen(() => import('./AccountDetail')) },
  { path: 'audit', title: 'audit.title', needs: 'audit', account: true, nav: { label: 'audit.title', icon: 'footprint' }, ...lazyScreen(() => import('./Audit')) },
  { path: 'devices', title: 'devices.title', needs: 'devices', account: true, nav: { label: 'devices.title', icon: 'tablet' }, ...lazyScreen(() => import('./Devices')) },
];

export const auditHref = (patient: string): string => `#/audit?${new URLSearchParams({ patient }).toString()}`;
