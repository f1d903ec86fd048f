/* Scopes in words, as somebody who decides can read them: what is done, with what, of whom. */

import type { AppKey, AppWords } from '../i18n/apps';
import type { AskedScope } from './types';

const TYPES = [
  'Patient', 'Observation', 'Condition', 'AllergyIntolerance', 'MedicationRequest', 'MedicationStatement', 'MedicationAdministration', 'Encounter', 'Immunization',
  'Procedure', 'CarePlan', 'DocumentReference', 'Composition', 'QuestionnaireResponse', 'Practitioner', 'Organization', 'Location',
] as const;

export function typeWords(type: string | undefined, w: AppWords): string {
  if (type === undefined) return w('type.all');
  const known = TYPES.find((t) => t === type);
  return known === undefined ? w('type.other', { type }) : w(`type.${known}`);
}

/* Opening by number and searching is seeing, for a person. */
export function doingWords(letters: string, w: AppWords): string {
  const all: [RegExp, AppKey][] = [[/[rs]/, 'ask.read'], [/c/, 'ask.create'], [/u/, 'ask.update'], [/d/, 'ask.delete']];
  const text = all.filter(([has]) => has.test(letters)).map(([, key]) => w(key)).join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function scopeWords(scope: AskedScope, w: AppWords): string {
  const whole = `${doingWords(scope.letters, w)}: ${typeWords(scope.type, w)} ${w(`ask.of.${scope.of}`)}`;
  return scope.condition === undefined ? whole : `${whole}, ${w('ask.only', { condition: codesOf(scope.condition) })}`;
}

/* "category=http://long/address|vital-signs,x|y" -> "vital-signs, y": the address of a code system says nothing to a reader. */
export function codesOf(condition: string): string {
  return condition.split('&').map((term) => term.slice(term.indexOf('=') + 1).split(',').map((c) => c.slice(c.lastIndexOf('|') + 1)).join(', ')).join(' · ');
}

/* A scope as it was granted, read back into its parts; undefined when it is no scope of the record. */
export function readScope(text: string): AskedScope | undefined {
  const found = /^(patient|user|system)\/([A-Za-z]+|\*)\.([a-z*]+)(?:\?(.*))?$/.exec(text);
  if (!found) return undefined;
  const [, of, type, verb, condition] = found as unknown as [string, AskedScope['of'], string, string, string | undefined];
  const letters = verb === 'read' ? 'rs' : verb === 'write' ? 'cud' : verb === '*' ? 'cruds' : verb;
  return { scope: text, of, letters, ...(type === '*' ? {} : { type }), ...(condition === undefined ? {} : { condition: decodeURIComponent(condition) }) };
}

export function grantWords(scope: string, w: AppWords): string {
  return scope.split(' ').map(readScope).filter((s): s is AskedScope => s !== undefined).map((s) => scopeWords(s, w)).join('; ');
}

/* Only where it goes, without what stands behind it. */
export function hostOf(url: string): string {
  try {
    const to = new URL(url);
    return to.host === '' ? to.protocol.replace(/:$/, '') : to.host;
  } catch {
    return url;
  }
}
