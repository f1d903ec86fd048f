/* A photo, or the letters a person is called by: the last word of a Vietnamese name, and the one before it. */

import { personName } from '../fhir/person';
import { faceOf } from '../photos/photo';
import type { Patient } from '../fhir/types';

export function Face({ patient, size = 'large' }: { patient: Patient; size?: 'large' | 'small' }) {
  const photo = faceOf(patient);
  if (photo !== undefined) return <img className={`an-face an-face-${size}`} src={photo} alt="" />;
  const letters = personName(patient).split(/\s+/).filter(Boolean).slice(-2).map((w) => w[0] ?? '').join('');
  return <span className={`an-face an-face-${size}`} aria-hidden="true">{letters}</span>;
}
