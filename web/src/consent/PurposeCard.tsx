/* One purpose: whether it was agreed to, by whom and until when; giving and withdrawing in the same number of taps; the paper. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { nowMs } from '../fhir/clock';
import { showFhirDay } from '../fhir/dates';
import { addDays, wardTime } from '../fhir/zone';
import { useConsentWords } from '../i18n/consent';
import { useI18n } from '../i18n/context';
import { Icon } from '../ui/Icon';
import { Give, Withdraw } from './Give';
import { Grounds } from './Grounds';
import { stateOf, withdrawalOf } from './give';
import { canBeAsked, type Purpose } from './needs';
import { consentPaperHref } from './screens';
import { evidenceOf, EvidenceError, TAKEN } from './evidence';
import { idOf, type Consent } from './types';
import { refusal, type UseConsents } from './useConsents';

export interface Names { self: string; related: (id: string) => string; organization: (id: string) => string }

export function PurposeCard({ id, purpose, use, names, may }: { id: string; purpose: Purpose; use: UseConsents; names: Names; may: boolean }) {
  const w = useConsentWords();
  const { lang } = useI18n();
  const [open, setOpen] = useState<'give' | Consent>();
  const title = lang === 'vi' ? purpose.vi : purpose.en;
  const { now, before } = stateOf(use.consents, purpose.code, wardTime(nowMs()).day);
  const refused = now.length === 0 && before[0]?.status === 'rejected';
  const asks = canBeAsked(purpose);
  return (
    <section className="an-card an-consent-card" aria-label={title}>
      <h3>{title}</h3>
      <p className="an-dim">{lang === 'vi' ? purpose.textVi : purpose.textEn}</p>
      {now.length === 0 && <p className="an-consent-state"><Icon name="info" />{w(refused ? 'state.refused' : 'state.no')}</p>}
      {now.map((c) => (
        <div key={c.id ?? c.dateTime}>
          <p className="an-consent-state an-consent-yes"><Icon name="good" />{w('state.yes')} {w('state.since', { day: showFhirDay(c.dateTime) })}{use.waiting(c) && ` · ${w('state.waiting')}`}</p>
          <Facts c={c} names={names} />
          {may && open !== c && (
            <div className="an-row">
              <Button variant="default" aria-label={w('withdraw.openFor', { what: title })} onClick={() => setOpen(c)}>{w('withdraw.open')}</Button>
              {!c.sourceAttachment && !use.waiting(c) && <AddPaper c={c} use={use} />}
            </div>
          )}
          {open === c && <Withdraw consent={c} purpose={purpose} use={use} names={names} onClose={() => setOpen(undefined)} />}
        </div>
      ))}
      {purpose.until !== '' && now.length === 0 && asks && open === undefined && <p className="an-dim">{w('give.until', { day: showFhirDay(addDays(purpose.until, -1)) })}</p>}
      {!asks && <p className="an-dim">{w(purpose.another && purpose.may.length === 0 ? 'why.nobody' : `why.${purpose.why as 'dead'}`)}</p>}
      {open === 'give' && <Give id={id} purpose={purpose} use={use} names={names} onClose={() => setOpen(undefined)} />}
      <div className="an-row">
        {may && asks && open === undefined && (now.length === 0 || purpose.toRecipient) && (
          <Button variant={now.length === 0 ? 'filled' : 'default'} aria-label={w('give.openFor', { what: title })} onClick={() => setOpen('give')}>{w('give.open')}</Button>
        )}
        <Button component="a" variant="subtle" href={consentPaperHref(id, purpose.code)} leftSection={<Icon name="print" />} aria-label={w('paper.printFor', { what: title })}>{w('paper.print')}</Button>
      </div>
      {purpose.basis === 'ground' && <Grounds purpose={purpose} use={use} names={names} may={may} />}
      {before.length > 0 && (
        <details>
          <summary>{w('state.history', { n: before.length })}</summary>
          {before.map((c) => <Past key={c.id ?? c.dateTime} c={c} names={names} />)}
        </details>
      )}
    </section>
  );
}

const whoText = (reference: string, names: Names, self: string): string =>
  (reference.startsWith('Patient/') ? self : names.related(idOf(reference)));

function Facts({ c, names }: { c: Consent; names: Names }) {
  const w = useConsentWords();
  const by = (c.performer ?? []).map((p) => whoText(p.reference ?? '', names, w('person.self'))).join(', ');
  const to = (c.provision?.actor ?? []).map((a) => names.organization(idOf(a.reference?.reference))).join(', ');
  const facts = [
    by !== '' && w('state.by', { who: by }), to !== '' && w('state.to', { who: to }), c.provision?.period?.end !== undefined && w('state.until', { day: showFhirDay(c.provision.period.end) }),
    (c.sourceAttachment ?? c.sourceReference) !== undefined && w('state.paper'),
  ].filter((x): x is string => typeof x === 'string');
  return <p className="an-dim">{facts.join(' · ')}</p>;
}

function Past({ c, names }: { c: Consent; names: Names }) {
  const w = useConsentWords();
  const gone = withdrawalOf(c);
  const end = c.provision?.period?.end ?? '';
  return (
    <div>
      <p>{c.status === 'rejected' ? w('state.refused') : `${w('state.yes')} ${w('state.since', { day: showFhirDay(c.dateTime) })}`}</p>
      <Facts c={c} names={names} />
      {gone && <p className="an-dim">{w('state.withdrawn', { day: showFhirDay(gone.when), who: whoText(gone.by, names, w('person.self')) })}</p>}
      {!gone && c.status === 'active' && <p className="an-dim">{w('state.ended', { day: showFhirDay(end) })}</p>}
    </div>
  );
}

function AddPaper({ c, use }: { c: Consent; use: UseConsents }) {
  const w = useConsentWords();
  const [trouble, setTrouble] = useState('');
  const take = async (file: File): Promise<void> => {
    setTrouble('');
    try {
      await use.addPaper(c, await evidenceOf(file, c.dateTime ?? ''));
    } catch (error) {
      const why = refusal(error);
      setTrouble(error instanceof EvidenceError ? w(error.why === 'size' ? 'give.bigFile' : 'give.badFile') : why === '' ? w('give.failed') : w('give.refused', { why }));
    }
  };
  return (
    <label className="an-dim">
      {w('paper.add')}{' '}
      <input className="an-consent-file an-file" type="file" accept={TAKEN} onChange={(e) => { const file = e.currentTarget.files?.[0]; if (file) void take(file); }} />
      {trouble !== '' && <span className="an-consent-wrong" role="alert"><Icon name="bad" />{trouble}</span>}
    </label>
  );
}
