/* What giving and withdrawing write. The same entry is given and withdrawn: its identifier, made at the tap, is how the outbox knows it. */

import { addDays } from '../fhir/zone';
import { wardInstant } from '../fhir/zone';
import type { Identifier } from '../fhir/types';
import type { Wanted } from '../outbox/item';
import type { Purpose } from './needs';
import { PURPOSE, WITHDRAWAL, extensionOf, type Attachment, type Consent } from './types';

const performer = (patient: string, who: string) => ({ reference: who === 'self' ? `Patient/${patient}` : `RelatedPerson/${who}` });

export interface Given { patient: string; purpose: Purpose; regime: string; who: string[]; recipients: string[]; paper?: Attachment | undefined; at: number }

export function consentOf(g: Given): Consent {
  const at = wardInstant(g.at);
  return {
    resourceType: 'Consent', status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: g.purpose.code === 'hiv-test' ? 'treatment' : 'patient-privacy' }] },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
    patient: { reference: `Patient/${g.patient}` }, dateTime: at, performer: g.who.map((w) => performer(g.patient, w)),
    ...(g.paper ? { sourceAttachment: g.paper } : {}),
    policy: [{ uri: `urn:ansinh:consent-text:${g.purpose.code}:${g.purpose.edition}` }],
    policyRule: { coding: [{ system: 'urn:ansinh:legal-regime', code: g.regime }] },
    verification: [{ verified: true, verificationDate: at }],
    provision: {
      type: 'permit',
      /* it ends the day before somebody else has to be asked */
      ...(g.purpose.until === '' ? {} : { period: { end: addDays(g.purpose.until, -1) } }),
      purpose: [{ system: PURPOSE, code: g.purpose.code }],
      ...(g.recipients.length === 0 ? {} : {
        actor: g.recipients.map((r) => ({ role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] }, reference: { reference: `Organization/${r}` } })),
      }),
    },
  };
}

export const giveItem = (id: string, g: Given): Wanted => ({ id, at: g.at, resource: consentOf(g) as Wanted['resource'], patient: g.patient });

export function withdrawn(consent: Consent, by: string, at: number): Consent {
  const patient = (consent.patient?.reference ?? '').split('/').pop() ?? '';
  const extension = { url: WITHDRAWAL, extension: [{ url: 'when', valueDateTime: wardInstant(at) }, { url: 'by', valueReference: performer(patient, by) }] };
  return { ...consent, status: 'inactive', extension: [...(consent.extension ?? []), extension] };
}

/* The UUID under which the outbox knows it; '' for what came from elsewhere. */
export function entryId(entry: { identifier?: Identifier[] }): string {
  const value = entry.identifier?.find((i) => i.system === 'urn:ietf:rfc:3986')?.value ?? '';
  return value.startsWith('urn:uuid:') ? value.slice('urn:uuid:'.length) : '';
}

export const purposeOf = (c: Consent): string => c.provision?.purpose?.find((p) => p.system === PURPOSE)?.code ?? '';

/* Newest first: what stands now, and what was before. Over by its own end is over. */
export interface State { now: Consent[]; before: Consent[] }
export function stateOf(consents: Consent[], purpose: string, today: string): State {
  const all = consents.filter((c) => purposeOf(c) === purpose && c.status !== 'entered-in-error' && c.status !== 'draft')
    .sort((a, b) => (b.dateTime ?? '').localeCompare(a.dateTime ?? ''));
  const stands = (c: Consent): boolean => c.status === 'active' && (c.provision?.period?.end ?? '9999') >= today;
  return { now: all.filter(stands), before: all.filter((c) => !stands(c)) };
}

export interface Withdrawal { when: string; by: string }
export function withdrawalOf(c: Consent): Withdrawal | undefined {
  const w = extensionOf(c, WITHDRAWAL);
  if (!w) return undefined;
  return { when: extensionOf(w, 'when')?.valueDateTime ?? '', by: extensionOf(w, 'by')?.valueReference?.reference ?? '' };
}
