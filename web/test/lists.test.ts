import { describe, expect, it } from 'vitest';
import { FhirClient, FhirError } from '../src/fhir/client';
import { ask, changesNothing, dataOf, importOf, listProblem, listsOf, planOf, undoOf, type Answer } from '../src/lists/lists';

const LISTS: Answer = {
  resourceType: 'Parameters',
  parameter: [
    { name: 'list', part: [
      { name: 'kind', valueCode: 'icd10' }, { name: 'source', valueString: 'QĐ 4469' },
      { name: 'edition', part: [{ name: 'id', valueId: 'vn-icd10' }, { name: 'version', valueString: '1' }, { name: 'to', valueDate: '2026-06-30' }, { name: 'codes', valueInteger: 12 }, { name: 'written', valueInstant: '2026-11-22T01:02:03Z' }] },
      { name: 'import', part: [{ name: 'at', valueInstant: '2026-11-22T01:02:03Z' }, { name: 'by', valueString: 'Giám đốc' }, { name: 'codes', valueInteger: 12 }] },
    ] },
    { name: 'list', part: [{ name: 'kind', valueCode: 'planets' }] },
  ],
};
const PLAN: Answer = {
  resourceType: 'Parameters',
  parameter: [
    { name: 'kind', valueCode: 'wards' }, { name: 'edition', valueString: '2026' }, { name: 'from', valueDate: '2026-07-01' }, { name: 'written', valueBoolean: false },
    { name: 'codes', valueInteger: 3 }, { name: 'same', valueInteger: 1 }, { name: 'new', valueInteger: 1 }, { name: 'renamed', valueInteger: 1 }, { name: 'gone', valueInteger: 0 },
    { name: 'change', part: [{ name: 'what', valueCode: 'renamed' }, { name: 'code', valueString: '01' }, { name: 'name', valueString: 'Mới' }, { name: 'before', valueString: 'Cũ' }] },
    { name: 'refused', valueInteger: 1 },
    { name: 'refusal', part: [{ name: 'line', valueInteger: 5 }, { name: 'cell', valueString: 'A5' }, { name: 'why', valueCode: 'twice' }, { name: 'before', valueInteger: 2 }] },
  ],
};

describe('official lists', () => {
  it('are read with their editions and imports; a kind that the page does not know is left out', () => {
    expect(listsOf(LISTS)).toEqual([{
      kind: 'icd10', source: 'QĐ 4469', editions: [{ id: 'vn-icd10', version: '1', from: undefined, to: '2026-06-30', codes: 12, written: '2026-11-22T01:02:03Z' }],
      imports: [{ at: '2026-11-22T01:02:03Z', by: 'Giám đốc', edition: '', codes: 12 }],
    }]);
    expect(listsOf({ resourceType: 'Parameters' })).toEqual([]);
  });
  it('differ as the server says, with the cell of what is refused', () => {
    const plan = planOf(PLAN);
    expect(plan).toMatchObject({ kind: 'wards', edition: '2026', from: '2026-07-01', to: undefined, written: false, codes: 3, same: 1, counts: { new: 1, renamed: 1, gone: 0 }, refused: 1, editions: [] });
    expect(plan.changes.renamed).toEqual([{ code: '01', name: 'Mới', before: 'Cũ' }]);
    expect(plan.refusals).toEqual([{ line: 5, cell: 'A5', why: 'twice', before: 2 }]);
    expect([changesNothing(plan), changesNothing({ ...plan, counts: { new: 0, renamed: 0, gone: 0 } })]).toEqual([false, true]);
  });
  it('name the editions that an undo puts back or takes away', () => {
    const resource = (id: string, goes: boolean) => ({ name: 'resource', part: [{ name: 'id', valueString: id }, { name: 'goes', valueBoolean: goes }] });
    const undo: Answer = { resourceType: 'Parameters', parameter: [resource('CodeSystem/vn-icd10', false), resource('CodeSystem/vn-icd10-2026', true), resource('ValueSet/vn-icd10', false)] };
    expect(planOf(undo).editions).toEqual([{ id: 'vn-icd10', goes: false }, { id: 'vn-icd10-2026', goes: true }]);
  });
  it('are sent as bytes, with an edition and a day only when they were given', async () => {
    const data = await dataOf(new Blob([new Uint8Array([0xef, 0xbb, 0xbf, 0xff, 0x41])]));
    expect(data).toBe('77u//0E=');
    const names = (a: Answer): string[] => (a.parameter ?? []).map((p) => p.name);
    expect(names(importOf({ kind: 'icd10', data, edition: ' ', from: '' }, false, true))).toEqual(['kind', 'file', 'leaveOut', 'dryRun']);
    const whole = importOf({ kind: 'icd10', data, edition: ' 2026 ', from: '2026-07-01' }, true, false);
    expect(whole.parameter?.slice(2)).toEqual([{ name: 'edition', valueString: '2026' }, { name: 'fromDate', valueDate: '2026-07-01' }, { name: 'leaveOut', valueBoolean: true }, { name: 'dryRun', valueBoolean: false }]);
    expect(undoOf('wards', true).parameter).toEqual([{ name: 'kind', valueCode: 'wards' }, { name: 'dryRun', valueBoolean: true }]);
  });
  it('that are refused say why by a code of the server, which the page knows in its own words', async () => {
    const refuse = (status: number, body: unknown): FhirClient => new FhirClient({ fetch: () => Promise.resolve(new Response(JSON.stringify(body), { status })) });
    const outcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'value', details: { coding: [{ system: 'urn:ansinh:list-refusal', code: 'other-edition' }] }, diagnostics: 'x' }] };
    const error = await ask(refuse(400, outcome), 'list-import', undoOf('icd10', true)).catch((e: unknown) => e);
    expect([error instanceof FhirError, listProblem(error)]).toEqual([true, 'other-edition']);
    const big = await ask(refuse(413, { resourceType: 'OperationOutcome', issue: [] }), 'list-import', undoOf('icd10', true)).catch((e: unknown) => e);
    expect([listProblem(big), listProblem(new FhirError('offline'))]).toEqual(['large', undefined]);
  });
});
