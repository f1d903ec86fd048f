import { describe, expect, it } from 'vitest';
import type { Patient } from '../src/fhir/types';
import { PHOTO_CATALOGUES } from '../src/i18n/photos';
import { newItem } from '../src/outbox/item';
import { faceOf, isFull, isOf, mediaOf, MOST_KEPT, sourceOf, takeOne, withFace, withoutPicture, withPicture, type Media, type Picture } from '../src/photos/photo';
import { base64, FACE, fitted, PICTURE } from '../src/ui/image';

const AT = Date.parse('2026-11-20T08:00:00+07:00');
const about = { patient: 'p', stay: 'e', of: 'wound' as const, focus: 'Condition/c', me: { reference: 'Practitioner/a', display: 'A' }, at: AT, id: 'i' };

describe('made small', () => {
  it.each([[4000, 3000, 1280, 960], [3000, 4000, 960, 1280], [800, 600, 800, 600], [5000, 1, 1280, 1], [0, 0, 1, 1]])('%i x %i becomes %i x %i', (w, h, x, y) => expect(fitted(w, h, PICTURE.longest)).toEqual([x, y]));
  it('a face is smaller still, and within what the server takes', () => {
    expect(fitted(3000, 2000, FACE.longest)).toEqual([320, 213]);
    expect(Math.ceil(FACE.most / 3) * 4).toBeLessThanOrEqual(64 * 1024);
    expect(Math.ceil(PICTURE.most / 3) * 4).toBeLessThanOrEqual(1400 * 1024);
  });
  it('writes bytes as base64', () => expect(base64(new Uint8Array([0, 255, 16]))).toBe('AP8Q'));
});

describe('a photo of a wound', () => {
  const wanted = mediaOf({ data: 'AAAA', type: 'image/jpeg' }, about);
  it('is about its person and its wound', () => {
    const m = wanted.resource as unknown as Media;
    expect(m).toMatchObject({ status: 'completed', subject: { reference: 'Patient/p' }, encounter: { reference: 'Encounter/e' }, partOf: [{ reference: 'Condition/c' }], operator: { reference: 'Practitioner/a' } });
    expect([isOf(m, 'Condition/c'), isOf(m, 'Condition/d'), isOf({ ...m, status: 'entered-in-error' }, 'Condition/c')]).toEqual([true, false, false]);
  });
  it('taken with an incident counts as well, and so do those that are held', () => {
    const photo = mediaOf({ data: 'A'.repeat(MOST_KEPT - 10), type: 'image/jpeg' }, about);
    const act = newItem({ id: 'i', at: 0, resource: { resourceType: 'AdverseEvent' }, parts: [{ id: 'i', resource: { resourceType: 'AdverseEvent' }, only: '', stay: '', patient: 'p' }, { id: 'm', resource: photo.resource, only: '', stay: '', patient: 'p' }] });
    expect([isFull([act], 'A'.repeat(10)), isFull([act], 'A'.repeat(11)), isFull([act], 'AAAA', [{ data: 'A'.repeat(7), type: 'image/jpeg' }])]).toEqual([false, true, true]);
  });
  it('is not kept without end', () => {
    const item = newItem(mediaOf({ data: 'A'.repeat(MOST_KEPT - 10), type: 'image/jpeg' }, about));
    expect([isFull([], 'AAAA'), isFull([item], 'A'.repeat(10)), isFull([item], 'A'.repeat(11))]).toEqual([false, false, true]);
  });
});

describe('taken beside a report', () => {
  const picture = (data: string): Picture => ({ data, type: 'image/jpeg' });
  it('two that are made at once are both held, and one dropped meanwhile stays dropped', async () => {
    const first = picture('A');
    let held = [first];
    const later: ((p: Picture) => void)[] = [];
    const take = () => takeOne<string>(() => new Promise((done) => { later.push(done); }), { busy: () => undefined, keep: (made) => { held = withPicture(made)(held); return undefined; } });
    const both = [take(), take()];
    held = withoutPicture(first)(held);
    later[1]?.(picture('C'));
    later[0]?.(picture('B'));
    await Promise.all(both);
    expect(held.map((p) => p.data).sort()).toEqual(['B', 'C']);
  });
  it.each<[string, () => Promise<Picture | string>, string | undefined, string[]]>([
    ['kept', async () => picture('A'), undefined, ['busy', 'keep', 'free']], ['too much', async () => picture('full'), 'full', ['busy', 'keep', 'free']],
    ['no picture', async () => 'no-picture', 'no-picture', ['busy', 'free']],
  ])('is on its way until it is %s', async (_n, make, why, steps) => {
    const did: string[] = [];
    expect(await takeOne<string>(make, { busy: (on) => { did.push(on ? 'busy' : 'free'); }, keep: (made) => { did.push('keep'); return made.data === 'full' ? 'full' : undefined; } })).toBe(why);
    expect(did).toEqual(steps);
  });
  it('and no longer when it failed', async () => {
    const did: boolean[] = [];
    await expect(takeOne(() => Promise.reject(new Error('x')), { busy: (on) => { did.push(on); }, keep: () => undefined })).rejects.toThrow();
    expect(did).toEqual([true, false]);
  });
});

describe('a face', () => {
  const p: Patient = { resourceType: 'Patient', id: 'p' };
  it('replaces the one before, and can be taken away', () => {
    const one = withFace(p, { data: 'AAAA', type: 'image/jpeg' }, AT);
    expect(faceOf(one)).toBe('data:image/jpeg;base64,AAAA');
    expect(faceOf(withFace(one, { data: 'BBBB', type: 'image/png' }, AT))).toBe('data:image/png;base64,BBBB');
    expect(withFace(one, undefined, AT)).toEqual(p);
  });
  it('is shown only when it is a picture', () => {
    expect([sourceOf({ contentType: 'image/svg+xml', data: 'AAAA' }), sourceOf({ contentType: 'image/png', data: '"><script>' }), sourceOf({ contentType: 'image/png' }), sourceOf(undefined)]).toEqual([undefined, undefined, undefined, undefined]);
  });
});

it('both catalogues say the same things', () => expect(Object.keys(PHOTO_CATALOGUES.en).sort()).toEqual(Object.keys(PHOTO_CATALOGUES.vi).sort()));
