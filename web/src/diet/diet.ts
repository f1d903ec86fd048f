/* What somebody eats, as it was ordered: one NutritionOrder that stands, or ordinary food. One of the shapes food comes in, and what is left out of it;
 * a change ends the one before in the same transaction. Everything that serves, counts and prints meals reads the words of the order,
 * so that a diet of another program (text alone) counts like one of these. */

import type { Giver } from '../drugs/record';
import { idOf } from '../drugs/forms';
import { conceptText } from '../fhir/clinical';
import type { Bundle, CodeableConcept, Identifier, Reference, Resource } from '../fhir/types';
import { wardInstant } from '../fhir/zone';
import { foldText } from '../text';
import { identifierOf, onceOf } from '../visits/forms';

export const DIET_SYSTEM = 'urn:ansinh:diet';
export interface DietOrder extends Resource {
  resourceType: 'NutritionOrder'; identifier?: Identifier[]; status?: string; intent?: string; patient?: Reference; encounter?: Reference; dateTime?: string; orderer?: Reference;
  oralDiet?: { type?: CodeableConcept[]; instruction?: string };
}

/* in the order they are offered, and written: two people on the same diet stand in one line of the kitchen's list */
export const SHAPES = ['soft', 'porridge', 'pureed', 'milk', 'tube', 'fasting'] as const;
export const LEAVES = ['sugar', 'salt', 'protein', 'fat', 'vegetarian'] as const;
export type Shape = (typeof SHAPES)[number];
export type Leaves = (typeof LEAVES)[number];
/* shape '': ordinary food */
export interface Diet { shape: Shape | ''; leaves: Leaves[]; note: string }
export const ORDINARY: Diet = { shape: '', leaves: [], note: '' };
export const isOrdinary = (d: Diet): boolean => d.shape === '' && d.leaves.length === 0 && d.note.trim() === '';

export type DietWords = Record<Shape | Leaves, string>;

const isOf = (t: CodeableConcept, code: Shape | Leaves, words: DietWords): boolean =>
  (t.coding ?? []).some((c) => c.system === DIET_SYSTEM && c.code === code) || foldText(conceptText(t)) === foldText(words[code]);

/* As the form has it. What it has no field for stays in the note. */
export function dietOf(o: DietOrder | undefined, words: DietWords): Diet {
  const types = o?.oralDiet?.type ?? [];
  const other = types.filter((t) => ![...SHAPES, ...LEAVES].some((c) => isOf(t, c, words))).map(conceptText);
  return {
    shape: SHAPES.find((s) => types.some((t) => isOf(t, s, words))) ?? '', leaves: LEAVES.filter((l) => types.some((t) => isOf(t, l, words))),
    note: [...other, o?.oralDiet?.instruction ?? ''].filter((x) => x !== '').join('. '),
  };
}

/* Nothing is given by mouth: then nothing is left out of it either. */
export const withShape = (d: Diet, shape: Diet['shape']): Diet => ({ ...d, shape, leaves: shape === 'fasting' ? [] : d.leaves });

export interface DietAbout { patient: string; stay: string; me: Giver; at: number; key: string; words: DietWords }

/* before: what stands, as it was read. Nothing stands and ordinary food is wanted: nothing is to be written. */
export function dietBundle(d: Diet, before: DietOrder | undefined, a: DietAbout): Bundle | undefined {
  const codes: (Shape | Leaves)[] = [...(d.shape === '' ? [] : [d.shape]), ...LEAVES.filter((l) => d.leaves.includes(l))];
  const order: DietOrder = {
    resourceType: 'NutritionOrder', identifier: [identifierOf(a.key)], status: 'active', intent: 'order', patient: { reference: `Patient/${a.patient}` },
    ...(a.stay === '' ? {} : { encounter: { reference: `Encounter/${a.stay}` } }), dateTime: wardInstant(a.at),
    ...(a.me.reference === '' ? {} : { orderer: { reference: a.me.reference, display: a.me.display } }),
    oralDiet: { ...(codes.length > 0 ? { type: codes.map((code) => ({ coding: [{ system: DIET_SYSTEM, code }], text: a.words[code] })) } : {}), ...(d.note.trim() === '' ? {} : { instruction: d.note.trim() }) },
  };
  const entry = [
    ...(before ? [{ resource: { ...before, status: 'completed' } as DietOrder, request: { method: 'PUT' as const, url: `NutritionOrder/${before.id ?? ''}`, ifMatch: `W/"${before.meta?.versionId ?? ''}"` } }] : []),
    ...(isOrdinary(d) ? [] : [{ fullUrl: `urn:uuid:${a.key}`, resource: order, request: { method: 'POST' as const, url: 'NutritionOrder', ifNoneExist: onceOf(a.key) } }]),
  ];
  return entry.length === 0 ? undefined : { resourceType: 'Bundle', type: 'transaction', entry };
}

/* ---- reading ---- */

export const dietText = (o: DietOrder): string => (o.oralDiet?.type ?? []).map(conceptText).filter(Boolean).join(', ');
export const newestFirst = (orders: DietOrder[]): DietOrder[] => [...orders].sort((a, b) => ((a.dateTime ?? '') < (b.dateTime ?? '') ? 1 : -1));
/* For whoever serves: in words, with the note; '' is ordinary. */
export interface Served { text: string; fasts: boolean }
export const servedOf = (o: DietOrder, words: DietWords): Served => ({ text: [dietText(o), o.oralDiet?.instruction ?? ''].filter((x) => x !== '').join('. '), fasts: isFasting(o, words) });
/* Of everybody, the newest that stands. */
export function standingDiets(orders: DietOrder[]): Map<string, DietOrder> {
  return new Map([...newestFirst(orders)].reverse().filter((o) => o.status === 'active').map((o) => [idOf(o.patient), o]));
}
export const isFasting = (o: DietOrder, words: DietWords): boolean => (o.oralDiet?.type ?? []).some((t) => isOf(t, 'fasting', words));
