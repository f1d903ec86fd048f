/* A house at work changes: another ward, more rooms, a bed more in a room, another name, a bed that is used no more. Nothing is deleted: somebody
 * lay there once. What is made carries a name of this sitting, so that sending twice makes it once. */

import { bedForm, roomForm } from '../books/places';
import { idOf } from '../drugs/forms';
import type { Bundle, BundleEntry, Resource } from '../fhir/types';
import { byPlace } from '../place/ward';
import type { BedLine, Beds } from '../stay/beds';
import { isKind, type Bed } from '../stay/forms';
import { newPlace, roomsOf, SITTING, type WardDraft } from './plan';
import { uuid4 } from '../vitals/uuid';

export interface BedNow { place: Bed; holder: BedLine | undefined; isOpen: boolean }
export interface RoomNow { place: Bed; beds: BedNow[] }
export interface WardNow { place: Bed; rooms: RoomNow[]; loose: BedNow[] }

const isOpenPlace = (p: Bed): boolean => (p.status ?? 'active') === 'active';

/* Wards with their rooms and beds, as people count; beds that are used no more stand last. */
export function houseOf(beds: Beds): WardNow[] {
  const all = [...beds.places.values()].sort((a, b) => Number(isOpenPlace(b)) - Number(isOpenPlace(a)) || byPlace.compare(a.name ?? '', b.name ?? ''));
  const inside = (at: Bed, kind: string): Bed[] => all.filter((p) => isKind(p, kind) && idOf(p.partOf) === at.id);
  const lines = new Map(beds.list.map((b) => [b.id, b]));
  const bedNow = (place: Bed): BedNow => {
    const line = lines.get(place.id ?? '');
    return { place, holder: line?.holder === undefined ? undefined : line, isOpen: isOpenPlace(place) };
  };
  return all.filter((p) => isKind(p, 'wa') && isOpenPlace(p)).map((place) => ({
    place, rooms: inside(place, 'ro').filter(isOpenPlace).map((room) => ({ place: room, beds: inside(room, 'bd').map(bedNow) })), loose: inside(place, 'bd').map(bedNow),
  }));
}

/* "P.101-G4" after "P.101-G3"; 4 where beds are 1, 2, 3. A number that was used, also by a bed that is closed, is not given again. */
export function nextBed(room: RoomNow): string {
  const names = room.beds.map((b) => b.place.name ?? '');
  const last = [...names].sort(byPlace.compare).at(-1);
  const shape = /^(.*?)(\d+)$/.exec(last ?? '');
  if (!shape) return `${room.place.name ?? ''}-G${names.length + 1}`;
  const [, before = ''] = shape;
  const most = Math.max(...names.map((n) => (n.startsWith(before) && /^\d+$/.test(n.slice(before.length)) ? Number(n.slice(before.length)) : 0)));
  return `${before}${most + 1}`;
}

export type ChangeTrouble = 'ward' | 'sameWard' | 'rooms' | 'sameRoom' | 'bed' | 'sameBed' | 'room';

/* A ward and the rooms of it, or rooms of a ward that is there (`into`). Two rooms of one number are refused across the house: papers say the number alone. */
export function troubleOfRooms(draft: WardDraft, house: WardNow[], into: WardNow | undefined): ChangeTrouble | undefined {
  const name = draft.name.trim();
  if (!into && name === '') return 'ward';
  if (!into && house.some((w) => (w.place.name ?? '').trim() === name)) return 'sameWard';
  const plan = roomsOf(draft);
  if (plan.length === 0) return 'rooms';
  const there = new Set(house.flatMap((w) => w.rooms.map((r) => roomForm(r.place.name ?? ''))));
  return plan.some((r) => there.has(roomForm(r.name))) ? 'sameRoom' : undefined;
}

/* A new name for a ward, a room or a bed; the bed of a room is told from its others. */
export function troubleOfName(text: string, at: Bed, house: WardNow[]): ChangeTrouble | undefined {
  const name = text.trim();
  const others = (list: Bed[]): Bed[] => list.filter((p) => p.id !== at.id);
  if (isKind(at, 'wa')) return name === '' ? 'ward' : others(house.map((w) => w.place)).some((p) => (p.name ?? '').trim() === name) ? 'sameWard' : undefined;
  if (isKind(at, 'ro')) return name === '' ? 'room' : others(house.flatMap((w) => w.rooms.map((r) => r.place))).some((p) => roomForm(p.name ?? '') === roomForm(name)) ? 'sameRoom' : undefined;
  const room = house.flatMap((w) => w.rooms).find((r) => r.place.id === idOf(at.partOf));
  return troubleOfBed(name, room, at.id);
}
export function troubleOfBed(text: string, room: RoomNow | undefined, own?: string): ChangeTrouble | undefined {
  if (text.trim() === '') return 'bed';
  const form = (bed: string): string => bedForm(room?.place.name ?? '', bed);
  return (room?.beds ?? []).some((b) => b.place.id !== own && form(b.place.name ?? '') === form(text)) ? 'sameBed' : undefined;
}

const transaction = (entry: BundleEntry[]): Bundle => ({ resourceType: 'Bundle', type: 'transaction', entry });

export function roomsBundle(id: string, draft: WardDraft, facility: string, into: WardNow | undefined): Bundle {
  const entry: BundleEntry[] = [];
  const add = (key: string, name: string, code: 'wa' | 'ro' | 'bd', partOf?: { reference: string }): { reference: string } => {
    const fullUrl = `urn:uuid:${uuid4()}`;
    const value = `${id}/${key}`;
    entry.push({
      fullUrl, resource: { ...newPlace(name, code, { reference: `Organization/${facility}` }, partOf), identifier: [{ system: SITTING, value }] } as unknown as Resource,
      request: { method: 'POST', url: 'Location', ifNoneExist: `identifier=${SITTING}|${value}` },
    });
    return { reference: fullUrl };
  };
  const ward = into ? { reference: `Location/${into.place.id ?? ''}` } : add('ward', draft.name.trim(), 'wa');
  for (const room of roomsOf(draft)) {
    const inside = add(room.name, room.name, 'ro', ward);
    for (const bed of room.beds) add(`${room.name}/${bed}`, bed, 'bd', inside);
  }
  return transaction(entry);
}

export const bedResource = (id: string, name: string, room: RoomNow, facility: string): Resource => ({
  ...newPlace(name.trim(), 'bd', { reference: `Organization/${facility}` }, { reference: `Location/${room.place.id ?? ''}` }), identifier: [{ system: SITTING, value: id }],
}) as unknown as Resource;
