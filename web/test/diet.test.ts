/* Diets: one that stands, in the words every reader of it shares; a change ends the one before. */

import { describe, expect, it } from 'vitest';
import { dietBundle, dietOf, dietText, isFasting, isOrdinary, servedOf, LEAVES, ORDINARY, SHAPES, standingDiets, withShape, type Diet, type DietOrder } from '../src/diet/diet';
import { DIET_WORDS } from '../src/diet/words';

const ME = { reference: 'Practitioner/n1', display: 'Điều dưỡng An' };
const about = { patient: 'p1', stay: 'e1', me: ME, at: Date.parse('2026-11-24T08:00:00+07:00'), key: 'k1', words: DIET_WORDS };
const order = (more: Partial<DietOrder> = {}): DietOrder => ({ resourceType: 'NutritionOrder', id: 'o1', status: 'active', patient: { reference: 'Patient/p1' }, dateTime: '2026-11-20', meta: { versionId: '3' }, ...more });
const made = (d: Diet, before?: DietOrder): DietOrder[] => (dietBundle(d, before, about)?.entry ?? []).map((e) => e.resource as DietOrder);

describe('a diet', () => {
  it('whatever is chosen is read back as it was chosen', () => {
    for (const shape of ['', ...SHAPES] as const) {
      for (let bits = 0; bits < 2 ** LEAVES.length; bits += 1) {
        const d = withShape({ ...ORDINARY, leaves: LEAVES.filter((_l, i) => (bits >> i) % 2 === 1), note: bits % 3 === 0 ? 'đút từng thìa' : '' }, shape);
        const [o] = made(d);
        if (isOrdinary(d)) expect(o).toBeUndefined();
        else expect(dietOf(o, DIET_WORDS)).toEqual(d);
      }
    }
  });
  it('is written in one order of words, however it was tapped, so that the kitchen has one line for it', () => {
    const texts = [['salt', 'sugar'], ['sugar', 'salt']].map((leaves) => dietText(made({ shape: 'porridge', leaves: leaves as Diet['leaves'], note: '' })[0] as DietOrder));
    expect(texts).toEqual(['Cháo, Ăn kiêng đường, Ăn nhạt', 'Cháo, Ăn kiêng đường, Ăn nhạt']);
  });
  it('a change ends the one before, as it was read, in one transaction; ordinary food only ends it', () => {
    const bundle = dietBundle({ shape: 'soft', leaves: [], note: '' }, order(), about);
    expect(bundle?.entry?.map((e) => [e.request?.method, e.request?.ifMatch ?? e.request?.ifNoneExist, (e.resource as DietOrder).status]))
      .toEqual([['PUT', 'W/"3"', 'completed'], ['POST', 'identifier=urn:ietf:rfc:3986|urn:ansinh:entry:k1', 'active']]);
    expect(made(ORDINARY, order()).map((o) => o.status)).toEqual(['completed']);
    expect(dietBundle(ORDINARY, undefined, about)).toBeUndefined();
  });
  it('nothing by mouth leaves nothing out', () => {
    const [o] = made(withShape({ shape: '', leaves: ['sugar'], note: '' }, 'fasting'));
    expect([dietText(o as DietOrder), isFasting(o as DietOrder, DIET_WORDS)]).toEqual(['Nhịn ăn', true]);
  });
  it('of another program, in words alone: known where it says what we say, else kept as a note', () => {
    const o = order({ oralDiet: { type: [{ text: 'ăn kiêng đường' }, { text: 'Kiêng tôm' }], instruction: 'chia 5 bữa' } });
    expect(dietOf(o, DIET_WORDS)).toEqual({ shape: '', leaves: ['sugar'], note: 'Kiêng tôm. chia 5 bữa' });
    expect(isFasting(order({ oralDiet: { type: [{ text: 'Nhịn ăn' }] } }), DIET_WORDS)).toBe(true);
    expect(servedOf(order({ oralDiet: { type: [{ coding: [{ system: 'urn:ansinh:diet', code: 'fasting' }], text: 'NPO' }] } }), DIET_WORDS)).toEqual({ text: 'NPO', fasts: true });
    expect(servedOf(o, DIET_WORDS)).toEqual({ text: 'ăn kiêng đường, Kiêng tôm. chia 5 bữa', fasts: false });
  });
  it('of everybody the newest that stands', () => {
    const list = [order({ id: 'b', dateTime: '2026-11-22' }), order({ id: 'a' }), order({ id: 'c', dateTime: '2026-11-23', status: 'completed' }), order({ id: 'd', patient: { reference: 'Patient/p2' } })];
    for (const some of [list, [...list].reverse()]) expect([standingDiets(some).get('p1')?.id, standingDiets(some).get('p2')?.id]).toEqual(['b', 'd']);
  });
});
