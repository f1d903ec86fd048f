/* Papers as PDF ($paper, docs/paper.md): their addresses, and where the text of a paper's QR code leads. */

import type { Days } from './forms';
import { paperHref, type SheetName } from './screens';

export type PaperForm = 'vitals' | 'care' | 'medicine' | 'disclosure' | 'services' | 'transfer' | 'summary' | 'admission' | 'referral' | 'handover' | 'pack' | 'sealed';

/* Without sheets on the screen; of one person. */
export const OTHER_PAPERS = ['medicine', 'services', 'summary', 'referral', 'admission'] as const;

export const FORM_OF: Record<SheetName, PaperForm> = { vitals: 'vitals', care: 'care', medicines: 'disclosure' };

type Of = { ward: string } | { patient: string };

export function pdfHref(of: Of, form: PaperForm, span?: Days): string {
  const base = 'ward' in of ? `/fhir/Location/${encodeURIComponent(of.ward)}` : `/fhir/Patient/${encodeURIComponent(of.patient)}`;
  const query = new URLSearchParams({ form });
  if (span) {
    query.set('start', span.list[0] ?? span.from);
    query.set('end', span.list.at(-1) ?? span.from);
  }
  return `${base}/$paper?${query.toString()}`;
}

const CODE = /^ansinh:(Patient|Location|Organization)\/([A-Za-z0-9.-]{1,64})\/paper\/([a-z-]{1,32})\?start=(\d{4}-\d{2}-\d{2})&end=\d{4}-\d{2}-\d{2}&v=[0-9a-f]{16}$/;
const SHEET_OF: Record<string, SheetName> = { vitals: 'vitals', care: 'care', disclosure: 'medicines', medicine: 'medicines' };

/* What a scanner types from the corner of a paper, as an address of this page; undefined: it is no such text, or not whole yet. */
export function scanned(text: string): string | undefined {
  const [, type, id, form, start] = CODE.exec(text.trim()) ?? [];
  if (type === undefined || id === undefined || form === undefined || start === undefined) return undefined;
  if (type === 'Organization') return `#/pack/${encodeURIComponent(id)}`;
  if (type === 'Location') return `#/ward/${encodeURIComponent(id)}/handover`;
  const sheet = SHEET_OF[form];
  return sheet ? paperHref({ patient: id }, sheet, start) : `#/person/${encodeURIComponent(id)}`;
}

/* Whose paper it is. */
export function scannedPatient(text: string): string | undefined {
  const [, type, id] = CODE.exec(text.trim()) ?? [];
  return type === 'Patient' ? id : undefined;
}

/* Such a text is nobody's name: nothing is searched for while it is being typed. */
export const isScan = (text: string): boolean => text.trimStart().startsWith('ansinh:');

/* A scanner types behind whatever stands in the box: the last code is what was meant. */
export const lastScan = (text: string): string => text.slice(Math.max(0, text.lastIndexOf('ansinh:')));
