import { describe, expect, it } from 'vitest';
import { troublesOf } from '../src/ui/health';

describe('what the machine of the server says', () => {
  it.each([
    [{ status: 'up', clock: 'right', disk: 'enough' }, []],
    [{ status: 'up' }, []],
    [{ clock: 'early' }, ['clock']],
    [{ clock: 'behind' }, ['clock']],
    [{ clock: 'ahead', disk: 'low' }, ['clock', 'disk']],
    [{ clock: 'some later word', disk: 'another' }, []],
    [null, []],
    ['<html>', []],
  ])('%j', (health, wanted) => {
    expect(troublesOf(health)).toEqual(wanted);
  });
});
