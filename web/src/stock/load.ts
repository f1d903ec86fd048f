/* What the screens of a ward's stock ask the server for. */

import { idOf, type Given, type Order, type Place } from '../drugs/forms';
import { namesOf, nameOf } from '../drugs/load';
import { searchAll, searchFor } from '../fhir/all';
import { FhirError, type FhirClient } from '../fhir/client';
import { numberOf } from '../fhir/decimal';
import type { Resource } from '../fhir/types';
import { loadWard } from '../place/ward';
import { countedIn, lineOf, PAGE_IN, PAGE_OUT, readShelf, STOCK, type Count, type Line, type Move, type Parameters, type Shelf } from './forms';

export const stockPath = (wardId: string): string => `Location/${encodeURIComponent(wardId)}/$stock`;

/* what it is kept under (place/lately.ts) */
export const shelfKey = (wardId: string): string => `shelf ${wardId}`;

export async function loadShelf(client: FhirClient, wardId: string, signal?: AbortSignal): Promise<Shelf> {
  const answer = await client.operation<Parameters>(stockPath(wardId), 'Parameters', undefined, signal);
  return answer ? readShelf(answer.resource) : { now: 0, cards: [] };
}

export interface StockData { name: string; facility: string; shelf: Shelf; orders: Order[]; medications: Resource[] }

/* What a role does not see is none for it: a store keeper may be without the ward's orders. */
async function ordersOf(client: FhirClient, wardId: string, signal?: AbortSignal): Promise<{ name: string; facility: string; orders: Order[]; medications: Resource[] }> {
  const ward = await loadWard(client, wardId, signal);
  const about = { name: ward.place.name ?? '', facility: ward.facility };
  try {
    const found = await searchFor<Order>(client, 'MedicationRequest', 'patient', ward.residents.map((r) => r.id), { status: 'active', _include: 'MedicationRequest:medication' }, signal);
    return { ...about, orders: found.items, medications: found.included };
  } catch (e) {
    if (e instanceof FhirError && e.status === 403) return { ...about, orders: [], medications: [] };
    throw e;
  }
}

export async function loadStock(client: FhirClient, wardId: string, signal?: AbortSignal): Promise<StockData> {
  const [shelf, ward] = await Promise.all([loadShelf(client, wardId, signal), ordersOf(client, wardId, signal)]);
  return { ...ward, shelf };
}

export interface OtherWard { id: string; name: string }
/* The other wards of the same facility, for a transfer. */
export async function loadWards(client: FhirClient, wardId: string, signal?: AbortSignal): Promise<OtherWard[]> {
  const here = (await client.read<Place>('Location', wardId, signal)).resource;
  const all = await searchAll<Place>(client, 'Location', { 'partof:missing': 'true', organization: here.managingOrganization?.reference }, signal);
  return all.items.filter((p) => p.id !== wardId && (p.physicalType?.coding ?? []).some((c) => c.code === 'wa')).map((p) => ({ id: p.id ?? '', name: p.name ?? '' }));
}

const MONTHS = 6;
function pages(card: string, now: number, months: number): { moves: string; doses: string } {
  const list: string[] = [];
  for (let i = 0; i < months; i += 1) {
    const d = new Date(now);
    list.push(`${card}/${new Date(Date.UTC(d.getUTCFullYear(), d.getUTCMonth() - i, 1)).toISOString().slice(0, 7)}`);
  }
  return { moves: list.flatMap((p) => [`${PAGE_IN}|${p}`, `${PAGE_OUT}|${p}`]).join(','), doses: list.map((p) => `${PAGE_OUT}|${p}`).join(',') };
}

export interface History { lines: Line[]; cut: boolean; moves: Move[]; counts: Count[] }

/* The last months of one card, newest first; struck ones stay among them. Doses that this account may not see are not here, though they
 * are in the balance. */
export async function loadHistory(client: FhirClient, cardId: string, now: number, signal?: AbortSignal, months = MONTHS): Promise<History> {
  const p = pages(cardId, now, months);
  const doses = async () => {
    try {
      return await searchAll<Given>(client, 'MedicationAdministration', { identifier: p.doses, _sort: '-effective-time', _include: 'MedicationAdministration:performer' }, signal);
    } catch (e) {
      if (e instanceof FhirError && e.status === 403) return { items: [], included: [], cut: false };
      throw e;
    }
  };
  const [moves, given, counts] = await Promise.all([
    searchAll<Move>(client, 'SupplyDelivery', { identifier: p.moves }, signal), doses(),
    searchAll<Count>(client, 'List', { item: `SupplyRequest/${cardId}`, code: `${STOCK}|count`, _sort: '-date' }, signal),
  ]);
  const names = namesOf(given.included);
  const none = { lot: '', expires: '', document: '' };
  const lines: Line[] = [
    ...moves.items.flatMap((m) => lineOf(m, cardId) ?? []),
    ...given.items.map((g): Line => {
      const taken = (g as unknown as { extension?: { url: string; valueQuantity?: { value?: number } }[] }).extension?.find((e) => e.url === 'urn:ansinh:extension:taken')?.valueQuantity?.value;
      return {
        ...none, id: g.id ?? '', at: Date.parse(g.effectiveDateTime ?? g.effectivePeriod?.start ?? ''), kind: 'given', change: -(numberOf(taken ?? g.dosage?.dose?.value) ?? 0),
        struck: g.status === 'entered-in-error', by: nameOf(names, g.performer?.[0]?.actor), note: '', person: idOf(g.subject),
      };
    }),
    ...counts.items.flatMap((c): Line[] => {
      const found = countedIn(c, cardId);
      return found ? [{ ...none, id: c.id ?? '', at: Date.parse(c.date ?? ''), kind: 'count', change: found.amount, struck: c.status === 'entered-in-error', by: c.source?.display ?? '', note: found.note, person: '' }] : [];
    }),
  ];
  return { lines: lines.filter((l) => Number.isFinite(l.at)).sort((a, b) => b.at - a.at), cut: moves.cut || given.cut || counts.cut, moves: moves.items, counts: counts.items };
}

export interface MonthLine { id: string; item: string; unit: string; opening: number; received: number; given: number; wasted: number; out: number; difference: number; closing: number; unknown: number; controlled: boolean }
export async function loadMonth(client: FhirClient, wardId: string, month: string, signal?: AbortSignal, card = ''): Promise<MonthLine[]> {
  const answer = await client.operation<Parameters>(`${stockPath(wardId)}?month=${month}${card === '' ? '' : `&card=${encodeURIComponent(card)}`}`, 'Parameters', undefined, signal);
  return (answer?.resource.parameter ?? []).filter((p) => p.name === 'card').map((p) => {
    const one = (name: string) => p.part?.find((x) => x.name === name);
    const number = (name: string): number => one(name)?.valueDecimal ?? 0;
    return {
      id: idOf(one('medicine')?.valueReference), item: one('medicine')?.valueReference?.display ?? '', unit: one('unit')?.valueString ?? '', opening: number('opening'), received: number('received'),
      given: number('given'), wasted: number('wasted'), out: number('out'), difference: number('difference'), closing: number('closing'), unknown: one('unknown')?.valueInteger ?? 0,
      controlled: one('controlled')?.valueBoolean === true,
    };
  }).sort((a, b) => a.item.localeCompare(b.item, 'vi', { numeric: true }));
}
