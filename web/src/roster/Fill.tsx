/* Filling a ward by a rota: who, from when to when, which pattern. What would change is counted before anything is. */

import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useRosterWords, type RosterWords } from '../i18n/roster';
import { dayNumber } from '../fhir/zone';
import { Entry } from '../stay/parts';
import { Dialog } from '../ui/Dialog';
import { filled, MOST_DAYS } from './edit';
import { presetsOf, readPattern, type Rota } from './rota';
import type { ShiftSystem } from './shifts';
import type { UseRoster } from './useRoster';
import { letterOf } from './words';

export const patternText = (rota: Rota, w: RosterWords): string => rota.map((c) => (c === '' ? '–' : letterOf(c, w))).join(' ');

export function FillDialog({ use, onClose }: { use: UseRoster; onClose: () => void }) {
  const w = useRosterWords();
  const system = use.house?.system as ShiftSystem;
  const [who, setWho] = useState<string[]>([]);
  const [from, setFrom] = useState(use.days.includes(use.today) ? use.today : use.days[0] ?? '');
  const [until, setUntil] = useState(use.days.at(-1) ?? '');
  const [typed, setTyped] = useState('');
  const [shift, setShift] = useState('1');
  const [over, setOver] = useState(false);
  const presets = presetsOf(system);
  const pattern = readPattern(typed, system);
  const days = from === '' || until === '' ? -1 : dayNumber(until) - dayNumber(from) + 1;
  const badDays = days < 1 || days > MOST_DAYS;
  const step = pattern.rota === undefined || badDays ? [] : filled(use.book, {
    ward: use.ward, people: use.people.map((p) => p.id).filter((id) => who.includes(id)), from, until, pattern: pattern.rota, shift: Number(shift) || 0, overAbsence: over,
  });
  return (
    <Dialog title={w('fill.title')} onClose={onClose}>
      <form className="an-entries an-roster-form" onSubmit={(e) => { e.preventDefault(); if (step.length > 0) { use.change(step); onClose(); } }}>
        <p className="an-dim">{w('fill.lead')}</p>
        <fieldset className="an-roster-people">
          <legend>{w('fill.who')}</legend>
          <div className="an-row">
            <Button variant="default" onClick={() => setWho(use.people.map((p) => p.id))}>{w('fill.all')}</Button>
            <Button variant="default" onClick={() => setWho([])}>{w('fill.noneOf')}</Button>
          </div>
          {use.people.map((p) => (
            <Checkbox key={p.id} label={p.name} checked={who.includes(p.id)} onChange={(e) => { const yes = e.currentTarget.checked; setWho((all) => (yes ? [...all, p.id] : all.filter((x) => x !== p.id))); }} />
          ))}
        </fieldset>
        <div className="an-stay-two">
          <Entry id="fill-from" type="date" label={w('fill.from')} value={from} onChange={setFrom} />
          <Entry id="fill-until" type="date" label={w('fill.until')} value={until} onChange={setUntil} trouble={badDays ? w('fill.badDays') : undefined} />
        </div>
        <div className="an-row">
          {presets.map((p) => <Button key={p.join()} variant="default" aria-label={w('fill.preset', { pattern: patternText(p, w) })} onClick={() => setTyped(patternText(p, w))}>{patternText(p, w)}</Button>)}
        </div>
        <Entry id="fill-pattern" label={w('fill.pattern')} value={typed} onChange={setTyped} maxLength={120}
          hint={w('fill.patternHint', { example: patternText(presets[0] ?? [], w) })}
          trouble={typed.trim() !== '' && pattern.rota === undefined ? w('fill.badPattern', { text: pattern.bad, letters: patternText(presetsOf(system)[0] ?? [], w) }) : undefined} />
        <Entry id="fill-shift" label={w('fill.shift')} value={shift} onChange={setShift} inputMode="numeric" maxLength={2} />
        <Checkbox label={w('fill.over')} checked={over} onChange={(e) => setOver(e.currentTarget.checked)} />
        <div className="an-row">
          <Button type="submit" disabled={step.length === 0}>{w('fill.go', { n: step.length })}</Button>
          <Button variant="default" onClick={onClose}>{w('cancel')}</Button>
          {step.length === 0 && <p className="an-dim">{w('fill.nothing')}</p>}
        </div>
      </form>
    </Dialog>
  );
}
