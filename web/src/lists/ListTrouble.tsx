/* What went wrong with a list: what a person can mend in words of its own, the rest as everywhere. */

import { useListWords } from '../i18n/lists';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { listProblem } from './lists';

export function ListTrouble({ error }: { error: unknown }) {
  const w = useListWords();
  const problem = error === 'large' ? error : listProblem(error);
  return problem === undefined ? <Problem error={error} /> : <Notice kind="bad" title={w(`problem.${problem}`)} role="alert"><p>{w('nothingDone')}</p></Notice>;
}
