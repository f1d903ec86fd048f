/* Who is signed in, as the server says it (GET /auth/me), for every screen: `const { me, can } = useMe()`.
 *
 * The answer belongs to the person whose screens these are. It does not change while they are locked or while another one
 * signs in: then the screens are taken away, never handed over. */

import { createContext, useContext, useMemo, type ReactNode } from 'react';
import type { ScreenNeed } from '../screen';

export type RoleCode =
  | 'carer' | 'nurse' | 'head-nurse' | 'doctor' | 'assistant-doctor' | 'rehab-technician' | 'social-worker' | 'pharmacist' | 'records-clerk'
  | 'facility-head' | 'province-officer' | 'ministry-officer' | 'auditor' | 'administrator' | 'system' | 'person' | 'representative';

export interface Account {
  id: string; name: string; display: string; practitioner?: string; hasPin: boolean; hasTotp: boolean;
}
export interface Ward { reference: string; name: string }
export interface Role { role: string; organization?: string; organizationName?: string; wards: Ward[]; until?: string }
/* Somebody who may come in on this device with a PIN. */
export interface Colleague { account: string; display: string; hasPin: boolean }

/* here: this very page is for training, and as whom one may come in; port: there is such a page beside this one */
export interface Training { here: boolean; logins?: { password: string; pin: string; people: { name: string; role: string }[] }; port?: number }

export interface Me {
  auth: 'on' | 'off';
  /* nobody has an account yet: the first administrator is made with the console's code */
  first: boolean;
  signedIn: boolean;
  locked: boolean;
  mustChange: boolean;
  idleSeconds: number;
  serverTime?: string;
  account?: Account;
  /* seals what this account types on this device (vault.ts); only while open */
  draftKey?: string;
  roles: Role[];
  screens: string[];
  device?: { registered: boolean; id?: string; name?: string };
  people: Colleague[];
  training?: Training;
  /* of an account of a person in care, or of who represents them: whose record it sees today, or why none */
  own?: { state: string; patient?: string; related?: string };
}

export interface UseMe {
  me: Me;
  /* with sign-in off: nobody, and everything is shown */
  signedIn: boolean;
  /* "Practitioner/x" of the one who signs what is written; undefined with sign-in off */
  practitioner: string | undefined;
  /* wards of all my roles, each once; empty = the whole facility */
  wards: Ward[];
  can: (screen: ScreenNeed) => boolean;
  has: (...roles: RoleCode[]) => boolean;
}

export function mayOpen(me: Me, screen: ScreenNeed | undefined): boolean {
  return me.auth === 'off' || screen === undefined || me.screens.includes(screen);
}

/* A nurse in charge is a nurse, too: wherever something is for nurses. */
const ALSO: Record<string, string> = { 'head-nurse': 'nurse' };
export const rolesOf = (me: Me): string[] => [...new Set(me.roles.flatMap((r) => (ALSO[r.role] ? [r.role, ALSO[r.role] ?? ''] : [r.role])))];

export function hasRole(me: Me, roles: string[]): boolean {
  return me.auth === 'off' || rolesOf(me).some((r) => roles.includes(r));
}

/* One role for the whole facility opens all wards, whatever the other roles say. */
export function wardsOf(me: Me): Ward[] {
  if (me.roles.some((r) => r.wards.length === 0)) return [];
  const seen = new Map<string, Ward>();
  for (const ward of me.roles.flatMap((r) => r.wards)) {
    if (!seen.has(ward.reference)) seen.set(ward.reference, ward);
  }
  return [...seen.values()];
}

/* Roles whose rights are those of a ward, where they name one (docs/access.md); a doctor sees the house all the same. */
const OF_WARDS = ['carer', 'nurse', 'head-nurse', 'assistant-doctor', 'rehab-technician'];
export const isOfWards = (role: string): boolean => OF_WARDS.includes(role);
/* The wards whose people are all that this account sees the care of; empty: the house. */
export const onlyWards = (me: Me): Ward[] => (me.auth === 'on' && me.roles.every((r) => isOfWards(r.role)) ? wardsOf(me) : []);

/* Works in some wards only, and this is none of them: what is found here may be nothing because it is not seen. */
export function missesIn(me: Me | undefined, ward: string): boolean {
  const own = me?.auth === 'on' ? wardsOf(me) : [];
  return own.length > 0 && !own.some((w) => w.reference === `Location/${ward}`);
}

/* A server may leave out what is empty. */
export function completeMe(given: Partial<Me>): Me {
  return {
    ...given,
    auth: given.auth === 'off' ? 'off' : 'on', first: given.first ?? false, signedIn: given.signedIn ?? false, locked: given.locked ?? false,
    mustChange: given.mustChange ?? false, idleSeconds: given.idleSeconds ?? 900,
    roles: (given.roles ?? []).map((r) => ({ ...r, wards: r.wards ?? [] })), screens: given.screens ?? [], people: given.people ?? [],
  };
}

const Context = createContext<Me | undefined>(undefined);

export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <Context.Provider value={me}>{children}</Context.Provider>;
}

export function useMe(): UseMe {
  const me = useContext(Context);
  if (!me) throw new Error('MeProvider is missing');
  return useMemo(() => ({
    me, signedIn: me.auth === 'on' && me.signedIn, practitioner: me.account?.practitioner, wards: wardsOf(me),
    can: (screen) => mayOpen(me, screen), has: (...roles) => hasRole(me, roles),
  }), [me]);
}
