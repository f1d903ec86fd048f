/* Within the card of a purpose that also takes a ground: what was recorded, ending it, and the form. Nothing is chosen beforehand. */

import { Button, Input } from '@mantine/core';
import { useId, useState } from 'react';
import { nowMs } from '../fhir/clock';
import { showFhirDate, showFhirDay } from '../fhir/dates';
import { wardTime } from '../fhir/zone';
import { useConsentWords } from '../i18n/consent';
import { Icon } from '../ui/Icon';
import { groundLack, groundsFor, NO_GROUND, type Ground, type GroundDraft } from './ground';
import type { Purpose } from './needs';
import type { Names } from './PurposeCard';
import { refusal, type UseConsents } from './useConsents';

interface Props { purpose: Purpose; use: UseConsents; names: Names }

export function Grounds({ purpose, use, names, may }: Props & { may: boolean }) {
  const w = useConsentWords();
  const [adding, setAdding] = useState(false);
  const all = groundsFor(use.grounds, purpose.code, wardTime(nowMs()).day);
  const now = all.filter((g) => !g.over), past = all.filter((g) => g.over);
  return (
    <section className="an-consent-form" aria-label={w('ground.title')}>
      <h4>{w('ground.title')}</h4>
      <p className="an-dim">{w('ground.lead')}</p>
      {now.map((g) => <Line key={g.basic.id ?? g.number} ground={g} use={use} names={names} may={may} />)}
      {may && !adding && <div className="an-row"><Button variant="default" onClick={() => setAdding(true)}>{w('ground.add')}</Button></div>}
      {adding && <Add purpose={purpose} use={use} onClose={() => setAdding(false)} />}
      {past.length > 0 && (
        <details>
          <summary>{w('state.history', { n: past.length })}</summary>
          {past.map((g) => <Line key={g.basic.id ?? g.number} ground={g} use={use} names={names} may={false} />)}
        </details>
      )}
    </section>
  );
}

function Line({ ground: g, use, names, may }: { ground: Ground; use: UseConsents; names: Names; may: boolean }) {
  const w = useConsentWords();
  const [trouble, setTrouble] = useState('');
  const end = async (): Promise<void> => {
    setTrouble('');
    try {
      await use.endGround(g.basic);
    } catch (error) {
      const why = refusal(error);
      setTrouble(why === '' ? w('give.failed') : w('give.refused', { why }));
    }
  };
  const facts = [
    w('state.to', { who: names.organization(g.to) }), w('state.since', { day: showFhirDay(g.from) }), w('state.until', { day: showFhirDay(g.until) }),
    g.ended !== '' && w('ground.ended', { when: showFhirDate(g.ended) }), use.waits(g.basic) && w('state.waiting'),
  ].filter((x) => x !== false).join(' · ');
  return (
    <div className="an-row">
      <p><strong>{w('ground.paper', { number: g.number })}</strong><br /><span className="an-dim">{facts}</span></p>
      {may && <Button variant="default" aria-label={w('ground.endFor', { number: g.number })} onClick={() => void end()}>{w('ground.end')}</Button>}
      <div role="alert">{trouble !== '' && <p className="an-consent-wrong"><Icon name="bad" />{trouble}</p>}</div>
    </div>
  );
}

function Add({ purpose, use, onClose }: { purpose: Purpose; use: UseConsents; onClose: () => void }) {
  const w = useConsentWords();
  const field = useId();
  const [draft, setDraft] = useState<GroundDraft>(NO_GROUND);
  const [trouble, setTrouble] = useState('');
  const set = (part: Partial<GroundDraft>): void => setDraft({ ...draft, ...part });
  const outside = use.load.data?.recipients ?? [];
  const save = (): void => {
    const lack = groundLack(draft);
    setTrouble(lack ? w(`ground.lacks.${lack}`) : '');
    if (lack) return;
    use.addGround(purpose.code, draft);
    onClose();
  };
  const day = (name: 'from' | 'until') => (
    <div className="an-entry">
      <label htmlFor={`${field}-${name}`}>{w(`ground.${name}`)}</label>
      <input id={`${field}-${name}`} type="date" className="an-select" value={draft[name]} onChange={(e) => set({ [name]: e.currentTarget.value })} />
    </div>
  );
  return (
    <form className="an-consent-form" noValidate onSubmit={(e) => { e.preventDefault(); save(); }}>
      <div className="an-entry">
        <label htmlFor={`${field}-to`}>{w('ground.to')}</label>
        {outside.length === 0 && <p className="an-dim">{w('give.toNone')}</p>}
        <select id={`${field}-to`} className="an-select" value={draft.to} onChange={(e) => set({ to: e.currentTarget.value })}>
          <option value="">{w('give.pick')}</option>
          {outside.map((o) => <option key={o.id} value={o.id}>{o.name}</option>)}
        </select>
      </div>
      <div className="an-entry">
        <label htmlFor={`${field}-number`}>{w('ground.number')}</label>
        <Input id={`${field}-number`} value={draft.number} maxLength={60} onChange={(e) => set({ number: e.currentTarget.value })} />
      </div>
      {day('from')}{day('until')}
      <div role="alert">{trouble !== '' && <p className="an-consent-wrong"><Icon name="bad" />{trouble}</p>}</div>
      <div className="an-row">
        <Button type="submit">{w('ground.save')}</Button>
        <Button variant="subtle" onClick={onClose}>{w('give.cancel')}</Button>
      </div>
    </form>
  );
}
