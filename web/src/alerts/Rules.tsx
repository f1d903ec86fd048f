/* How each rule does: raised, acted on, dismissed in 90 days, and where its threshold comes from. */

import { Skeleton } from '@mantine/core';
import { server } from '../fhir/server';
import { useAlertWords } from '../i18n/alerts';
import { useI18n } from '../i18n/context';
import { Icon } from '../ui/Icon';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { precision, rowsOf, type RuleAnswer, type RuleRow } from './rules';
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
        <span className="an-dim an-rules-source">{r.clock ? w('byClock') : w('byWrite')} · {w('source', { source: r.source[lang] })}</span>
      </th>
      {COLUMNS.map((c) => <td key={c} className="an-num an-number">{r[c]}</td>)}
      <td className="an-num an-number">{share === undefined ? w('notYet') : `${share} %`}</td>
    </tr>
  );
}
