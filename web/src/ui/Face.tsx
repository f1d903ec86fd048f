/* A photo, or the letters a person is called by: the last word of a Vietnamese name, and the one before it. */

import { personName } from '../fhir/person';
import type { Patient } from '../fhir/types';

interface Attachment { contentType?: string; data?: string }

export function Face({ patient, size = 'large' }: { patient: Patient; size?: 'large' | 'small' }) {
  const photo = (patient as { photo?: Attachment[] }).photo?.find((p) => p.data !== undefined && /^image\/(png|jpeg|webp)$/.test(p.contentType ?? ''));
  if (photo) return <img className={`an-face an-face-${size}`} src={`data:${photo.contentType ?? ''};base64,${photo.data ?? ''}`} alt="" />;
  const letters = personName(patient).split(/\s+/).filter(Boolean).slice(-2).map((w) => w[0] ?? '').join('');
  return <span className={`an-face an-face-${size}`} aria-hidden="true">{letters}</span>;
}
