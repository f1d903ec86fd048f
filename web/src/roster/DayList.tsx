/* Who is on duty on a day, ward by ward and shift by shift: the view of a phone, and of everybody who only asks. Whoever writes the roster
 * gives the rooms of a shift here. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { addDays, wardClock } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useRosterWords } from '../i18n/roster';
import type { MessageKey } from '../i18n/vi';
import { useNow } from '../ui/useNow';
import { Icon } from '../ui/Icon';
import { cellOf, codesIn, monthOf, roomKey } from './duty';
import { nextDuty } from './now';
import { RoomsDialog } from './Rooms';
import type { Giving } from './rooms';
import { isAbsent, shiftAt, spanOf, SYSTEMS, type DutyCode, type ShiftName } from './shifts';
import type { UseRoster } from './useRoster';
import { dayWord } from './words';

interface There { person: string; codes: DutyCode[] }

function thereOn(use: UseRoster, ward: string, day: string): There[] {
  return [...use.saved].map(([key, value]) => ({ ...cellOf(key), codes: codesIn(value) }))
    .filter((c) => c.ward === ward && c.day === day && c.codes.length > 0)
    .sort((a, b) => use.nameOf(a.person).localeCompare(use.nameOf(b.person), 'vi'));
}

export function DayList({ use }: { use: UseRoster }) {
  const w = useRosterWords();
  const now = useNow(30_000);
  const [picked, setPicked] = useState<string>();
  const [giving, setGiving] = useState<Giving>();
  const go = (to: string): void => {
    setPicked(to);
    if (monthOf(to) !== use.month) use.setMonth(monthOf(to));
  };
  const house = use.house;
  if (!house) return null;
  /* who is on duty now is what is asked: after midnight that is the night of the day before (the months beside are loaded, too) */
  const day = picked ?? shiftAt(now, house.system).day;
  const mine = use.me === '' ? undefined : nextDuty({ book: use.saved, rooms: use.rooms }, house.system, use.me, now);
  return (
    <>
      <div className="an-roster-step">
        <Button variant="default" aria-label={w('day.before')} onClick={() => go(addDays(day, -1))}><Icon name="back" /></Button>
        <h2 aria-live="polite">{w('day.title', { day: dayWord(day, w) })}</h2>
        <Button variant="default" aria-label={w('day.after')} onClick={() => go(addDays(day, 1))}><Icon name="next" /></Button>
        {day !== use.today && <Button variant="default" onClick={() => go(use.today)}>{w('day.today')}</Button>}
      </div>
      {use.me !== '' && use.month === monthOf(use.today) && (
        <p className="an-roster-yours"><Icon name="clock" />{mine
          ? w('day.yours', { duty: w(`code.${mine.code}`), day: dayWord(mine.day, w), from: wardClock(mine.start), until: wardClock(mine.end) }) : w('day.yoursNone')}</p>
      )}
      {[...house.wards].sort((a, b) => Number(b.id === use.ward) - Number(a.id === use.ward)).map((x) => (
        <section key={x.id} className="an-card an-roster-day" aria-label={x.name}>
          <h3>{x.name}</h3>
          <Ward use={use} ward={x.id} day={day} now={now} onGive={(shift) => setGiving({ ward: x.id, day, shift })} />
        </section>
      ))}
      {giving && <RoomsDialog use={use} giving={giving} onClose={() => setGiving(undefined)} />}
    </>
  );
}

function Ward({ use, ward, day, now, onGive }: { use: UseRoster; ward: string; day: string; now: number; onGive: (shift: ShiftName) => void }) {
  const w = useRosterWords();
  const house = use.house;
  const there = thereOn(use, ward, day);
  if (!house) return null;
  const shown: DutyCode[] = [...SYSTEMS[house.system.name].codes];
  for (const c of there.flatMap((x) => x.codes)) if (!isAbsent(c) && !shown.includes(c)) shown.push(c);
  const absent = there.filter((x) => x.codes.some(isAbsent)).map((x) => `${use.nameOf(x.person)} (${w(`code.${x.codes[0] as DutyCode}`)})`);
  return (
    <dl className="an-roster-shifts">
      {shown.map((code) => {
        const on = there.filter((x) => x.codes.includes(code));
        const at = spanOf(code, day, house.system);
        const runs = now >= at.start && now < at.end;
        const isShift = code !== 'office';
        return (
          <div key={code} className={runs && isShift ? 'an-roster-runs' : ''}>
            <dt><b>{w(`code.${code}`)}</b> <span className="an-number an-dim">{wardClock(at.start)}–{wardClock(at.end)}</span>{runs && isShift && <span className="an-mark">{w('day.now')}</span>}</dt>
            <dd>
              {on.length === 0 ? <span className="an-dim">{w('day.nobody')}</span> : <ul>{on.map((x) => <li key={x.person}><Name use={use} ward={ward} day={day} person={x.person} code={code} /></li>)}</ul>}
              {use.may && isShift && on.length > 0 && <Button variant="default" onClick={() => onGive(code as ShiftName)} aria-label={w('rooms.of', { duty: w(`code.${code}`), day: dayWord(day, w) })}>{w('rooms')}</Button>}
            </dd>
          </div>
        );
      })}
      {absent.length > 0 && <div><dt /><dd className="an-dim">{w('day.absent', { names: absent.join(', ') })}</dd></div>}
    </dl>
  );
}

function Name({ use, ward, day, person, code }: { use: UseRoster; ward: string; day: string; person: string; code: DutyCode }) {
  const w = useRosterWords();
  const { t } = useI18n();
  const role = use.house?.people.find((p) => p.id === person)?.role ?? '';
  const n = (use.rooms.get(roomKey({ ward, person, day }, code as ShiftName)) ?? []).length;
  return (
    <>
      <span className="an-person-name">{use.nameOf(person)}</span>{person === use.me && ` (${w('you')})`}
      {role !== '' && <span className="an-dim"> · {t(`role.${role}` as MessageKey)}</span>}
      {n > 0 && <span className="an-dim"> · {w('rooms.has', { rooms: n })}</span>}
    </>
  );
}
