/* What a free text gives away: a diagnosis or a remark that speaks of HIV or of substance use belongs into the compartment of its kind from
 * the first moment, whatever column it stands in. A result that says "negative" is one as well: that somebody was tested is nobody's news.
 *
 * The same bounds as content/access/compartments.json draws by code: F10 to F19 without tobacco; illnesses of the mind stay open. */

import { foldText } from '../text';

export type Sensitive = 'hiv' | 'substance';

const HIV = /\b(hiv|aids|arv|vct|pac te)\b|\bb ?2[0-4](\.\d)?\b|\bz ?21\b|suy giam mien dich (mac phai|o nguoi)|\bnhiem h\b|\bh ?\(\+\)|(^|[\s(])h\+/;
const SUBSTANCE = /ma tuy|\bnghien\b|\bcai (nghien|ruou)\b|methadon|heroin|thuoc phien|\bma da\b|lam dung ruou|loan than do ruou|\bf1[0-689](\.\d)?\b|chich choac/;
const TOBACCO = /nghien thuoc la\b/g;

export function sensitiveIn(text: string): Sensitive | undefined {
  const folded = foldText(text).replace(TOBACCO, '');
  if (HIV.test(folded)) return 'hiv';
  return SUBSTANCE.test(folded) ? 'substance' : undefined;
}
