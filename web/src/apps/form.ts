/* What was typed about a new program, as the server wants it; undefined while something is missing. */

import type { NewClient } from './types';

export type Proof = 'public' | 'secret' | 'key' | 'own';
export const PROOFS: Proof[] = ['public', 'secret', 'key', 'own'];
export const EXAMPLE = { people: 'openid fhirUser launch/patient patient/Patient.rs patient/Observation.rs', own: 'system/Patient.rs system/Observation.rs' };

export interface Typed { name: string; proof: Proof | undefined; redirects: string; launch: string; scope: string; keys: string; account: string; practitioner: string }
export const EMPTY: Typed = { name: '', proof: undefined, redirects: '', launch: '', scope: '', keys: '', account: '', practitioner: '' };

const words = (text: string): string => text.trim().replace(/\s+/g, ' ');

export function newClient(t: Typed): NewClient | undefined {
  const redirects = t.redirects.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const keys = t.keys.trim();
  const keyed = t.proof === 'key' || t.proof === 'own';
  if (words(t.name) === '' || t.proof === undefined || words(t.scope) === '') return undefined;
  if (keyed ? keys === '' : false) return undefined;
  if (t.proof === 'own' ? t.account.trim() === '' : redirects.length === 0) return undefined;
  const made: NewClient = { name: words(t.name), kind: t.proof === 'own' ? 'key' : t.proof, scope: words(t.scope), redirects: t.proof === 'own' ? [] : redirects };
  if (keyed) Object.assign(made, keys.startsWith('{') ? { keys } : { keysUrl: keys });
  if (t.proof === 'own') Object.assign(made, { account: t.account.trim(), ...(t.practitioner.trim() === '' ? {} : { practitioner: t.practitioner.trim() }) });
  else if (t.launch.trim() !== '') made.launch = t.launch.trim();
  return made;
}
