/* What a list would change: how many of each, and of the one that is chosen which. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { showFhirDate } from '../fhir/dates';
import { useI18n } from '../i18n/context';
import { useListWords } from '../i18n/lists';
import { Notice } from '../ui/Notice';
import { changesNothing, SORTS, type Plan, type Sort } from './lists';

type Tab = Sort | 'refused';
const FEW = 20;

export function PlanView({ plan, undo = false }: { plan: Plan; undo?: boolean }) {
  const { num } = useI18n();
  const w = useListWords();
  const counts: Record<Tab, number> = { ...plan.counts, refused: plan.refused };
  const tabs: Tab[] = plan.refused > 0 ? ['refused', ...SORTS] : [...SORTS];
  const [tab, setTab] = useState<Tab>(() => tabs.find((x) => counts[x] > 0) ?? 'new');
  const [most, setMost] = useState(FEW);
  const known = tab === 'refused' ? plan.refusals.length : plan.changes[tab].length;
  return (
    <>
      {!undo && <p>
        {plan.edition !== '' && <strong>{w('editionOf', { edition: plan.edition })}</strong>}
        {plan.from !== undefined && <> · {w('fromDay', { day: showFhirDate(plan.from) })}</>}
        {plan.to !== undefined && <> {w('toDay', { day: showFhirDate(plan.to) })}</>}
        {' · '}{w('codes', { n: num(plan.codes), same: num(plan.same) })}
      </p>}
      {plan.restored > 0 && <p className="an-dim">{w('restored', { n: num(plan.restored) })}</p>}
      {!undo && changesNothing(plan) && <Notice kind="info" title={w('nothingNew')} role="status" />}
      <div className="an-tally">
        {tabs.map((x) => (
          <button key={x} type="button" aria-pressed={tab === x} onClick={() => { setTab(x); setMost(FEW); }}><strong className="an-number">{num(counts[x])}</strong> {w(x)}</button>
        ))}
      </div>
      {counts[tab] === 0 && <p className="an-dim">{w(`empty.${tab}`)}</p>}
      <ul className="an-plan an-list-plan">
        {tab === 'refused'
          ? plan.refusals.slice(0, most).map((r) => <li key={`${r.line} ${r.cell ?? ''}`}><strong className="an-number">{r.cell ?? w('row', { n: r.line })}</strong><span>{w(`why.${r.why}`, { n: r.before })}</span></li>)
          : plan.changes[tab].slice(0, most).map((c) => (
            <li key={c.code}><strong className="an-number">{c.code}</strong><span>{c.name}{c.before !== undefined && <span className="an-dim an-list-before">{w('before', { name: c.before })}</span>}</span></li>
          ))}
      </ul>
      {known > most && <Button variant="default" onClick={() => setMost(known)}>{w('showMore')}</Button>}
      {known <= most && counts[tab] > known && <p className="an-dim">{w('more', { n: num(counts[tab] - known) })}</p>}
    </>
  );
}
