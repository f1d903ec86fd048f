/* Does somebody react to this medicine? By code, by the words of the entry, and by family (an allergy to penicillin speaks
 * of amoxicillin too). Better one stop too many: an entry that is unconfirmed still stops, one that is refuted does not.
 *
 * The families are data and NEED A CLINICIAN, like the hold rules. */

import { conceptText } from '../fhir/clinical';
import { refersTo } from '../fhir/client';
import type { CodeableConcept } from '../fhir/types';
import type { Allergy } from './forms';
import { atcOf, medicineStems, words, type Medicine } from './names';

interface Family { id: string; atc: string[]; stems: string[] }

const FAMILIES: Family[] = [
  { id: 'penicillin', atc: ['J01C'], stems: ['penicilin', 'amoxicilin', 'ampicilin', 'oxacilin', 'cloxacilin', 'piperacilin', 'augmentin', 'sulbactam'] },
  { id: 'cephalosporin', atc: ['J01DB', 'J01DC', 'J01DD', 'J01DE'], stems: ['cephalosporin', 'cefalosporin', 'cefalexin', 'cephalexin', 'cefuroxim', 'cefixim', 'cefotaxim', 'ceftriaxon', 'cefpodoxim', 'cefaclor'] },
  { id: 'sulfonamide', atc: ['J01E'], stems: ['sulfamid', 'sulfonamid', 'sulfamethoxazol', 'cotrimoxazol', 'sulfadiazin', 'biseptol', 'bactrim'] },
  { id: 'nsaid', atc: ['M01A', 'B01AC06', 'N02BA'], stems: ['nsaid', 'aspirin', 'ibuprofen', 'diclofenac', 'meloxicam', 'naproxen', 'piroxicam', 'ketoprofen', 'celecoxib', 'acetilsalicilic'] },
  { id: 'quinolone', atc: ['J01M'], stems: ['quinolon', 'ciprofloxacin', 'levofloxacin', 'ofloxacin', 'moxifloxacin', 'norfloxacin'] },
  { id: 'macrolide', atc: ['J01FA'], stems: ['macrolid', 'erithromicin', 'azithromicin', 'clarithromicin', 'spiramicin'] },
  { id: 'opioid', atc: ['N02A'], stems: ['opioid', 'morphin', 'codein', 'tramadol', 'fentanil', 'pethidin', 'oxicodon'] },
];

function familiesOf(stems: string[], codes: string[]): string[] {
  return FAMILIES.filter((f) => stems.some((s) => f.stems.includes(s)) || codes.some((c) => f.atc.some((a) => c.startsWith(a)))).map((f) => f.id);
}

const has = (concept: CodeableConcept | undefined, ...codes: string[]): boolean => (concept?.coding ?? []).some((c) => codes.includes(c.code ?? ''));

export function allergiesOf(allergies: Allergy[], patientId: string): Allergy[] {
  return allergies
    .filter((a) => refersTo(a.patient?.reference, 'Patient', patientId))
    .filter((a) => !has(a.verificationStatus, 'refuted', 'entered-in-error') && !has(a.clinicalStatus, 'inactive', 'resolved'))
    .sort((a, b) => Number(b.criticality === 'high') - Number(a.criticality === 'high') || ((a.id ?? '') < (b.id ?? '') ? -1 : 1));
}

export function conflicts(medicine: Medicine, allergies: Allergy[]): Allergy[] {
  const stems = medicineStems(medicine);
  const codes = (medicine.concept?.coding ?? []).map((c) => `${c.system ?? ''}|${c.code ?? ''}`);
  const families = familiesOf(stems, atcOf(medicine.concept));
  return allergies.filter((a) => {
    const concepts = [a.code, ...(a.reaction ?? []).map((r) => r.substance)];
    if (concepts.some((c) => (c?.coding ?? []).some((x) => x.code !== undefined && codes.includes(`${x.system ?? ''}|${x.code}`)))) return true;
    const said = concepts.flatMap((c) => words([conceptText(c), ...(c?.coding ?? []).map((x) => x.display ?? '')].join(' ')));
    const theirs = familiesOf(said, concepts.flatMap(atcOf));
    return stems.some((s) => said.includes(s)) || families.some((f) => theirs.includes(f));
  });
}
