/* What the head of a house has to see to, beside alerts of people: Tasks that the server or a handover wrote for them. */

import { english, OPEN, type Words } from '../alerts/alerts';
import { packHref } from '../print/screens';
import { medicinesHref } from '../prescribe/screens';
import { cardHref, stockHref } from '../stock/screens';
import type { CodeableConcept, Reference, Resource } from '../fhir/types';

export const KINDS = ['pack-failed', 'controlled-difference', 'stock-difference', 'order-denied'] as const;
export type Kind = (typeof KINDS)[number];

export interface HeadTask extends Resource {
  resourceType: 'Task';
  status?: string; priority?: string; code?: CodeableConcept; description?: string; _description?: Words; focus?: Reference; for?: Reference; authoredOn?: string;
}

export const QUERY = { performer: 'urn:ansinh:role|facility-head', code: KINDS.map((k) => `urn:ansinh:task|${k}`).join(','), status: OPEN, _sort: '-authored-on' };

export interface Line { id: string; kind: Kind; urgent: boolean; text: { vi: string; en: string }; at: number; href: string; closes: boolean }

const idBehind = (r: Reference | undefined, type: string): string => {
  const [kind, id] = (r?.reference ?? '').split('/');
  return kind === type ? id ?? '' : '';
};

/* Where it is put right; '' when it says nowhere. */
function hrefOf(t: HeadTask, kind: Kind): string {
  const [ward, card, house] = [idBehind(t.for, 'Location'), idBehind(t.focus, 'SupplyRequest'), idBehind(t.focus, 'Organization')];
  if (kind === 'pack-failed') return house === '' ? '' : packHref(house);
  if (kind === 'order-denied') return medicinesHref(idBehind(t.for, 'Patient'));
  return ward === '' ? '' : card === '' ? stockHref(ward) : cardHref(ward, card);
}

export function linesOf(tasks: HeadTask[]): Line[] {
  const lines = tasks.flatMap((t): Line[] => {
    const kind = KINDS.find((k) => t.code?.coding?.some((c) => c.system === 'urn:ansinh:task' && c.code === k));
    if (!kind) return [];
    const vi = t.description ?? '';
    /* a pack that was made again closes its own */
    return [{ id: t.id ?? '', kind, urgent: t.priority !== undefined && t.priority !== 'routine', text: { vi, en: english(t._description, vi) }, at: Date.parse(t.authoredOn ?? '') || 0, href: hrefOf(t, kind), closes: kind !== 'pack-failed' }];
  });
  return lines.sort((a, b) => Number(b.urgent) - Number(a.urgent) || b.at - a.at || (a.id < b.id ? -1 : 1));
}

export const done = (t: HeadTask): HeadTask => ({ ...t, status: 'completed' });
