/* The R4 shapes of ward stock (docs/stock.md). A card (SupplyRequest) is one medicine in one ward; what comes and goes is a SupplyDelivery, a
 * dose a MedicationAdministration, and each carries the page of the card it stands on; a count is a List. The balance is the server's
 * ($stock) and is read here, never reckoned. */

import { Decimal, numberOf } from '../fhir/decimal';
import type { CodeableConcept, Identifier, Period, Quantity, Reference, Resource } from '../fhir/types';
import { instantOf, wardInstant } from '../fhir/zone';
import { CONTROLLED_URL, type Extension } from '../drugs/forms';
import type { Giver } from '../drugs/record';
import type { Entry } from '../outbox/item';
import { foldText } from '../text';

export const STOCK = 'urn:ansinh:stock';
export const PAGE_IN = 'urn:ansinh:stock:in';
export const PAGE_OUT = 'urn:ansinh:stock:out';
export const DOCUMENT = 'urn:ansinh:stock:document';
export const AMOUNT_URL = 'urn:ansinh:extension:amount';
export const EXPECTED_URL = 'urn:ansinh:extension:expected';
export const WITNESS_URL = 'urn:ansinh:extension:witness';
export const REASON_URL = 'urn:ansinh:extension:reason';

export const MOVES = ['receipt', 'return', 'waste', 'transfer'] as const;
export type MoveKind = (typeof MOVES)[number];

/* The month is that of UTC: the server reckons so, and nobody reads it. */
export const pageOf = (card: string, at: number): string => `${card}/${new Date(at).toISOString().slice(0, 7)}`;
export const medicineKey = (text: string): string => foldText(text).replace(/\s+/g, ' ').trim();

export interface StockExtension extends Extension { valueQuantity?: Quantity }
export interface CardResource extends Resource {
  resourceType: 'SupplyRequest'; status?: string; category?: CodeableConcept; itemCodeableConcept?: CodeableConcept; quantity?: Quantity;
  parameter?: { code?: CodeableConcept; valueQuantity?: Quantity }[]; deliverTo?: Reference; authoredOn?: string; requester?: Reference; extension?: Extension[];
  identifier?: Identifier[];
}
export interface Batch { lotNumber?: string; expirationDate?: string }
export interface Move extends Resource {
  resourceType: 'SupplyDelivery'; identifier?: Identifier[]; status?: string; type?: CodeableConcept; contained?: { resourceType: string; id?: string; code?: CodeableConcept; batch?: Batch }[];
  suppliedItem?: { quantity?: Quantity; itemCodeableConcept?: CodeableConcept; itemReference?: Reference }; occurrenceDateTime?: string; occurrencePeriod?: Period;
  supplier?: Reference; receiver?: Reference[]; destination?: Reference; basedOn?: Reference[]; extension?: StockExtension[];
}
export interface Count extends Resource {
  resourceType: 'List'; identifier?: Identifier[]; status?: string; mode?: string; code?: CodeableConcept; title?: string; subject?: Reference; date?: string; source?: Reference;
  extension?: Extension[]; entry?: { item?: Reference; extension?: StockExtension[] }[]; note?: { text: string }[];
}

/* ---- what $stock says ---- */

export interface Lot { number: string; expires: string; left: number }
export interface Card {
  id: string; item: string; unit: string; balance: number; differs: boolean; unknown: number; level: number | undefined; minimum: number | undefined; controlled: boolean;
  counted: { id: string; at: number; amount: number } | undefined; in: number; out: number; given: number; lots: Lot[];
}
export interface Shelf { now: number; cards: Card[] }

export interface Part {
  name?: string; part?: Part[]; valueReference?: Reference; valueString?: string; valueDecimal?: number; valueInteger?: number; valueBoolean?: boolean; valueInstant?: string; valueDate?: string;
}
export interface Parameters extends Resource { resourceType: 'Parameters'; parameter?: Part[] }

const one = (parts: Part[] | undefined, name: string): Part | undefined => parts?.find((p) => p.name === name);
const lastOf = (r: Reference | undefined): string => r?.reference?.split('/').pop() ?? '';

export function readShelf(p: Parameters): Shelf {
  const cards = (p.parameter ?? []).filter((x) => x.name === 'card').map((x): Card => {
    const number = (name: string): number | undefined => one(x.part, name)?.valueDecimal;
    const counted = one(x.part, 'counted')?.part;
    return {
      id: lastOf(one(x.part, 'medicine')?.valueReference), item: one(x.part, 'medicine')?.valueReference?.display ?? '', unit: one(x.part, 'unit')?.valueString ?? '',
      balance: number('balance') ?? 0, differs: one(x.part, 'differs')?.valueBoolean === true, unknown: one(x.part, 'unknown')?.valueInteger ?? 0,
      level: number('level'), minimum: number('minimum'), controlled: one(x.part, 'controlled')?.valueBoolean === true,
      counted: counted && {
        id: lastOf(one(counted, 'count')?.valueReference), at: Date.parse(one(counted, 'at')?.valueInstant ?? ''), amount: one(counted, 'amount')?.valueDecimal ?? 0,
      },
      in: number('in') ?? 0, out: number('out') ?? 0, given: number('given') ?? 0,
      lots: (x.part ?? []).filter((y) => y.name === 'lot').map((y) => ({
        number: one(y.part, 'number')?.valueString ?? '', expires: one(y.part, 'expires')?.valueDate ?? '', left: one(y.part, 'left')?.valueDecimal ?? 0,
      })),
    };
  });
  return { now: Date.parse(one(p.parameter, 'now')?.valueInstant ?? ''), cards };
}

/* ---- what a tap writes ---- */

export const party = (me: Giver): Reference => (me.reference === '' ? { display: me.display } : { reference: me.reference, display: me.display });
const concept = (code: string, text?: string): CodeableConcept => ({ coding: [{ system: STOCK, code }], ...(text === undefined ? {} : { text }) });
/* R4 binds the kind of a delivery and of a request to lists of its own; ours stands beside. */
const MEDICATION = { system: 'http://terminology.hl7.org/CodeSystem/supply-item-type', code: 'medication' };
const CENTRAL = { system: 'http://terminology.hl7.org/CodeSystem/supply-kind', code: 'central' };
const quantity = (value: Decimal | number, unit: string): Quantity => ({ value, unit });

export interface NewCard { item: string; unit: string; level: Decimal | number; minimum?: Decimal | undefined; controlled: boolean; wardId: string; at: number; me: Giver }

export function cardOf(c: NewCard): Entry {
  const card: CardResource = {
    resourceType: 'SupplyRequest', status: 'active', category: { coding: [CENTRAL, { system: STOCK, code: 'card' }] }, itemCodeableConcept: { text: c.item.trim().replace(/\s+/g, ' ') }, quantity: quantity(c.level, c.unit.trim()),
    ...(c.controlled ? { extension: [{ url: CONTROLLED_URL, valueBoolean: true }] } : {}),
    ...(c.minimum === undefined ? {} : { parameter: [{ code: concept('minimum'), valueQuantity: quantity(c.minimum, c.unit.trim()) }] }),
    deliverTo: { reference: `Location/${c.wardId}` }, authoredOn: wardInstant(c.at), ...(c.me.reference === '' ? {} : { requester: party(c.me) }),
  };
  return card as Entry;
}

export interface NewMove {
  kind: MoveKind; card: Pick<Card, 'id' | 'item' | 'unit'>; to?: string | undefined; amount: Decimal; at: number; wardId: string; me: Giver; witness?: Giver | undefined; reason?: string; lot?: string;
  expires?: string; document?: string;
}

export function moveOf(m: NewMove): Entry {
  const reason = (m.reason ?? '').trim();
  const lot = (m.lot ?? '').trim();
  const document = (m.document ?? '').trim();
  const batch: Batch = { ...(lot === '' ? {} : { lotNumber: lot }), ...(m.expires ? { expirationDate: m.expires } : {}) };
  const named = lot !== '' || Boolean(m.expires);
  const extension: StockExtension[] = [
    ...(reason === '' ? [] : [{ url: REASON_URL, valueString: reason }]), ...(m.witness ? [{ url: WITNESS_URL, valueReference: party(m.witness) }] : []),
  ];
  const move: Move = {
    resourceType: 'SupplyDelivery', status: 'completed',
    ...(named ? { contained: [{ resourceType: 'Medication', id: 'm', code: { text: m.card.item }, batch }] } : {}), ...(extension.length > 0 ? { extension } : {}),
    identifier: [
      ...(m.kind === 'receipt' ? [] : [{ system: PAGE_OUT, value: pageOf(m.card.id, m.at) }]),
      ...(m.kind === 'receipt' ? [{ system: PAGE_IN, value: pageOf(m.card.id, m.at) }] : []),
      ...(m.kind === 'transfer' && m.to ? [{ system: PAGE_IN, value: pageOf(m.to, m.at) }] : []), ...(document === '' ? [] : [{ system: DOCUMENT, value: document }]),
    ],
    basedOn: [{ reference: `SupplyRequest/${m.card.id}` }], type: { coding: [MEDICATION, { system: STOCK, code: m.kind }] },
    suppliedItem: { quantity: quantity(m.amount, m.card.unit), ...(named ? { itemReference: { reference: '#m' } } : { itemCodeableConcept: { text: m.card.item } }) },
    occurrenceDateTime: wardInstant(m.at), ...(m.kind === 'receipt' ? { receiver: [party(m.me)] } : { supplier: party(m.me) }),
    ...(m.kind === 'receipt' ? { destination: { reference: `Location/${m.wardId}` } } : {}),
  };
  return move as Entry;
}

export interface Counted { card: Pick<Card, 'item' | 'unit'>; reference: string; amount: number | Decimal; expected?: number | undefined; note?: string }

export function countOf(lines: Counted[], title: string, at: number, wardId: string, me: Giver, note = ''): Entry {
  const count: Count = {
    resourceType: 'List', status: 'current', mode: 'snapshot', title, code: concept('count', title), subject: { reference: `Location/${wardId}` }, date: wardInstant(at), source: party(me),
    entry: lines.map((l) => ({
      extension: [
        { url: AMOUNT_URL, valueQuantity: quantity(l.amount, l.card.unit) }, ...(l.expected === undefined ? [] : [{ url: EXPECTED_URL, valueQuantity: quantity(l.expected, l.card.unit) }]),
        ...(l.note ? [{ url: REASON_URL, valueString: l.note }] : []),
      ],
      item: { reference: l.reference, display: l.card.item },
    })),
    ...(note === '' ? {} : { note: [{ text: note }] }),
  };
  return count as Entry;
}

/* Struck through, with the reason: it stays to be read. */
export function struckMove<T extends Entry>(r: T, why: string): T {
  const extension = [...((r as { extension?: StockExtension[] }).extension ?? []).filter((e) => e.url !== REASON_URL || r.resourceType !== 'List'), { url: REASON_URL, valueString: why }];
  return { ...r, status: 'entered-in-error', extension };
}

/* ---- reading a movement back ---- */

export interface Line {
  id: string; at: number; kind: MoveKind | 'given' | 'count'; change: number; struck: boolean; by: string; note: string; lot: string; expires: string; person: string; document: string;
}

/* A month of the ward's clock: from its first moment to that of the next one. */
export function monthOf(month: string): { from: number; to: number } {
  const [year, number] = month.split('-').map(Number) as [number, number];
  const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
  return { from: instantOf(`${month}-01`, '00:00'), to: instantOf(`${next}-01`, '00:00') };
}

/* Lines of one month in their order, each with what was left behind it; a count sets it, what is struck through changes nothing. */
export interface Running { line: Line; left: number }
export function runningOf(lines: Line[], from: number, to: number, opening: number): Running[] {
  const mine = lines.filter((l) => l.at >= from && l.at < to).sort((a, b) => a.at - b.at || Number(a.kind === 'count') - Number(b.kind === 'count'));
  let left = opening;
  return mine.map((line) => {
    if (!line.struck) left = rounded(line.kind === 'count' ? line.change : left + line.change);
    return { line, left };
  });
}

const has = (ids: Identifier[] | undefined, system: string, card: string): boolean => (ids ?? []).some((i) => i.system === system && (i.value ?? '').startsWith(`${card}/`));
export const kindOf = (m: Move): MoveKind | undefined => MOVES.find((k) => m.type?.coding?.some((c) => c.system === STOCK && c.code === k));
const reasonOf = (e: StockExtension[] | undefined): string => (e ?? []).filter((x) => x.url === REASON_URL).map((x) => x.valueString ?? '').join('; ');

export function lineOf(m: Move, card: string): Line | undefined {
  const kind = kindOf(m);
  const amount = numberOf(m.suppliedItem?.quantity?.value);
  const isIn = has(m.identifier, PAGE_IN, card);
  if (!kind || amount === undefined || (!isIn && !has(m.identifier, PAGE_OUT, card))) return undefined;
  const batch = m.contained?.find((c) => c.resourceType === 'Medication')?.batch;
  const witness = m.extension?.find((e) => e.url === WITNESS_URL)?.valueReference?.display ?? '';
  return {
    id: m.id ?? '', at: Date.parse(m.occurrenceDateTime ?? ''), kind, change: isIn ? amount : -amount, struck: m.status === 'entered-in-error',
    by: [m.supplier?.display ?? m.receiver?.[0]?.display ?? '', witness].filter(Boolean).join(', '), note: reasonOf(m.extension), lot: batch?.lotNumber ?? '', expires: batch?.expirationDate ?? '',
    person: '', document: m.identifier?.find((i) => i.system === DOCUMENT)?.value ?? '',
  };
}

/* How much of a card a count found; all its lines together. */
export function countedIn(c: Count, card: string): { amount: number; expected: number | undefined; note: string } | undefined {
  const mine = (c.entry ?? []).filter((e) => e.item?.reference === `SupplyRequest/${card}`);
  if (mine.length === 0) return undefined;
  const value = (url: string): (number | undefined)[] => mine.map((e) => numberOf(e.extension?.find((x) => x.url === url)?.valueQuantity?.value));
  const expected = value(EXPECTED_URL)[0];
  return { amount: rounded(value(AMOUNT_URL).reduce<number>((sum, v) => sum + (v ?? 0), 0)), expected, note: mine.map((e) => reasonOf(e.extension)).filter(Boolean).join('; ') };
}

export const rounded = (n: number): number => Math.round(n * 1000) / 1000;
