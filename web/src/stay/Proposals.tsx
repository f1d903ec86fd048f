/* Orders that came along from another house: none of them stands until somebody who may prescribe here says so, each by itself. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { useMe } from '../access/me';
import { conceptText, dosageText } from '../fhir/clinical';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import { wardInstant } from '../fhir/zone';
import { useWords } from '../i18n/stay';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { Options, Section } from './parts';
import { decide, type Decision, type Proposal } from './transfer';
import { loadProposals } from './transferLoad';
import { useSend } from './useSend';

const textOf = (p: Proposal): string => conceptText(p.medicationCodeableConcept) || conceptText(p.code) || conceptText(p.oralDiet?.type?.[0]);

export function Proposals({ person }: { person: string }) {
  const w = useWords();
  const { has, practitioner } = useMe();
  const load = useLoad(`proposals ${person}`, (signal) => loadProposals(server, person, signal));
  const [said, setSaid] = useState<Record<string, Decision | ''>>({});
  const [done, setDone] = useState(false);
  const sending = useSend(person, () => { setSaid({}); setDone(true); load.reload(); });
  const list = load.data ?? [];
  const keyOf = (p: Proposal): string => `${p.resourceType}/${p.id ?? ''}`;
  const chosen = list.flatMap((proposal) => { const decision = said[keyOf(proposal)]; return decision === undefined || decision === '' ? [] : [{ proposal, decision }]; });
  if (list.length === 0) return done ? <Notice kind="good" title={w('proposals.done')} role="status" /> : null;
  const may = has('doctor', 'assistant-doctor', 'system');
  return (
    <Section title={w('proposals.title')}>
      <Notice kind="warn" title={w('proposals.about', { n: list.length })}>{!may && <p>{w('proposals.who')}</p>}</Notice>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {list.map((p) => (may ? (
        <Options key={keyOf(p)} label={[textOf(p) || w('end.medicine'), dosageText(p)].filter(Boolean).join(' · ')} value={said[keyOf(p)] ?? ''}
          onChange={(d) => setSaid((s) => ({ ...s, [keyOf(p)]: d }))} options={[{ value: 'confirm' as Decision, label: w('proposals.confirm') }, { value: 'drop', label: w('proposals.drop') }]} />
      ) : <p key={keyOf(p)}>{[textOf(p), dosageText(p)].filter(Boolean).join(' · ')}</p>))}
      {sending.waiting && <Notice kind="warn" title={w('waiting')}><p>{w('waitingDo')}</p></Notice>}
      {sending.error !== undefined && <Problem error={sending.error} />}
      {may && (
        <div>
          <Button leftSection={<Icon name="check" />} loading={sending.busy} disabled={chosen.length === 0 || sending.waiting}
            onClick={() => sending.send((act) => decide(chosen, act, practitioner ?? '', wardInstant(nowMs())), '')}>{w('proposals.go', { n: chosen.length })}</Button>
        </div>
      )}
    </Section>
  );
}
