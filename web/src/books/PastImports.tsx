/* Earlier imports, newest first, each of which can be taken back. */

import { showFhirDate } from '../fhir/dates';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { pastImports } from './load';
import { TakeBack } from './TakeBack';

export function PastImports() {
  const { t } = useI18n();
  const { data, error, reload } = useLoad('imports', () => pastImports(server));
  return (
    <section aria-labelledby="past-imports">
      <h2 id="past-imports">{t('books.past')}</h2>
      {error !== undefined && <Problem error={error} onRetry={reload} />}
      {data?.length === 0 && <p className="an-dim">{t('books.pastNone')}</p>}
      <ul className="an-plan">
        {(data ?? []).map((list) => (
          <li key={list.id}>
            <span className="an-dim an-number">{showFhirDate(list.date)}</span>
            <strong>{list.title}</strong>
            <span>{t('books.items', { n: list.entry?.length ?? 0 })}</span>
            {list.status === 'retired' ? <span className="an-dim">{t('books.retired')}</span> : <TakeBack list={{ ...list, entry: list.entry ?? [] }} onDone={reload} />}
          </li>
        ))}
      </ul>
    </section>
  );
}
