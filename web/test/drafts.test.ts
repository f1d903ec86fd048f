import { describe, expect, it } from 'vitest';
import { draftsOf, type DraftStorage } from '../src/access/drafts';
import { readTyped } from '../src/access/typed';

function storage(): DraftStorage {
  const all = new Map<string, string>();
  return {
    get length() { return all.size; },
    key: (i) => [...all.keys()][i] ?? null,
    getItem: (k) => all.get(k) ?? null,
    setItem: (k, v) => { all.set(k, v); },
    removeItem: (k) => { all.delete(k); },
  };
}

describe('drafts', () => {
  it('are found by the one who typed them, and by nobody else', () => {
    const s = storage();
    const [a, b, off] = ['a', 'a/b', ''].map((owner) => draftsOf(owner, () => s));
    a?.keep('vitals', 'p/1', 'of a');
    b?.keep('vitals', 'p/1', 'of b');
    expect([a?.get('vitals', 'p/1'), b?.get('vitals', 'p/1'), off?.get('vitals', 'p/1')]).toEqual(['of a', 'of b', null]);
    a?.keep('round', 'p', 'x');
    expect([a?.count(), a?.count('vitals'), b?.count(), off?.count()]).toEqual([2, 1, 1, 0]);
    a?.keep('round', 'p', undefined);
    expect(a?.count()).toBe(1);
  });

  it('go with their owner, and only his', () => {
    const s = storage();
    const [a, b] = ['a', 'b'].map((owner) => draftsOf(owner, () => s));
    a?.keep('vitals', '1', 'x');
    b?.keep('vitals', '1', 'y');
    a?.forget();
    expect([a?.count(), b?.count()]).toEqual([0, 1]);
  });

  it('are no trouble when there is no storage', () => {
    const none = draftsOf('a', () => { throw new Error('switched off'); });
    none.keep('vitals', '1', 'x');
    expect([none.get('vitals', '1'), none.count()]).toEqual([null, 0]);
  });
});

describe('a form that is taken up again', () => {
  const fresh = { at: 'now', words: '', sure: '' };
  it('has what was typed, and what is new in it empty', () => {
    expect(readTyped('{"at":"03:05","words":"ngừng thở"}', fresh)).toEqual({ at: '03:05', words: 'ngừng thở', sure: '' });
    expect(readTyped('{"words":"x","gone":1}', fresh)).toEqual({ at: 'now', words: 'x', sure: '' });
  });
  it('is a new one where nothing, or nothing that can be read, was kept', () => {
    for (const text of [null, '', '{', '[]', 'null', '1', '"x"']) expect(readTyped(text, fresh), String(text)).toBeUndefined();
  });
});
