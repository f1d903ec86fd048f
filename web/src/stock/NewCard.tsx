/* Opening a card: what is ordered here and has none yet is one tap away; anything else is typed. */

import { Button, Input } from '@mantine/core';
import { useState } from 'react';
import { useGiver } from '../drugs/useRound';
import { nowMs } from '../fhir/clock';
import { numberOf } from '../fhir/decimal';
import { server } from '../fhir/server';
import { useStockWords } from '../i18n/stock';
import { entryIdentifier, entryQuery } from '../outbox/item';
import { Icon } from '../ui/Icon';
import { Problem } from '../ui/Problem';
import { parseTyped } from '../vitals/number';
import { uuid4 } from '../vitals/uuid';
import { cardOf, medicineKey, type Card } from './forms';

interface Props { wardId: string; cards: Card[]; wanted: { item: string; unit: string; controlled: boolean }[]; onDone: () => void }

export function NewCard({ wardId, cards, wanted, onDone }: Props) {
  const w = useStockWords();
  const giver = useGiver();
  const [typed, setTyped] = useState({ item: '', unit: '', level: '', minimum: '' });
  const [controlled, setControlled] = useState<boolean>();
  const [trouble, setTrouble] = useState('');
  const [problem, setProblem] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [id] = useState(uuid4);
  const type = (part: Partial<typeof typed>): void => { setTyped({ ...typed, ...part }); setTrouble(''); };
  const save = async (): Promise<void> => {
    const level = parseTyped(typed.level, 3);
    const minimum = parseTyped(typed.minimum, 3);
    const bad = typed.item.trim() === '' || typed.unit.trim() === '' || level.kind !== 'number' || (minimum.kind !== 'number' && minimum.kind !== 'empty') || controlled === undefined;
    if (bad) return setTrouble(w('card.bad'));
    if (cards.some((c) => medicineKey(c.item) === medicineKey(typed.item))) return setTrouble(w('card.same'));
    setBusy(true);
    try {
      const card = cardOf({ ...typed, level: level.value, minimum: minimum.kind === 'number' && numberOf(minimum.value) !== undefined ? minimum.value : undefined, controlled, wardId, at: nowMs(), me: giver });
      await server.create({ ...card, identifier: [entryIdentifier(id)] } as typeof card, entryQuery(id));
      onDone();
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
    return undefined;
  };
  return (
    <section className="an-card an-stock-form" aria-label={w('card.new')}>
      <h2>{w('card.new')}</h2>
      <p className="an-dim">{w('card.newDo')}</p>
      {wanted.length > 0 && (
        <div className="an-aside" role="group" aria-label={w('card.from')}>
          <span className="an-aside-name">{w('card.from')}</span>
          {wanted.slice(0, 30).map((x) => (
            <Button key={x.item} variant={typed.item === x.item ? 'filled' : 'default'} aria-pressed={typed.item === x.item} onClick={() => { type({ item: x.item, unit: x.unit }); setControlled(x.controlled); }}>{x.item}</Button>
          ))}
        </div>
      )}
      <div className="an-stock-fields">
        <label><span>{w('card.name')}</span><Input value={typed.item} maxLength={200} onChange={(e) => type({ item: e.currentTarget.value })} /></label>
        <label><span>{w('card.unit')}</span><Input value={typed.unit} maxLength={30} onChange={(e) => type({ unit: e.currentTarget.value })} /></label>
        <label><span>{w('card.level')}</span><Input inputMode="decimal" value={typed.level} onChange={(e) => type({ level: e.currentTarget.value })} /></label>
        <label><span>{w('card.minimum')}</span><Input inputMode="decimal" value={typed.minimum} onChange={(e) => type({ minimum: e.currentTarget.value })} /></label>
      </div>
      <div className="an-options" role="group" aria-label={w('card.controlled')}>
        <Button variant={controlled === false ? 'filled' : 'default'} aria-pressed={controlled === false} onClick={() => { setControlled(false); setTrouble(''); }}>{w('card.notControlled')}</Button>
        <Button variant={controlled === true ? 'filled' : 'default'} aria-pressed={controlled === true} onClick={() => { setControlled(true); setTrouble(''); }}>{w('card.controlled')}</Button>
      </div>
      {trouble !== '' && <p className="an-trouble" role="alert"><Icon name="bad" />{trouble}</p>}
      {problem !== undefined && <Problem error={problem} onRetry={() => setProblem(undefined)} />}
      <div className="an-options"><Button loading={busy} onClick={() => void save()}>{w('card.save')}</Button><Button variant="subtle" onClick={onDone}>{w('card.cancel')}</Button></div>
    </section>
  );
}
