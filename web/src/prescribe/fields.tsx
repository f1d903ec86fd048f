/* Parts of the form of an order that every way of ordering shares: when it is taken, and what stands against it. */

import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { medicineText } from '../drugs/doses';
import { conceptText, dosageText } from '../fhir/clinical';
import { nowMs } from '../fhir/clock';
import { wardTime } from '../fhir/zone';
import { useVisitWords } from '../i18n/visits';
import { Notice } from '../ui/Notice';
import { Line } from '../visits/parts';
import type { MedicineData } from './load';
import { Choice } from '../record/Record';
import { amountAt, RHYTHMS, TIMES, WEEKDAYS, type warningsOf, type Wish } from './order';

export interface PartProps { wish: Wish; change: (part: Partial<Wish>) => void }

/* uneven: also other amounts at other hours, and days that are not all */
export function Times({ wish, change, uneven = false }: PartProps & { uneven?: boolean }) {
  const w = useVisitWords();
  const [other, setOther] = useState('');
  const toggle = (t: string): void => change({ times: wish.times.includes(t) ? wish.times.filter((x) => x !== t) : [...wish.times, t].sort() });
  const shown = [...new Set([...TIMES, ...wish.times])].sort();
  return (
    <>
      <Checkbox label={w('order.asNeeded')} checked={wish.asNeeded} onChange={(e) => change({ asNeeded: e.currentTarget.checked })} />
      {wish.asNeeded ? (
        <div className="an-visit-fields">
          <Line label={w('order.most')} value={wish.most} onChange={(most) => change({ most })} max={2} />
          <Line label={w('order.hours')} value={wish.everyHours} onChange={(everyHours) => change({ everyHours })} max={2} />
        </div>
      ) : (
        <div className="an-entry">
          <span className="an-record-label">{w('order.times')}</span>
          <div className="an-options" role="group" aria-label={w('order.times')}>
            {shown.map((t) => <Button key={t} variant={wish.times.includes(t) ? 'filled' : 'default'} aria-pressed={wish.times.includes(t)} onClick={() => toggle(t)}>{t}</Button>)}
          </div>
          <div className="an-visit-fields">
            <label className="an-entry">{w('order.otherTime')}<input type="time" className="an-time" value={other} onChange={(e) => setOther(e.currentTarget.value)} /></label>
            <Button variant="default" disabled={!/^\d\d:\d\d$/.test(other)} onClick={() => { if (!wish.times.includes(other)) toggle(other); setOther(''); }}>{w('order.addTime')}</Button>
          </div>
          {uneven && <Uneven wish={wish} change={change} />}
          <div className="an-visit-fields">
            {wish.rhythm === 'daily' && <Line label={w('order.weeks')} value={wish.everyWeeks} onChange={(everyWeeks) => change({ everyWeeks })} max={2} />}
            {(wish.everyWeeks !== '' || wish.rhythm === 'alternate') && (
              <label className="an-entry">{w(wish.rhythm === 'alternate' ? 'order.firstOf' : 'order.firstDay')}<input type="date" className="an-time" min={wardTime(nowMs()).day} value={wish.firstDay} onChange={(e) => change({ firstDay: e.currentTarget.value })} /></label>
            )}
          </div>
        </div>
      )}
    </>
  );
}

/* "2 in the morning, 1 in the evening"; every second day; Mondays and Thursdays. */
function Uneven({ wish, change }: PartProps) {
  const w = useVisitWords();
  const day = (d: string): void => change({ weekdays: wish.weekdays.includes(d) ? wish.weekdays.filter((x) => x !== d) : [...wish.weekdays, d] });
  return (
    <>
      {wish.times.length > 1 && <Checkbox label={w('order.uneven')} checked={wish.uneven} onChange={(e) => change({ uneven: e.currentTarget.checked })} />}
      {wish.times.length > 1 && wish.uneven && (
        <div className="an-visit-fields">
          {wish.times.map((t) => <Line key={t} label={w('order.amountAt', { time: t })} value={amountAt(wish, t)} onChange={(v) => change({ amountAt: { ...wish.amountAt, [t]: v } })} max={8} />)}
        </div>
      )}
      <Choice label={w('order.rhythm')} values={RHYTHMS} value={wish.rhythm} onChange={(rhythm) => change({ rhythm, ...(rhythm === 'daily' ? {} : { everyWeeks: '' }), ...(rhythm === 'alternate' && wish.firstDay === '' ? { firstDay: wardTime(nowMs()).day } : {}) })} words={(r) => w(`rhythm.${r}`)} />
      {wish.rhythm === 'weekdays' && (
        <div className="an-options" role="group" aria-label={w('rhythm.weekdays')}>
          {WEEKDAYS.map((d) => <Button key={d} variant={wish.weekdays.includes(d) ? 'filled' : 'default'} aria-pressed={wish.weekdays.includes(d)} onClick={() => day(d)}>{w(`weekday.${d}`)}</Button>)}
        </div>
      )}
    </>
  );
}

/* replaces: whether the new order may be said to take the place of the one that stands */
export function Warned({ warn, much, data, wish, change, replaces = false }: PartProps & { warn: ReturnType<typeof warningsOf>; much: boolean; data: MedicineData; replaces?: boolean }) {
  const w = useVisitWords();
  return (
    <Notice kind={warn.allergies.length > 0 ? 'bad' : 'warn'} title={w(warn.allergies.length > 0 ? 'order.allergy' : warn.same.length > 0 ? 'order.duplicate' : 'order.much', { amount: wish.amount, unit: wish.unit })} role="alert">
      {warn.allergies.map((a) => <p key={a.id}><strong>{conceptText(a.code)}</strong>{a.reaction?.[0]?.manifestation && `: ${a.reaction[0].manifestation.map(conceptText).join(', ')}`}</p>)}
      {much && warn.allergies.length + warn.same.length > 0 && <p>{w('order.much', { amount: wish.amount, unit: wish.unit })}</p>}
      {warn.same.map((o) => (
        <div key={o.id} className="an-row">
          <p>{medicineText(o, data.included)}: {dosageText(o)}</p>
          {replaces && <Button variant="default" aria-label={w('order.replaceOf', { what: medicineText(o, data.included) })} onClick={() => change({ replaces: o.id ?? '' })}>{w('order.replace')}</Button>}
        </div>
      ))}
      <Line wide label={w('order.despite')} value={wish.despite} onChange={(despite) => change({ despite })} />
    </Notice>
  );
}
