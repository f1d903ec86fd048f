/* From the lines on the screen to the document that is signed, and back to lines when it is read again.
 *
 * A handover is a Composition: a section for each resident who has lines, in it the blocks, in each block the words as they were
 * shown and a reference to every fact. What lies in a compartment stays out: a carer takes over as well. The giver signs first (preliminary), the taker second (final); after that nothing of it
 * is changed, only added to, by a document of its own. */

import { narrativeLines } from '../fhir/narrative';
import { wardInstant } from '../fhir/zone';
import type { Bundle, BundleEntry, Reference, Resource } from '../fhir/types';
import type { Giver } from '../drugs/record';
import { cardOf, countOf } from '../stock/forms';
import type { CountLine } from './count';
import { BLOCKS, type Block, type Change } from './difference';
import type { Handover, Section } from './forms';
import { HANDOVER_TYPE } from './load';

export const SECTION_SYSTEM = 'urn:ansinh:handover';
const ENTRY_SYSTEM = 'urn:ietf:rfc:3986';

export interface Counted { line: CountLine; counted: number; note: string }

export interface Words {
  title: string; block: Record<Block, string>; late: string; counts: string; line: (l: Change['lines'][number]) => string;
  count: (c: Counted) => string; difference: (c: Counted) => string;
}

export interface Draft {
  id: string; wardId: string; facilityId: string; since: number; at: number; me: Giver;
  people: { id: string; title: string; change: Change }[]; counted: Counted[]; countId: string; cardIds: string[]; taskId: string; words: Words;
}

const party = (me: Giver): Reference => (me.reference === '' ? { display: me.display } : { reference: me.reference, display: me.display });

export function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
const listOf = (lines: string[]): Section['text'] & object => ({
  status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><ul>${lines.map((l) => `<li>${escapeText(l)}</li>`).join('')}</ul></div>`,
});
const code = (value: string) => ({ coding: [{ system: SECTION_SYSTEM, code: value }] });

function sectionsOf(d: Draft): Section[] {
  const people = d.people.flatMap(({ id, title, change }): Section[] => {
    const said = change.lines.filter((l) => !l.guarded);
    const saidLate = change.late.filter((l) => !l.guarded);
    if (said.length + saidLate.length === 0 && change.lines.length + change.late.length > 0) return [];
    const blocks = BLOCKS.flatMap((block): Section[] => {
      const lines = said.filter((l) => l.block === block);
      if (lines.length === 0) return [];
      return [{ title: d.words.block[block], code: code(block), text: listOf(lines.map(d.words.line)), entry: lines.map((l) => ({ reference: l.reference })) }];
    });
    const late: Section[] = saidLate.length === 0 ? []
      : [{ title: d.words.late, code: code('late'), text: listOf(saidLate.map(d.words.line)), entry: saidLate.map((l) => ({ reference: l.reference })) }];
    return [{ title, code: code('resident'), entry: [{ reference: `Patient/${id}` }], section: [...blocks, ...late] }];
  });
  const counts: Section[] = d.counted.length === 0 ? [] : [{
    title: d.words.counts, code: code('counts'), text: listOf(d.counted.map(d.words.count)),
    entry: d.counted.map(() => ({ reference: `urn:uuid:${d.countId}` })),
  }];
  return [...people, ...counts];
}

export const differenceOf = (c: Counted): number | undefined =>
  (c.line.expected === undefined ? undefined : Math.round((c.counted - c.line.expected) * 1000) / 1000);

export function handoverBundle(d: Draft): Bundle {
  const composition: Handover = {
    resourceType: 'Composition', identifier: { system: ENTRY_SYSTEM, value: `urn:ansinh:entry:${d.id}` }, status: 'preliminary',
    type: { coding: [HANDOVER_TYPE], text: d.words.title }, subject: { reference: `Location/${d.wardId}` }, date: wardInstant(d.at),
    author: [party(d.me)], title: d.words.title,
    attester: [{ mode: 'professional', time: wardInstant(d.at), party: party(d.me) }],
    ...(d.facilityId === '' ? {} : { custodian: { reference: `Organization/${d.facilityId}` } }),
    event: [{ period: { start: wardInstant(d.since), end: wardInstant(d.at) } }],
    section: sectionsOf(d),
  };
  const once = (type: string, id: string) => ({ method: 'POST' as const, url: type, ifNoneExist: `identifier=${ENTRY_SYSTEM}|urn:ansinh:entry:${id}` });
  const cardAt = (i: number): string => `urn:uuid:${d.cardIds[i] ?? ''}`;
  const entry: BundleEntry[] = d.counted.flatMap((c, i): BundleEntry[] => (c.line.card ? [] : [{
    fullUrl: cardAt(i), request: once('SupplyRequest', d.cardIds[i] ?? ''),
    resource: { ...cardOf({ item: c.line.medicine, unit: c.line.unit, level: 0, controlled: true, wardId: d.wardId, at: d.at, me: d.me }), identifier: [{ system: ENTRY_SYSTEM, value: `urn:ansinh:entry:${d.cardIds[i] ?? ''}` }] } as Resource,
  }]));
  if (d.counted.length > 0) {
    const lines = d.counted.map((c, i) => ({ card: { item: c.line.medicine, unit: c.line.unit }, reference: c.line.card ? `SupplyRequest/${c.line.card.id}` : cardAt(i), amount: c.counted, expected: c.line.expected, note: c.note }));
    const count = { ...countOf(lines, d.words.counts, d.at, d.wardId, d.me), identifier: [{ system: ENTRY_SYSTEM, value: `urn:ansinh:entry:${d.countId}` }] };
    entry.push({ fullUrl: `urn:uuid:${d.countId}`, resource: count, request: once('List', d.countId) });
  }
  const wrong = d.counted.filter((c) => (differenceOf(c) ?? 0) !== 0);
  if (wrong.length > 0) entry.push({ fullUrl: `urn:uuid:${d.taskId}`, resource: headTask(d, wrong), request: once('Task', d.taskId) });
  entry.push({ fullUrl: `urn:uuid:${d.id}`, resource: composition, request: once('Composition', d.id) });
  return { resourceType: 'Bundle', type: 'transaction', entry };
}

function headTask(d: Draft, wrong: Counted[]): Resource {
  const task = {
    resourceType: 'Task', identifier: [{ system: ENTRY_SYSTEM, value: `urn:ansinh:entry:${d.taskId}` }], status: 'requested', intent: 'order', priority: 'urgent',
    code: { coding: [{ system: 'urn:ansinh:task', code: 'controlled-difference' }] }, description: wrong.map(d.words.difference).join('; '),
    focus: { reference: `urn:uuid:${d.id}` }, for: { reference: `Location/${d.wardId}` }, authoredOn: wardInstant(d.at), requester: party(d.me),
    performerType: [{ coding: [{ system: 'urn:ansinh:role', code: 'facility-head' }] }],
  };
  return task;
}

/* The taker's signature: never the giver's own, never twice. */
export function takeOver(h: Handover, me: Giver, at: number): Handover | undefined {
  if (h.status !== 'preliminary') return undefined;
  const signed = (h.attester ?? []).map((a) => a.party?.reference);
  if (me.reference === '' || signed.includes(me.reference)) return undefined;
  return { ...h, status: 'final', attester: [...(h.attester ?? []), { mode: 'professional', time: wardInstant(at), party: party(me) }] };
}

export function addendum(h: Handover, text: string, title: string, me: Giver, at: number, id: string): Handover {
  return {
    resourceType: 'Composition', identifier: { system: ENTRY_SYSTEM, value: `urn:ansinh:entry:${id}` }, status: 'final',
    type: { coding: [HANDOVER_TYPE], text: title }, ...(h.subject ? { subject: h.subject } : {}), date: wardInstant(at), author: [party(me)], title,
    attester: [{ mode: 'professional', time: wardInstant(at), party: party(me) }],
    relatesTo: [{ code: 'appends', targetReference: { reference: `Composition/${h.id ?? ''}` } }],
    section: [{ title, code: code('addendum'), text: listOf([text]) }],
  };
}

export interface ReadLine { text: string; reference: string }
export interface ReadSection { title: string; code: string; lines: ReadLine[]; sections: ReadSection[] }

/* The words as they were signed: nothing of what else a document may hold is drawn as markup. */
export function readSections(h: Handover): ReadSection[] {
  const read = (s: Section): ReadSection => ({
    title: s.title ?? '', code: s.code?.coding?.find((c) => c.system === SECTION_SYSTEM)?.code ?? '',
    lines: narrativeLines(s.text?.div).map((text, i) => ({ text, reference: s.entry?.[i]?.reference ?? '' })),
    sections: (s.section ?? []).map(read),
  });
  return (h.section ?? []).map(read);
}
