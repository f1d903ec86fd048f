import { describe, expect, it } from 'vitest';
import type { FhirClient } from '../src/fhir/client';
import { completeMe, missesIn, onlyWards } from '../src/access/me';
import { loadWard } from '../src/place/ward';

/* Who lives in a ward lies in a bed of a room, in a room without a bed (an import puts people there whose bed is taken), or only in the ward. */
describe('what an account does not see of a ward', () => {
  const nurse = (wards: string[], auth = 'on') => completeMe({ auth: auth as 'on', roles: [{ role: 'nurse', wards: wards.map((w) => ({ reference: `Location/${w}`, name: w })) }] });
  it('is asked for where the ward is none of its own, and nowhere else', () => {
    expect([missesIn(nurse(['a']), 'b'), missesIn(nurse(['a', 'b']), 'b'), missesIn(nurse([]), 'b'), missesIn(nurse(['a'], 'off'), 'b'), missesIn(undefined, 'b')]).toEqual([true, false, false, false, false]);
  });
});

describe('whose care an account sees', () => {
  const of = (...roles: [string, string[]][]) => onlyWards(completeMe({ auth: 'on', roles: roles.map(([role, wards]) => ({ role, wards: wards.map((w) => ({ reference: `Location/${w}`, name: w })) })) })).map((w) => w.name);
  it('is that of its wards where every role of it is of wards: a doctor sees the house, whatever ward stands there', () => {
    expect([of(['nurse', ['a']]), of(['nurse', ['a']], ['carer', ['b']]), of(['doctor', ['a']]), of(['nurse', ['a']], ['doctor', ['a']]), of(['nurse', []])]).toEqual([['a'], ['a', 'b'], [], [], []]);
  });
});

describe('who lies in a ward', () => {
  const place = (id: string, code: string, partOf?: string) => ({ resourceType: 'Location', id, name: id, physicalType: { coding: [{ code }] }, ...(partOf ? { partOf: { reference: `Location/${partOf}` } } : {}) });
  const places = [place('w', 'wa'), place('r', 'ro', 'w'), place('b', 'bd', 'r')];
  const stay = (id: string, at: string) => ({ resourceType: 'Encounter', id, status: 'in-progress', subject: { reference: `Patient/${id}` }, location: [{ location: { reference: `Location/${at}` }, status: 'active' }] });
  const found: Record<string, unknown[]> = { 'location.partof.partof': [stay('1', 'b')], 'location.partof': [stay('2', 'r'), stay('1', 'b')], location: [stay('3', 'w')] };
  const client = {
    misses: (ward: string) => ward === 'x',
    operation: () => Promise.resolve({ resource: { resourceType: 'Parameters', parameter: [{ name: 'patient', valueReference: { reference: 'Patient/2', display: 'Hai' } }, { name: 'all', valueBoolean: false }] } }),
    search: (type: string, params: Record<string, string>) => {
      if (type === 'Location') return Promise.resolve({ items: [places[0]], included: places.slice(1), next: undefined });
      const items = found[Object.keys(params).find((k) => k in found) ?? ''] ?? [];
      return Promise.resolve({ items, included: items.map((s) => ({ resourceType: 'Patient', id: (s as { id: string }).id })), next: undefined });
    },
  } as unknown as FhirClient;
  it('whose care is not seen stands on no list of what is due', async () => {
    places.push(place('x', 'wa'), place('rx', 'ro', 'x'));
    found.location = [stay('2', 'rx'), stay('3', 'rx')];
    expect((await loadWard(client, 'x')).residents.map((r) => r.id)).toEqual(['3']);
    found.location = [stay('3', 'w')];
    places.splice(3);
  });
  it('is everybody once, with or without a bed', async () => {
    const { residents } = await loadWard(client, 'w');
    expect(residents.map((r) => [r.id, r.room, r.bed]).sort()).toEqual([['1', 'r', 'b'], ['2', '', 'r'], ['3', '', 'w']]);
  });
});
