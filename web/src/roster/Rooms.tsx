/* Who looks after which rooms in one shift. A room of nobody's own is everybody's. */

import { Button, Skeleton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { server } from '../fhir/server';
import { useRosterWords } from '../i18n/roster';
import { Dialog } from '../ui/Dialog';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { cellOf, codesIn, roomKey } from './duty';
import { loadRooms } from './load';
import { divided, roomChanges, type Giving } from './rooms';
import type { UseRoster } from './useRoster';
import { dayWord } from './words';

export function RoomsDialog({ use, giving, onClose }: { use: UseRoster; giving: Giving; onClose: () => void }) {
  const { ward, day, shift } = giving;
  const w = useRosterWords();
  const load = useLoad(`rooms ${ward}`, (signal) => loadRooms(server, ward, signal));
  const people = [...use.saved].map(([key, value]) => ({ ...cellOf(key), codes: codesIn(value) }))
    .filter((c) => c.ward === ward && c.day === day && c.codes.includes(shift)).map((c) => c.person)
    .sort((a, b) => use.nameOf(a).localeCompare(use.nameOf(b), 'vi'));
  const before = (person: string): string[] => use.rooms.get(roomKey({ ward, person, day }, shift)) ?? [];
  const [given, setGiven] = useState<Map<string, string>>();
  const rooms = load.data;
  useEffect(() => {
    if (rooms) setGiven(new Map(people.flatMap((p) => before(p).map((room) => [room, p] as const))));
  }, [rooms]);
  const save = (): void => {
    use.giveRooms(roomChanges(giving, people, before, rooms ?? [], given ?? new Map()));
    onClose();
  };
  return (
    <Dialog title={w('rooms.of', { duty: w(`code.${shift}`), day: dayWord(day, w) })} onClose={onClose}>
      <div className="an-entries an-roster-form">
        <p className="an-dim">{w('rooms.lead')}</p>
        {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
        {!rooms && load.error === undefined && <Skeleton height={160} />}
        {rooms?.length === 0 && <p>{w('rooms.none')}</p>}
        {rooms && rooms.length > 0 && <div><Button variant="default" onClick={() => setGiven(divided(rooms, people))}>{w('rooms.even')}</Button></div>}
        {rooms?.map((r) => (
          <label key={r.id} className="an-roster-room">
            <span>{w('rooms.room', { room: r.name, n: r.people })}</span>
            <select className="an-select" value={given?.get(r.id) ?? ''} onChange={(e) => { const to = e.currentTarget.value; setGiven((all) => { const next = new Map(all); if (to === '') next.delete(r.id); else next.set(r.id, to); return next; }); }}>
              <option value="">{w('rooms.nobody')}</option>
              {people.map((p) => <option key={p} value={p}>{use.nameOf(p)}</option>)}
            </select>
          </label>
        ))}
        <div className="an-row">
          <Button disabled={!rooms || rooms.length === 0} onClick={save}>{w('rooms.save')}</Button>
          <Button variant="default" onClick={onClose}>{w('cancel')}</Button>
        </div>
      </div>
    </Dialog>
  );
}
