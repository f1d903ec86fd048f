/* Whose record this account sees, as /auth/me says it, and what may be done from here. Nothing is decided on this side: the server asks the record
 * at every request. */

import type { Me } from '../access/me';
import type { Purpose } from '../consent/needs';

/* related: id of the RelatedPerson; '' when the account is the person's own */
export interface Own { patient: string; related: string; account: string }
export type Closed = 'no-record' | 'child' | 'ended' | 'dead';

const CLOSED: readonly string[] = ['no-record', 'child', 'ended', 'dead'];
const idOf = (reference: string | undefined): string => (reference ?? '').split('/').pop() ?? '';

export function ownOf(me: Me): Own | Closed {
  const { own } = me;
  if (own?.state === 'open' && own.patient !== undefined) return { patient: idOf(own.patient), related: idOf(own.related), account: me.account?.id ?? '' };
  return CLOSED.includes(own?.state ?? '') ? (own?.state as Closed) : 'no-record';
}

/* As give.ts names who says yes. */
export const whoAmI = (own: Own): string => (own.related === '' ? 'self' : own.related);
export const myReference = (own: Own): string => (own.related === '' ? `Patient/${own.patient}` : `RelatedPerson/${own.related}`);

/* Can this account say yes by itself? Where two have to agree, or on paper, it is done at the facility. */
export type MayGive = 'yes' | 'together' | 'paper' | 'other';
export function mayGive(p: Purpose, own: Own): MayGive {
  const mine = own.related === '' ? p.self : p.another && p.may.includes(own.related);
  if (!mine) return 'other';
  if (p.self && p.another) return 'together';
  return p.written ? 'paper' : 'yes';
}

/* Who may not consent alone may not take back alone either: the facility is asked. */
export function mayWithdraw(p: Purpose, own: Own): boolean {
  return ['yes', 'paper'].includes(mayGive(p, own));
}

/* Purposes one is asked about; the others rest on law or on a decision. */
export const askedOf = (purposes: Purpose[]): Purpose[] => purposes.filter((p) => p.basis === 'consent' || p.basis === 'ground');
