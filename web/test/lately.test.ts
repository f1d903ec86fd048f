/* What a board said last is there for who heard it, while the server cannot be heard, and for nobody else. */

import { beforeEach, describe, expect, it, vi } from 'vitest';

let owner = 'thu';
vi.mock('../src/access/here', () => ({ session: { door: { owner: () => owner } } }));

import { FhirError } from '../src/fhir/client';
import { boardLately, hereOrLately, keepBoard, rememberBoard } from '../src/place/lately';

const gone = new FhirError('offline');

describe('boards last heard of', () => {
  beforeEach(() => { owner = 'thu'; keepBoard('a', { n: 1 }, 100); });
  it('are given while the line is down or the server cannot, with their hour', () => {
    expect([gone, new FhirError('timeout'), new FhirError('busy', 503)].map((e) => boardLately('a', e))).toEqual(Array(3).fill({ board: { n: 1 }, at: 100 }));
  });
  it('are not given where the server said no, nor of another place', () => {
    expect([boardLately('a', new FhirError('forbidden', 403)), boardLately('a', new FhirError('missing', 404)), boardLately('b', gone)]).toEqual([undefined, undefined, undefined]);
  });
  it('are gone with the account, also when it comes back', () => {
    rememberBoard({ id: 'w', name: 'Khoa' }, [{ id: 'p', name: 'Lan', bed: '1', encounter: '' }]);
    owner = 'minh';
    expect(boardLately('a', gone)).toBeUndefined();
    owner = 'thu';
    expect(boardLately('a', gone)).toBeUndefined();
    return expect(hereOrLately('p', () => Promise.reject(gone))).rejects.toBe(gone);
  });
  it('are eight, and the one not heard for longest goes', () => {
    for (const path of ['b', 'c', 'd', 'e', 'f', 'g', 'h']) keepBoard(path, {}, 1);
    keepBoard('a', { n: 2 }, 200);
    keepBoard('i', {}, 1);
    expect([boardLately('a', gone)?.at, boardLately('b', gone), boardLately('i', gone)?.at]).toEqual([200, undefined, 1]);
  });
});
