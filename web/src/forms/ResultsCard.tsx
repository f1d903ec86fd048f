/* The last result of each instrument on a person's page, with how it went over time. */

import { Skeleton } from '@mantine/core';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import { useWords } from '../i18n/forms';
import type { ScreenProps } from '../screen';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { FollowUps } from './FollowUps';
import { loadPast, loadTitles } from './load';
import { titleOf } from './read';
import { resultsByForm } from './results';
import { stampOf, Trend, useResultText, useSay } from './ResultLine';
import { answeredHref, stationHref } from './screens';
import './forms.css';

const NONE: ReturnType<typeof resultsByForm> = new Map();

export default function ResultsCard({ params }: ScreenProps) {
  const id = params.id ?? '';
  const w = useWords();
  const { lang } = useI18n();
  const load = useLoad(`results ${id}`, async (signal) => {
    const past = await loadPast(server, id, signal);
    const results = resultsByForm(past.responses, id);
    const titles = await loadTitles(server, [...results.keys()], signal);
    return { titles: new Map(titles.map((h) => [h.url ?? '', h])), past, results };
  });
  useOnReconnect(load.reload, load.error !== undefined);
  const results = load.data?.results ?? NONE;
  const text = useResultText(useSay([...results.keys()]));
  return (
    <section className="an-card">
      <h2>{w('results.title')}</h2>
      {load.data === undefined && load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {load.data === undefined && load.error === undefined && <div aria-hidden="true">{[70, 55].map((n) => <Skeleton key={n} height={18} width={`${n}%`} mb={10} />)}</div>}
      {load.data && (
        <>
          {load.data.past.tasks.length > 0 && <FollowUps tasks={load.data.past.tasks} patient={id} onDone={load.reload} />}
          {results.size === 0 && <p className="an-dim">{w('results.none')}</p>}
          <ul className="an-results-lines">
            {[...results].map(([url, all]) => all[0] && (
              <li key={url}>
                <div>
                  <p className="an-person-name">{titleOf(load.data?.titles.get(url) ?? { resourceType: 'Questionnaire', id: url }, lang)}</p>
                  <p><a href={answeredHref(id, all[0].id)}>{text(all[0])}</a> <span className="an-dim an-number">{stampOf(all[0])}</span></p>
                </div>
                <Trend results={all} />
              </li>
            ))}
          </ul>
          {load.data.past.cut && <p className="an-dim">{w('station.cut')}</p>}
        </>
      )}
      <p className="an-noprint"><a className="an-results-open" href={stationHref(id)}>{w('results.all')}</a></p>
    </section>
  );
}
