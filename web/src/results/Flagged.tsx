/* Above or below the range of its paper: a sign and a word, never a colour alone. Within it, nothing. */

import { useVisitWords } from '../i18n/visits';
import { Icon } from '../ui/Icon';
import type { Flag } from './sheet';

export function Flagged({ flag }: { flag: Flag | undefined }) {
  const w = useVisitWords();
  if (flag !== 'H' && flag !== 'L') return null;
  return <span className="an-result-flag"><Icon name={flag === 'H' ? 'above' : 'below'} size={16} />{w(`result.flag.${flag}`)}</span>;
}
