/* How each rule does: raised, acted on, dismissed in 90 days, where its threshold comes from; and what it would have raised, tried on the record. */

import { Button, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { problemOf, type FhirError } from '../fhir/client';
import { showFhirDay } from '../fhir/dates';
import { server } from '../fhir/server';
import { useAlertWords } from '../i18n/alerts';
import { useI18n } from '../i18n/context';
import { Icon } from '../ui/Icon';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { precision, rehearsalOf, rowsOf, type Rehearsal, type RuleAnswer, type RuleRow } from './rules';
import { alertsHref } from './screens';
import './alerts.css';

export default function Rules() {
  const w = useAlertWords();
  const load = useLoad('rules', async (signal) => rowsOf((await server.operation<RuleAnswer>('PlanDefinition/$alerts', 'Parameters', undefined, signal))?.resource ?? { resourceType: 'Parameters' }));
  return (
    <div className="an-alerts">
      <a className="an-back" href={alertsHref()}><Icon name="back" />{w('title')}</a>
      <h1>{w('rulesTitle')}</h1>
      <p className="an-dim">{w('rulesAbout')}</p>
      {!load.data && load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {!load.data && load.error === undefined && <div aria-hidden="true">{[0, 1, 2, 3].map((i) => <Skeleton key={i} height={56} mb={12} />)}</div>}
      {load.data && <Table rows={load.data} />}
    </div>
  );
}

const COLUMNS = ['raised', 'acted', 'dismissed', 'open'] as const;

function Table({ rows }: { rows: RuleRow[] }) {
  const w = useAlertWords();
  return (
    <div className="an-rules-scroll" tabIndex={0} role="region" aria-label={w('rulesTitle')}>
      <table className="an-rules">
        <thead><tr><th scope="col">{w('col.rule')}</th>{COLUMNS.map((c) => <th key={c} scope="col" className="an-num">{w(`col.${c}`)}</th>)}<th scope="col" className="an-num">{w('col.precision')}</th></tr></thead>
        <tbody>{rows.map((r) => <Line key={r.url} r={r} />)}</tbody>
      </table>
    </div>
  );
}

function Line({ r }: { r: RuleRow }) {
  const w = useAlertWords();
  const { lang } = useI18n();
  const share = precision(r);
  return (
    <tr>
      <th scope="row">
        {r.title[lang]}
        {r.off && <span className="an-rules-off"><Icon name="bad" size={18} />{w('off', { why: r.why })}</span>}
        {r.review !== 'reviewed' && <span className="an-rules-mark"><Icon name="warn" size={16} />{w('needsClinician')}</span>}
        <DryRun r={r} />
        <span className="an-dim an-rules-source">{r.clock ? w('byClock') : w('byWrite')} · {w('source', { source: r.source[lang] })}</span>
      </th>
      {COLUMNS.map((c) => <td key={c} className="an-num an-number">{r[c]}</td>)}
      <td className="an-num an-number">{share === undefined ? w('notYet') : `${share} %`}</td>
    </tr>
  );
}

const DAYS = 90;

/* The rule as it stands, tried on the last ninety days. One runs at a time on the server; it writes nothing. */
function DryRun({ r }: { r: RuleRow }) {
  const w = useAlertWords();
  const { lang } = useI18n();
  const [state, setState] = useState<{ busy?: true; found?: Rehearsal; failure?: FhirError }>({});
  const run = (): void => {
    setState({ busy: true });
    server.operation<RuleAnswer>(`PlanDefinition/${encodeURIComponent(r.id)}/$dry-run?days=${DAYS}`, 'Parameters')
      .then((answer) => setState(answer ? { found: rehearsalOf(answer.resource) } : {}), (e: unknown) => setState({ failure: problemOf(e) }));
  };
  const { found, failure } = state;
  return (
    <span className="an-rules-try an-noprint">
      <Button variant="default" loading={state.busy === true} aria-label={w('tryOf', { rule: r.title[lang] })} onClick={run}>{w('try')}</Button>
      <span role="status">
        {found && (
          <span className="an-rules-found">
            <strong>{w('tried', { raised: found.raised, persons: found.persons, perDay: String(found.perDay).replace('.', lang === 'vi' ? ',' : '.') })}</strong>
            {found.busiest && <span>{w('triedMost', { n: found.busiest.n, day: showFhirDay(found.busiest.day) })}</span>}
            {found.wards.length > 0 && <span>{found.wards.map((x) => `${x.name || w('triedNoWard')}: ${x.n}`).join(' · ')}</span>}
            <span className="an-dim">{w('triedOf', { asked: found.asked, held: found.held })}{found.failed > 0 && ` · ${w('triedFailed', { n: found.failed })}`}{found.partial && ` · ${w('triedPartial')}`}</span>
          </span>
        )}
        {failure && <span className="an-rules-off"><Icon name="warn" size={18} />{w(failure.problem === 'busy' ? 'tryBusy' : failure.problem === 'refused' ? 'tryCannot' : 'tryFailed')}</span>}
      </span>
    </span>
  );
}
