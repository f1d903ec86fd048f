/* Conditions and medicines, boiled down to the lines a reader needs. Entered-in-error and refuted entries are left out
 * altogether; what is over is kept apart from what is going on, never mixed. */

import { refersTo } from './client';
import { parseFhirDate } from './dates';
import type { CodeableConcept, Condition, Medication, MedicationRequest, MedicationStatement, Resource } from './types';

/* How an order says it is taken: one text for each amount. */
export const dosageText = (o: { dosageInstruction?: { text?: string }[] }): string => (o.dosageInstruction ?? []).map((d) => d.text ?? '').filter(Boolean).join('; ');

export function conceptText(concept: CodeableConcept | undefined): string {
  const coding = concept?.coding?.find((c) => c.display) ?? concept?.coding?.[0];
  return concept?.text?.trim() || coding?.display?.trim() || coding?.code || '';
}

const codeOf = (concept: CodeableConcept | undefined): string => concept?.coding?.[0]?.code ?? '';

export interface ConditionLine { id: string; text: string; since: string; until: string; active: boolean; doubtful: boolean }

const OVER = ['inactive', 'remission', 'resolved'];

export function conditionLines(conditions: Condition[], patientId: string): ConditionLine[] {
  return conditions
    .filter((c) => refersTo(c.subject?.reference, 'Patient', patientId))
    .filter((c) => !['entered-in-error', 'refuted'].includes(codeOf(c.verificationStatus)))
    .map((c) => ({
      id: c.id ?? '',
      text: conceptText(c.code),
      since: c.onsetDateTime ?? c.onsetPeriod?.start ?? c.recordedDate ?? '',
      until: c.abatementDateTime ?? '',
      active: !OVER.includes(codeOf(c.clinicalStatus)),
      doubtful: ['unconfirmed', 'provisional', 'differential'].includes(codeOf(c.verificationStatus)),
    }))
    .sort((a, b) => newestFirst(a.since, b.since));
}

export interface MedicineLine {
  id: string; text: string; dose: string; since: string; active: boolean; source: 'request' | 'statement'; status: string;
}

const TAKING = ['active', 'on-hold', 'draft', 'intended', 'unknown'];

export function medicineLines(
  requests: MedicationRequest[],
  statements: MedicationStatement[],
  included: Resource[],
  patientId: string,
): MedicineLine[] {
  const lines: MedicineLine[] = [];
  for (const r of requests) {
    const since = r.authoredOn ?? '';
    const dose = dosageText(r);
    lines.push({ ...common(r, included), dose, since, source: 'request' });
  }
  for (const s of statements) {
    const since = s.effectiveDateTime ?? s.effectivePeriod?.start ?? s.dateAsserted ?? '';
    const dose = (s.dosage ?? []).map((d) => d.text ?? '').filter(Boolean).join('; ');
    lines.push({ ...common(s, included), dose, since, source: 'statement' });
  }
  const subjects = new Map([...requests, ...statements].map((m) => [`${m.resourceType}/${m.id}`, m.subject?.reference]));
  return lines
    .filter((l) => refersTo(subjects.get(l.id), 'Patient', patientId) && l.status !== 'entered-in-error')
    .sort((a, b) => newestFirst(a.since, b.since));
}

function common(use: MedicationRequest | MedicationStatement, included: Resource[]): Omit<MedicineLine, 'dose' | 'since' | 'source'> {
  const status = use.status ?? 'unknown';
  return { id: `${use.resourceType}/${use.id}`, text: medicineName(use, included), active: TAKING.includes(status), status };
}

function medicineName(use: MedicationRequest | MedicationStatement, included: Resource[]): string {
  const direct = conceptText(use.medicationCodeableConcept);
  if (direct) return direct;
  const ref = use.medicationReference?.reference ?? '';
  const found = ref.startsWith('#')
    ? use.contained?.find((c) => c.id === ref.slice(1))
    : included.find((r) => r.resourceType === 'Medication' && refersTo(ref, 'Medication', r.id ?? ''));
  return conceptText((found as Medication | undefined)?.code) || use.medicationReference?.display || '';
}

/* Undated entries go last: nobody knows that they are new. */
function newestFirst(a: string, b: string): number {
  return (parseFhirDate(b)?.ms ?? -Infinity) - (parseFhirDate(a)?.ms ?? -Infinity) || 0;
}
