/* The two short forms of a purpose. Nothing is ticked beforehand: who said yes, or who takes it back, is a tap of its own. */

import { Button } from '@mantine/core';
import { useId, useState } from 'react';
import { nowMs } from '../fhir/clock';
import { showFhirDay } from '../fhir/dates';
import { addDays, wardInstant } from '../fhir/zone';
import { useConsentWords } from '../i18n/consent';
import { Icon } from '../ui/Icon';
import { evidenceOf, EvidenceError, TAKEN } from './evidence';
import { missing, type Purpose } from './needs';
import type { Names } from './PurposeCard';
import { idOf, type Consent } from './types';
import { refusal, type UseConsents } from './useConsents';

function Wrong({ text }: { text: string }) {
  return <div role="alert">{text !== '' && <p className="an-consent-wrong"><Icon name="bad" />{text}</p>}</div>;
}

interface Props { purpose: Purpose; use: UseConsents; names: Names; onClose: () => void }

export function Give({ id, purpose, use, names, onClose }: Props & { id: string }) {
  const w = useConsentWords();
  const field = useId();
  const [who, setWho] = useState<string[]>([]);
  const [to, setTo] = useState('');
  const [file, setFile] = useState<File>();
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const choices = [...(purpose.self ? ['self'] : []), ...(purpose.another ? purpose.may : [])];
  const outside = use.load.data?.recipients ?? [];
  const save = async (): Promise<void> => {
    const recipients = to === '' ? [] : [to];
    const lack = missing(purpose, who, recipients, file !== undefined);
    setTrouble(lack ? w(`give.missing.${lack}`) : '');
    if (lack) return;
    setBusy(true);
    try {
      const paper = file ? await evidenceOf(file, wardInstant(nowMs())) : undefined;
      await use.give({ patient: id, purpose, regime: use.load.data?.needs.regime ?? '', who, recipients, paper, at: nowMs() });
      onClose();
    } catch (error) {
      const why = refusal(error);
      setTrouble(error instanceof EvidenceError ? w(error.why === 'size' ? 'give.bigFile' : 'give.badFile') : why === '' ? w('give.failed') : w('give.refused', { why }));
      setBusy(false);
    }
  };
  return (
    <form className="an-consent-form" noValidate onSubmit={(e) => { e.preventDefault(); void save(); }}>
      <p>{w(`why.${purpose.why as 'adult'}`)}</p>
      <fieldset className="an-checks">
        <legend>{w('give.who')}</legend>
        {choices.map((c) => (
          <label key={c}>
            <input type="checkbox" checked={who.includes(c)} onChange={() => setWho(who.includes(c) ? who.filter((x) => x !== c) : [...who, c])} />
            {c === 'self' ? w('give.self', { name: names.self }) : names.related(c)}
          </label>
        ))}
      </fieldset>
      {purpose.toRecipient && (
        <div className="an-entry">
          <label htmlFor={`${field}-to`}>{w('give.to')}</label>
          {outside.length === 0 && <p className="an-dim">{w('give.toNone')}</p>}
          <select id={`${field}-to`} className="an-select" value={to} onChange={(e) => setTo(e.currentTarget.value)}>
            <option value="">{w('give.pick')}</option>
            {outside.map((o) => <option key={o.id} value={o.id}>{o.name}</option>)}
          </select>
        </div>
      )}
      <div className="an-entry">
        <label htmlFor={`${field}-paper`}>{w(purpose.written ? 'give.paperNeeded' : 'give.paper')}</label>
        <input id={`${field}-paper`} className="an-consent-file an-file" type="file" accept={TAKEN} onChange={(e) => setFile(e.currentTarget.files?.[0])} />
        {file && <p className="an-dim">{w('give.paperOnline')}</p>}
      </div>
      {purpose.until !== '' && <p className="an-dim">{w('give.until', { day: showFhirDay(addDays(purpose.until, -1)) })}</p>}
      <Wrong text={trouble} />
      <div className="an-row">
        <Button type="submit" loading={busy}>{w('give.save')}</Button>
        <Button variant="subtle" onClick={onClose}>{w('give.cancel')}</Button>
      </div>
    </form>
  );
}

export function Withdraw({ consent, purpose, use, names, onClose }: Props & { consent: Consent }) {
  const w = useConsentWords();
  const [by, setBy] = useState('');
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const gave = (consent.performer ?? []).map((p) => p.reference ?? '').filter((r) => r.startsWith('RelatedPerson/')).map(idOf);
  const choices = ['self', ...new Set([...gave, ...purpose.may])];
  const save = async (): Promise<void> => {
    setTrouble(by === '' ? w('withdraw.missing') : '');
    if (by === '') return;
    setBusy(true);
    try {
      await use.withdraw(consent, by);
      onClose();
    } catch (error) {
      const why = refusal(error);
      setTrouble(why === '' ? w('give.failed') : w('give.refused', { why }));
      setBusy(false);
    }
  };
  return (
    <form className="an-consent-form" noValidate onSubmit={(e) => { e.preventDefault(); void save(); }}>
      <fieldset className="an-checks">
        <legend>{w('withdraw.who')}</legend>
        {choices.map((c) => (
          <label key={c}>
            <input type="radio" name={`by-${consent.id ?? ''}`} checked={by === c} onChange={() => setBy(c)} />
            {c === 'self' ? w('give.self', { name: names.self }) : names.related(c)}
          </label>
        ))}
      </fieldset>
      <Wrong text={trouble} />
      <div className="an-row">
        <Button type="submit" loading={busy}>{w('withdraw.save')}</Button>
        <Button variant="subtle" onClick={onClose}>{w('give.cancel')}</Button>
      </div>
    </form>
  );
}
