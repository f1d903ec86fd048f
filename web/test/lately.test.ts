/* What was heard last of a ward is there for who heard it, while the server cannot be heard, and for nobody else. */

import { beforeEach, describe, expect, it, vi } from 'vitest';

let owner = 'thu';
vi.mock('../src/access/here', () => ({ session: { door: { owner: () => owner } } }));

import { FhirError } from '../src/fhir/client';
import { heardLately, hereOrLately, keepHeard, rememberBoard } from '../src/place/lately';

const gone = new FhirError('offline');
const at = Date.now() - 100;

describe('what was last heard', () => {
  beforeEach(() => { owner = 'thu'; keepHeard('a', { n: 1 }, at); });
  it('are given while the line is down or the server cannot, with their hour', () => {
    expect([gone, new FhirError('timeout'), new FhirError('busy', 503)].map((e) => heardLately('a', e))).toEqual(Array(3).fill({ what: { n: 1 }, at }));
  });
  it('are not given where the server said no, nor of another place', () => {
    expect([heardLately('a', new FhirError('forbidden', 403)), heardLately('a', new FhirError('missing', 404)), heardLately('b', gone)]).toEqual([undefined, undefined, undefined]);
  });
  it('are gone with the account, also when it comes back', () => {
    rememberBoard({ id: 'w', name: 'Khoa' }, [{ id: 'p', name: 'Lan', bed: '1', encounter: '' }]);
    owner = 'minh';
    expect(heardLately('a', gone)).toBeUndefined();
    owner = 'thu';
    expect(heardLately('a', gone)).toBeUndefined();
    return expect(hereOrLately('p', () => Promise.reject(gone))).rejects.toBe(gone);
  });
  it('are four of eight wards, and the one not heard for longest goes', () => {
    for (let n = 1; n < 32; n += 1) keepHeard(`b${n}`, {}, 1 + Date.now());
    keepHeard('a', { n: 2 }, Date.now());
    keepHeard('i', {}, Date.now());
    expect([heardLately('a', gone)?.what, heardLately('b1', gone), heardLately('b2', gone)?.what, heardLately('i', gone)?.what]).toEqual([{ n: 2 }, undefined, {}, {}]);
  });
  it('are not given when they are of the shift before', () => {
    keepHeard('a', { n: 1 }, Date.now() - 12 * 3_600_000 + 60_000);
    keepHeard('b', { n: 1 }, Date.now() - 12 * 3_600_000 - 1);
    expect([heardLately('a', gone)?.what, heardLately('b', gone)]).toEqual([{ n: 1 }, undefined]);
  });
});
