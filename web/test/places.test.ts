/* A house at work changes: what the next bed is called, and which names would make two of one. */

import { describe, expect, it } from 'vitest';
import type { BedLine, Beds } from '../src/stay/beds';
import type { Bed } from '../src/stay/forms';
import { houseOf, nextBed, roomsBundle, troubleOfBed, troubleOfName, troubleOfRooms } from '../src/setup/change';
import { newWard } from '../src/setup/plan';

const place = (id: string, kind: string, name: string, partOf = '', status = 'active'): Bed => ({
  resourceType: 'Location', id, name, status, physicalType: { coding: [{ code: kind }] }, ...(partOf !== '' && { partOf: { reference: `Location/${partOf}` } }),
});
const line = (id: string, holderName: string): BedLine => ({ id, name: '', room: '', ward: '', wardId: '', holder: 'p', holderName });
const house = (...places: Bed[]) => houseOf({ list: [line('b1', 'Lò Thị Á')], stays: [], people: new Map(), places: new Map(places.map((p) => [p.id ?? '', p])), cut: false } satisfies Beds);
const usual = () => house(
  place('w', 'wa', 'Khoa 1'), place('w2', 'wa', 'Khoa 2'), place('r2', 'ro', 'P.102', 'w'), place('r1', 'ro', 'P.101', 'w'), place('b1', 'bd', 'P.101-G1', 'r1'), place('b10', 'bd', 'P.101-G10', 'r1'),
  place('b2', 'bd', 'P.101-G2', 'r1', 'inactive'), place('old', 'ro', 'P.103', 'w', 'inactive'),
);

describe('a house at work', () => {
  it('is shown as people count, who lies where, what is used no more last', () => {
    const [first, second] = usual();
    expect([first?.place.name, second?.place.name, first?.rooms.map((r) => r.place.name)]).toEqual(['Khoa 1', 'Khoa 2', ['P.101', 'P.102']]);
    expect(first?.rooms[0]?.beds.map((b) => [b.place.name, b.isOpen, b.holder?.holderName])).toEqual([['P.101-G1', true, 'Lò Thị Á'], ['P.101-G10', true, undefined], ['P.101-G2', false, undefined]]);
  });
  it.each([
    [['P.101-G1', 'P.101-G10', 'P.101-G2'], 'P.101-G11'], [['1', '2', '3'], '4'], [['Giường 1'], 'Giường 2'], [[], 'P.7-G1'], [['Kê thêm'], 'P.7-G2'],
  ])('after %j comes %s', (names, next) => {
    const [ward] = house(place('w', 'wa', 'K'), place('r', 'ro', 'P.7', 'w'), ...names.map((n, i) => place(`x${i}`, 'bd', n, 'r')));
    expect(nextBed(ward?.rooms[0] as never)).toBe(next);
  });
  it('has no two wards, rooms or beds of one name, however they are written', () => {
    const all = usual();
    const draft = (name: string, rooms: string, beds: string, first: string) => ({ ...newWard(first), name, rooms, beds });
    expect([draft('Khoa 1', '1', '1', '301'), draft('', '1', '1', '301'), draft('Khoa 3', '2', '1', '100'), draft('Khoa 3', '', '1', '1'), draft('Khoa 3', '1', '1', '103')].map((d) => troubleOfRooms(d, all, undefined)))
      .toEqual(['sameWard', 'ward', 'sameRoom', 'rooms', undefined]);
    const room = all[0]?.rooms[0];
    expect(['Giường 1', 'G2', 'P.101-G3', ' '].map((n) => troubleOfBed(n, room))).toEqual(['sameBed', 'sameBed', undefined, 'bed']);
    expect(troubleOfName('P.101-G1', room?.beds[0]?.place as Bed, all)).toBeUndefined();
    expect([troubleOfName('101', all[0]?.rooms[1]?.place as Bed, all), troubleOfName('Khoa 2', all[0]?.place as Bed, all), troubleOfName('Khoa A', all[0]?.place as Bed, all)]).toEqual(['sameRoom', 'sameWard', undefined]);
  });
  it('sends its new rooms once', () => {
    const d = { ...newWard('201'), rooms: '2', beds: '2' };
    const [ward] = usual();
    const entries = roomsBundle('i', d, 'f', ward).entry ?? [];
    expect(entries.map((e) => (e.resource as { name?: string } | undefined)?.name)).toEqual(['P.201', 'P.201-G1', 'P.201-G2', 'P.202', 'P.202-G1', 'P.202-G2']);
    expect(JSON.stringify(entries[0]?.resource)).toContain('"partOf":{"reference":"Location/w"}');
    expect((roomsBundle('i', d, 'f', ward).entry ?? []).map((e) => e.request?.ifNoneExist)).toEqual(entries.map((e) => e.request?.ifNoneExist));
    expect(new Set(entries.map((e) => e.request?.ifNoneExist)).size).toBe(6);
    expect((roomsBundle('i', { ...d, name: 'Khoa 3' }, 'f', undefined).entry ?? []).length).toBe(7);
  });
});
