/* A licence to treat, or a decision that approves techniques, as an administrator writes it down from its paper (docs/licence.md). */

import type { Bundle, Resource } from '../fhir/types';
import { TECHNIQUES, identifierOf, onceOf, type Licence } from '../visits/forms';
import { LICENCES, VALID } from '../visits/licence';

const NUMBER = 'urn:ansinh:id:licence';
export const KINDS = ['treatment', 'list'] as const;
export type Kind = (typeof KINDS)[number];

export interface Typed { key: string; kind: Kind | ''; number: string; from: string; to: string; codes: string }
export const emptyLicence = (key: string): Typed => ({ key, kind: '', number: '', from: '', to: '', codes: '' });

/* Codes as they are pasted: one or several a line, or a table whose first column they are. unread: lines in which there is none. */
export function readCodes(text: string): { codes: string[]; unread: string[] } {
  const codes = new Set<string>();
  const unread: string[] = [];
  for (const line of text.split('\n').map((l) => l.trim()).filter((l) => l !== '')) {
    const found = line.split(/[,;\t]/).map((p) => /^(\d{1,2}\.\d{1,5})(?![\d.])/.exec(p.trim())?.[1]).filter((c) => c !== undefined);
    if (found.length === 0) unread.push(line);
    for (const c of found) codes.add(c);
  }
  return { codes: [...codes], unread };
}

export type Wrong = 'kind' | 'number' | 'from' | 'to' | 'codes' | 'unread';
export function wrongWith(t: Typed): Wrong[] {
  const { codes, unread } = readCodes(t.codes);
  return [
    ...(t.kind === '' ? ['kind' as const] : []), ...(t.number.trim().length < 3 ? ['number' as const] : []), ...(t.from === '' ? ['from' as const] : []),
    ...(t.to !== '' && t.to < t.from ? ['to' as const] : []), ...(t.kind === 'list' && codes.length === 0 ? ['codes' as const] : []), ...(unread.length > 0 ? ['unread' as const] : []),
  ];
}

/* names: of the codes, as the list has them; name: of the paper itself */
export function licenceBundle(t: Typed, facility: string, name: string, names: Map<string, string>): Bundle {
  const resource: Licence = {
    resourceType: 'HealthcareService', active: true, identifier: [{ system: NUMBER, value: t.number.trim() }, identifierOf(t.key)],
    extension: [{ url: VALID, valuePeriod: { start: t.from, ...(t.to === '' ? {} : { end: t.to }) } }], providedBy: { reference: `Organization/${facility}` },
    category: [{ coding: [{ system: LICENCES, code: t.kind }] }], name,
    ...(t.codes.trim() === '' ? {} : { type: readCodes(t.codes).codes.map((code) => ({ coding: [{ system: TECHNIQUES, code, ...(names.has(code) ? { display: names.get(code) as string } : {}) }] })) }),
  };
  return { resourceType: 'Bundle', type: 'transaction', entry: [{ fullUrl: `urn:uuid:${t.key}`, resource: resource as Resource, request: { method: 'POST', url: 'HealthcareService', ifNoneExist: onceOf(t.key) } }] };
}

export const kindOf = (l: Licence): Kind | undefined => KINDS.find((k) => (l.category ?? []).some((c) => (c.coding ?? []).some((x) => x.system === LICENCES && x.code === k)));
export const periodOf = (l: Licence): { start?: string; end?: string } => l.extension?.find((e) => e.url === VALID)?.valuePeriod ?? {};
export const withdrawn = (l: Licence): Licence => ({ ...l, active: false });
