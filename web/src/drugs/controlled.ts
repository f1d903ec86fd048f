/* Medicines the law keeps under special control: narcotic and psychotropic substances (annexes I and II of TT 20/2017/TT-BYT), as far as
 * they are met in such facilities. Data, and NEEDS A PHARMACIST before release, like the hold rules: TT 18/2026 is to be compared.
 *
 * It only asks. Whoever prescribes or copies says whether this order is kept under control, since a combination (paracetamol with a
 * little codeine) may be exempt; nobody is let past the question. */

import { conceptText } from '../fhir/clinical';
import type { Order } from './forms';
import { medicineStems, words } from './names';

const NARCOTIC = ['morphin', 'fentanil', 'sufentanil', 'pethidin', 'codein', 'dihidrocodein', 'methadon', 'oxicodon', 'hidromorphon', 'tramadol', 'dolargan', 'durogesic'];
const PSYCHOTROPIC = [
  'diazepam', 'seduxen', 'valium', 'clonazepam', 'rivotril', 'lorazepam', 'alprazolam', 'bromazepam', 'lexomil', 'nitrazepam', 'midazolam', 'clobazam', 'clorazepat',
  'chlordiazepoxid', 'flunitrazepam', 'triazolam', 'tetrazepam', 'zolpidem', 'stilnox', 'phenobarbital', 'gardenal', 'ketamin', 'methilphenidat', 'concerta', 'buprenorphin', 'butorphanol', 'pentazocin',
];
const LISTED = new Set([...NARCOTIC, ...PSYCHOTROPIC]);

export function isListed(text: string, concept?: Order['medicationCodeableConcept']): boolean {
  const said = [...medicineStems({ text, concept }), ...words(`${text} ${conceptText(concept)}`)];
  return said.some((s) => LISTED.has(s));
}
