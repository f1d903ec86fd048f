/* Rooms given to those on a shift. */

import type { RoomChange } from './edit';
import type { RoomInfo } from './load';
import type { ShiftName } from './shifts';

/* The shift whose rooms are given: settled when it is begun, for the day on the page goes on with the clock. */
export interface Giving { ward: string; day: string; shift: ShiftName }

/* What is to be saved: whoever's rooms have become others. */
export function roomChanges(of: Giving, people: string[], before: (person: string) => string[], rooms: RoomInfo[], given: Map<string, string>): RoomChange[] {
  return people.map((person): RoomChange => ({ ...of, person, from: before(person), to: rooms.map((r) => r.id).filter((id) => given.get(id) === person) }))
    .filter((c) => [...c.from].sort().join() !== [...c.to].sort().join());
}

/* Room by room to whoever has the fewest people so far, the rooms kept in their order as far as that goes: the way a corridor is divided.
 * In: rooms in order. Out: the person of each room. */
export function divided(rooms: RoomInfo[], people: string[]): Map<string, string> {
  const given = new Map<string, string>();
  const total = rooms.reduce((n, r) => n + r.people, 0);
  if (people.length === 0) return given;
  let before = 0;
  for (const [i, room] of rooms.entries()) {
    const middle = before + room.people / 2;
    const share = total === 0 ? (i + 0.5) / rooms.length : middle / total;
    given.set(room.id, people[Math.min(people.length - 1, Math.floor(share * people.length))] as string);
    before += room.people;
  }
  return given;
}
