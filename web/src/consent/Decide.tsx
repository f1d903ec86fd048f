/* A decision is written down: kind, number, day, who decided, from when. Nothing is chosen beforehand. */

import { Button, Input } from '@mantine/core';
import { useId, useState } from 'react';
import { server } from '../fhir/server';
import { useConsentWords } from '../i18n/consent';
import { entryIdentifier, entryQuery } from '../outbox/item';
import { Icon } from '../ui/Icon';
import { uuid4 } from '../vitals/uuid';
import { DECIDED, decisionOf, isGuardedDecision, lacksOf, NO_DECISION, type DecisionDraft } from './decide';
import type { Basic } from './types';
import { refusal } from './useConsents';

export function Decide({ patient, onClose, reload }: { patient: string; onClose: (guarded: boolean) => void; reload: () => void }) {
  const w = useConsentWords();
  const field = useId();
  const [draft, setDraft] = useState<DecisionDraft>(NO_DECISION);
  const [entry] = useState(uuid4); /* one, however often it is pressed */
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<DecisionDraft>): void => setDraft({ ...draft, ...part });
  const save = async (): Promise<void> => {
    const lack = lacksOf(draft);
    setTrouble(lack ? w(`decide.lacks.${lack}`) : '');
    if (lack) return;
    setBusy(true);
    try {
      await server.create<Basic>({ ...decisionOf(patient, draft), identifier: [entryIdentifier(entry)] }, entryQuery(entry));
      reload();
      onClose(isGuardedDecision(draft.kind));
    } catch (error) {
      const why = refusal(error);
      setTrouble(why === '' ? w('give.failed') : w('give.refused', { why }));
      setBusy(false);
    }
  };
  const text = (name: 'number' | 'by', max: number) => (
    <div className="an-entry">
      <label htmlFor={`${field}-${name}`}>{w(`who.${name}`)}</label>
      <Input id={`${field}-${name}`} value={draft[name]} maxLength={max} onChange={(e) => set({ [name]: e.currentTarget.value })} />
    </div>
  );
  const day = (name: 'date' | 'from' | 'to', label: 'who.date' | 'decide.from' | 'decide.to') => (
    <div className="an-entry">
      <label htmlFor={`${field}-${name}`}>{w(label)}</label>
      <input id={`${field}-${name}`} type="date" className="an-select" value={draft[name]} onChange={(e) => set({ [name]: e.currentTarget.value })} />
    </div>
  );
  return (
    <form className="an-consent-form" noValidate onSubmit={(e) => { e.preventDefault(); void save(); }}>
      <fieldset className="an-checks">
        <legend>{w('decide.kind')}</legend>
        {DECIDED.map((k) => <label key={k}><input type="radio" name="decided" checked={draft.kind === k} onChange={() => set({ kind: k })} />{w(`decisions.${k}`)}</label>)}
      </fieldset>
      {isGuardedDecision(draft.kind) && <p className="an-dim">{w('decide.guarded')}</p>}
      {text('number', 60)}{day('date', 'who.date')}{text('by', 120)}{day('from', 'decide.from')}{day('to', 'decide.to')}
      <div role="alert">{trouble !== '' && <p className="an-consent-wrong"><Icon name="bad" />{trouble}</p>}</div>
      <div className="an-row">
        <Button type="submit" loading={busy}>{w('decide.save')}</Button>
        <Button variant="subtle" onClick={() => onClose(false)}>{w('give.cancel')}</Button>
      </div>
    </form>
  );
}
