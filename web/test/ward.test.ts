import { describe, expect, it } from 'vitest';
import type { FhirClient } from '../src/fhir/client';
import { loadWard } from '../src/place/ward';

/* Who lives in a ward lies in a bed of a room, in a room without a bed (an import puts people there whose bed is taken), or only in the ward. */
describe('who lies in a ward', () => {
  const place = (id: string, code: string, partOf?: string) => ({ resourceType: 'Location', id, name: id, physicalType: { coding: [{ code }] }, ...(partOf ? { partOf: { reference: `Location/${partOf}` } } : {}) });
  const places = [place('w', 'wa'), place('r', 'ro', 'w'), place('b', 'bd', 'r')];
  const stay = (id: string, at: string) => ({ resourceType: 'Encounter', id, status: 'in-progress', subject: { reference: `Patient/${id}` }, location: [{ location: { reference: `Location/${at}` }, status: 'active' }] });
  const found: Record<string, unknown[]> = { 'location.partof.partof': [stay('1', 'b')], 'location.partof': [stay('2', 'r'), stay('1', 'b')], location: [stay('3', 'w')] };
  const client = {
    search: (type: string, params: Record<string, string>) => {
      if (type === 'Location') return Promise.resolve({ items: [places[0]], included: places.slice(1), next: undefined });
      const items = found[Object.keys(params).find((k) => k in found) ?? ''] ?? [];
      return Promise.resolve({ items, included: items.map((s) => ({ resourceType: 'Patient', id: (s as { id: string }).id })), next: undefined });
    },
  } as unknown as FhirClient;
  it('is everybody once, with or without a bed', async () => {
    const { residents } = await loadWard(client, 'w');
    expect(residents.map((r) => [r.id, r.room, r.bed]).sort()).toEqual([['1', 'r', 'b'], ['2', '', 'r'], ['3', '', 'w']]);
  });
});
