/* What somebody must not eat: asked of the record in one way by whoever serves, and by the list for the kitchen. */

import { idOf, type Allergy } from '../drugs/forms';
import { searchFor } from '../fhir/all';
import { conceptText } from '../fhir/clinical';
import { ifAllowed, type FhirClient } from '../fhir/client';
import { foldText } from '../text';

const isReal = (a: Allergy): boolean => !(a.verificationStatus?.coding ?? []).some((c) => c.code === 'entered-in-error' || c.code === 'refuted');

/* "Dị ứng tôm" is written as often as "tôm", and whoever shows it says the word before it. */
const bare = (text: string): string => (/^di ung /.test(foldText(text)) ? text.trim().split(/\s+/).slice(2).join(' ') : text);

/* By person; undefined: this account does not see allergies. */
export async function foodAllergies(client: FhirClient, ids: string[], signal?: AbortSignal): Promise<Map<string, string[]> | undefined> {
  const found = await ifAllowed(searchFor<Allergy>(client, 'AllergyIntolerance', 'patient', ids, { category: 'food', 'clinical-status': 'active' }, signal));
  if (!found) return undefined;
  const foods = new Map<string, string[]>();
  for (const a of found.items.filter(isReal)) foods.set(idOf(a.patient), [...(foods.get(idOf(a.patient)) ?? []), bare(conceptText(a.code))]);
  return foods;
}
