/* Of how many residents something sensitive is known, for officers of a line and heads. Nothing is shown before somebody chose what: each look is
 * in the log. */

import { Button, Skeleton } from '@mantine/core';
import { useState } from 'react';
import '../access/office.css';
import { nowMs } from '../fhir/clock';
import { showFhirDate } from '../fhir/dates';
import { server } from '../fhir/server';
import { wardTime } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useFigureWords, type FigureWords } from '../i18n/figures';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import './figures.css';
import { ABOUT, csvOf, figuresOf, hasHidden, isAbout, monthEnds, type About, type Answer, type Column, type Count, type Figures as Table, type Row } from './figures';

const MONTHS = 24;

export default function Figures() {
  const { t } = useI18n();
  const w = useFigureWords();
  const [months] = useState(() => monthEnds(wardTime(nowMs()).day, MONTHS));
  const [about, setAbout] = useState<About>();
  const [date, setDate] = useState(months[0] ?? '');
  return (
    <>
      <h1>{t('figures.title')}</h1>
      <p className="an-office-lead">{w('lead')}</p>
      <form className="an-office-bar" onSubmit={(e) => e.preventDefault()}>
        <div className="an-entry">
          <label htmlFor="figures-about">{w('about')}</label>
          <select id="figures-about" className="an-select" value={about ?? ''} onChange={(e) => setAbout(isAbout(e.currentTarget.value) ? e.currentTarget.value : undefined)}>
            <option value="">{w('choose')}</option>
            {ABOUT.map((a) => <option key={a} value={a}>{w(`about.${a}`)}</option>)}
          </select>
        </div>
        <div className="an-entry">
          <label htmlFor="figures-date">{w('date')}</label>
          <select id="figures-date" className="an-select" value={date} onChange={(e) => setDate(e.currentTarget.value)}>
            {months.map((m) => <option key={m} value={m}>{showFhirDate(m)}</option>)}
          </select>
        </div>
      </form>
      {about === undefined ? <Notice kind="info" title={w('nothingYet')} /> : <Found key={`${about} ${date}`} about={about} date={date} />}
    </>
  );
}

function Found({ about, date }: { about: About; date: string }) {
  const w = useFigureWords();
  const load = useLoad(`figures ${about} ${date}`, async (signal) => {
    const answer = await server.operation<Answer>(`Organization/$sensitive-counts?about=${about}&date=${date}`, 'Parameters', undefined, signal);
    return answer && figuresOf(answer.resource);
  });
  return (
    <section aria-label={w(`about.${about}`)}>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {!load.data && load.error === undefined && <Skeleton height={240} />}
      {load.data?.rows.length === 0 && <Notice kind="info" title={w('noRows')} />}
      {load.data && load.data.rows.length > 0 && <Shown table={load.data} about={about} />}
    </section>
  );
}

function columnWords(c: Column, w: FigureWords): string {
  if (c.sex === 'unknown') return w('unknown');
  const age = c.to === undefined ? w('age.from', { from: c.from ?? 0 }) : w('age.between', { from: c.from ?? 0, to: c.to });
  return w(c.sex === 'male' ? 'male' : 'female', { age });
}

function save(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}

function Shown({ table: f, about }: { table: Table; about: About }) {
  const w = useFigureWords();
  const csv = (): string => csvOf(f, { organization: w('organization'), column: (c) => columnWords(c, w), total: w('total'), all: w('all'), hidden: w('hidden') });
  return (
    <>
      <h2>{w(`about.${about}`)}</h2>
      <p className="an-figures-of">{w('of', { organization: f.organization, date: showFhirDate(f.asOf) })}</p>
      <div className="an-figures-scroll" tabIndex={0} role="region" aria-label={w('table')}>
        <table className="an-figures">
          <thead>
            <tr><th scope="col">{w('organization')}</th>{f.columns.map((c) => <th key={`${c.sex} ${c.from ?? ''}`} scope="col">{columnWords(c, w)}</th>)}<th scope="col">{w('total')}</th></tr>
          </thead>
          <tbody>{f.rows.map((r) => <Line key={r.id} row={r} name={r.name} />)}</tbody>
          <tfoot><Line row={f.all} name={w('all')} /></tfoot>
        </table>
      </div>
      {hasHidden(f) && <Notice kind="info" title={w('hiddenWhy')}><p>{w('hiddenMore')}</p></Notice>}
      <p className="an-dim">{w(`counts.${about}`)}</p>
      <div className="an-row an-figures-acts an-noprint">
        <Button variant="default" leftSection={<Icon name="print" />} onClick={() => window.print()}>{w('print')}</Button>
        <Button variant="default" leftSection={<Icon name="down" />} onClick={() => save(csv(), `${about}-${f.asOf}.csv`)}>{w('csv')}</Button>
      </div>
    </>
  );
}

function Line({ row, name }: { row: Row; name: string }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {row.counts.map((n, i) => <Cell key={i} count={n} />)}
      <Cell count={row.total} />
    </tr>
  );
}

function Cell({ count }: { count: Count }) {
  const { num } = useI18n();
  const w = useFigureWords();
  return count === undefined ? <td className="an-figures-hidden">{w('hidden')}</td> : <td>{num(count, 0, 0)}</td>;
}
