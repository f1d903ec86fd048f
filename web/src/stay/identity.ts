/* Who a person is, put right after admission: name, birth, numbers, relatives, decisions, insurance.
 *
 * The one idea: everything that can be edited is a flat map from a key ("name", "Contract/7.decDate") to what is typed. So what was changed, what
 * two people changed at once, and what an old version said are the same comparison of maps; only `written` knows how a key stands in FHIR.
 *
 * Nothing is lost: the versions of the server hold every old value, and each version made here says why, when and by whom
 * (extension urn:ansinh:extension:change). A value that was right once (a card that was renewed) stays as `use: old` and is still found by;
 * one that was wrong does not. */

import { readDate, readPhone, show } from '../books/cells';
import type { ClockDate } from '../fhir/dates';
import { mainName } from '../fhir/person';
import { ID, numberOf } from '../fhir/systems';
import type { BundleEntry, CodeableConcept, HumanName, Identifier, Period, Reference, Resource } from '../fhir/types';
import { put } from './acts';
import { checkCard, checkId } from './card';
import { birthOf, digits } from './draft';
import { codeIn, concept, DOCUMENT_SYSTEM, ETHNICITY_URL, GROUP_SYSTEM, ROLE_CODE, type Episode, type Extension, type Patient } from './forms';

export const CHANGE_URL = 'urn:ansinh:extension:change';
export const CHANGE_ID = 'urn:ansinh:id:change';
export const DECISION_ID = 'urn:ansinh:id:decision';

/* wrong: it was never so. changed: it was so until now. identified: nobody knew. undone: taken back within the minute. */
export const KINDS = ['wrong', 'changed', 'identified'] as const;
export type Kind = (typeof KINDS)[number] | 'undone';
export interface Change { id: string; kind: Kind; why: string; who: string; at: string }

export interface Relative extends Resource {
  resourceType: 'RelatedPerson';
  active?: boolean; identifier?: Identifier[]; extension?: Extension[]; name?: HumanName[]; relationship?: CodeableConcept[];
  telecom?: { system?: string; value?: string }[]; period?: Period; patient?: Reference;
}
export interface Decided extends Resource {
  resourceType: 'Contract';
  status?: string; identifier?: Identifier[]; extension?: Extension[]; type?: CodeableConcept; subType?: CodeableConcept[]; issued?: string;
  authority?: Reference[]; applies?: Period; subject?: Reference[];
}
export interface Insured extends Resource {
  resourceType: 'Coverage';
  status?: string; identifier?: Identifier[]; extension?: Extension[]; subscriberId?: string; type?: CodeableConcept; period?: Period; beneficiary?: Reference;
}
export interface Known {
  patient: Patient; relatives: Relative[]; decisions: Decided[]; cards: Insured[]; episode: Episode | undefined;
  /* the first day of the first stay; '' when there was none */
  came: string;
}

export type Values = Readonly<Record<string, string>>;

export const PERSON_FIELDS = ['name', 'birth', 'gender', 'idNumber', 'oldId', 'card', 'passport', 'phone', 'address', 'ethnicity'] as const;
export const RELATIVE_FIELDS = ['relName', 'relation', 'relLegal', 'relPhone', 'relOver'] as const;
export const DECISION_FIELDS = ['decGroup', 'decNumber', 'decDate', 'decBy', 'decFrom', 'decUntil', 'decOver'] as const;
export const CARD_FIELDS = ['covFrom', 'covUntil'] as const;
export type Field = (typeof PERSON_FIELDS)[number] | (typeof RELATIVE_FIELDS)[number] | (typeof DECISION_FIELDS)[number] | (typeof CARD_FIELDS)[number];

/* "Contract/7.decDate": of which resource, and which field of it. A key without a point is the person's own. */
export const keyOf = (of: string, field: Field): string => `${of}.${field}`;
export const fieldOf = (key: string): Field => (key.split('.').pop() ?? '') as Field;
export const ofKey = (key: string): string => key.slice(0, Math.max(0, key.lastIndexOf('.')));
/* Somebody or something that is not in the record yet. */
export const isNew = (of: string): boolean => of.includes('/+');

/* ---- reading ---- */

const inForce = (i: Identifier): boolean => i.use !== 'old' && i.period?.end === undefined;
const NUMBERS = { idNumber: 'card', oldId: 'oldCard', card: 'insurance', passport: 'passport' } as const;
type NumberField = keyof typeof NUMBERS;

const numberIn = (list: Identifier[] | undefined, field: NumberField): string =>
  list?.find((i) => i.system === ID[NUMBERS[field]] && inForce(i))?.value ?? '';
const nameText = (n: HumanName | undefined): string => n?.text?.trim() || [n?.family, ...(n?.given ?? [])].filter(Boolean).join(' ');
const phoneOf = (r: { telecom?: { system?: string; value?: string }[] }): string => r.telecom?.find((t) => t.system === 'phone')?.value ?? '';
type Address = { text?: string; line?: string[]; city?: string; district?: string; state?: string };
const addressText = (a: Address | undefined): string => a?.text ?? [...(a?.line ?? []), a?.district, a?.city, a?.state].filter(Boolean).join(', ');

function personValues(p: Patient): Values {
  return {
    name: nameText(mainName(p)), birth: show(p.birthDate ?? ''), gender: p.gender ?? '', idNumber: numberIn(p.identifier, 'idNumber'), oldId: numberIn(p.identifier, 'oldId'),
    card: numberIn(p.identifier, 'card'), passport: numberIn(p.identifier, 'passport'), phone: phoneOf(p), address: addressText(p.address?.[0] as Address | undefined),
    ethnicity: p.extension?.find((e) => e.url === ETHNICITY_URL)?.valueString ?? '',
  };
}

const RELATIONS_OF = (r: Relative): string[] => (r.relationship ?? []).map((c) => codeIn(c, ROLE_CODE)).filter(Boolean);
const relativeValues = (r: Relative): Values => ({
  relName: nameText(r.name?.[0]), relation: RELATIONS_OF(r).find((c) => c !== 'GUARD') ?? '', relLegal: RELATIONS_OF(r).includes('GUARD') ? 'yes' : 'no', relPhone: phoneOf(r),
  relOver: r.active === false ? 'yes' : '',
});
const decisionValues = (c: Decided): Values => ({
  decGroup: codeIn(c.subType?.[0], GROUP_SYSTEM), decNumber: c.identifier?.find((i) => i.system === DECISION_ID)?.value ?? '', decDate: show(c.issued ?? ''),
  decBy: c.authority?.[0]?.display ?? '', decFrom: (c.applies?.start ?? '').slice(0, 10), decUntil: (c.applies?.end ?? '').slice(0, 10),
  decOver: c.status === 'entered-in-error' ? 'yes' : '',
});
const cardValues = (c: Insured): Values => ({ covFrom: (c.period?.start ?? '').slice(0, 10), covUntil: (c.period?.end ?? '').slice(0, 10) });

const prefixed = (r: Resource, values: Values): [string, string][] =>
  Object.entries(values).map(([field, value]) => [keyOf(`${r.resourceType}/${r.id ?? ''}`, field as Field), value]);

/* One version of one resource, by keys. */
export function valuesOf(r: Resource): Values {
  switch (r.resourceType) {
    case 'Patient': return personValues(r as Patient);
    case 'RelatedPerson': return Object.fromEntries(prefixed(r, relativeValues(r as Relative)));
    case 'Contract': return Object.fromEntries(prefixed(r, decisionValues(r as Decided)));
    case 'Coverage': return Object.fromEntries(prefixed(r, cardValues(r as Insured)));
    default: return {};
  }
}
export const partsOf = (k: Known): Resource[] => [k.patient, ...k.relatives, ...k.decisions, ...k.cards];
export const allValues = (k: Known): Values => Object.assign({}, ...partsOf(k).map(valuesOf)) as Values;

/* ---- comparing ---- */

const get = (v: Values, key: string): string => (v[key] ?? '').trim();
const keysOf = (...maps: Values[]): string[] => [...new Set(maps.flatMap((m) => Object.keys(m)))];
export const changed = (base: Values, now: Values): string[] => keysOf(base, now).filter((k) => get(base, k) !== get(now, k));

export interface Merged { values: Values; taken: string[]; clash: string[] }

/* Somebody else saved meanwhile: what only they changed is taken over, what both changed differently is asked. */
export function merge(base: Values, mine: Values, theirs: Values): Merged {
  const out: Merged = { values: {}, taken: [], clash: [] };
  const values: Record<string, string> = {};
  for (const key of keysOf(base, mine, theirs)) {
    const [was, my, their] = [get(base, key), get(mine, key), get(theirs, key)];
    values[key] = my === was ? theirs[key] ?? '' : mine[key] ?? '';
    if (my === was && their !== was) out.taken.push(key);
    if (my !== was && their !== was && my !== their) out.clash.push(key);
  }
  return { ...out, values };
}

/* Everything that is wanted stands there already: an earlier try had arrived. New entries are made only once by their own names. */
export const isThere = (wanted: Values, theirs: Values): boolean =>
  keysOf(wanted).filter((k) => !isNew(ofKey(k))).every((k) => get(wanted, k) === get(theirs, k));

/* ---- what is wrong ---- */

export type Trouble =
  | 'name' | 'gender' | 'birth' | 'birthFuture' | 'birthAfterCame' | 'birthAfterDeath' | 'idShape' | 'idYearClash' | 'idGenderClash' | 'cardShape' | 'phone'
  | 'decisionDate' | 'decisionPeriod' | 'decisionGroup' | 'relation' | 'coverPeriod';
export interface Issue { key: string; trouble: Trouble; stops: boolean }

const isLater = (birth: string, day: string): boolean => birth !== '' && day !== '' && birth > day.slice(0, birth.length);

function personIssues(k: Known, base: Values, v: Values, today: ClockDate): Issue[] {
  const out: Issue[] = [];
  const is = (key: Field): boolean => get(base, key) !== get(v, key);
  const stop = (key: string, trouble: Trouble): void => { out.push({ key, trouble, stops: true }); };
  const birth = birthOf(get(v, 'birth'), today);
  if (is('name') && (get(v, 'name').length < 2 || /\d/.test(get(v, 'name')))) stop('name', 'name');
  if (is('gender') && get(v, 'gender') === '') stop('gender', 'gender');
  if (is('birth')) {
    if (birth === '') stop('birth', readDate(get(v, 'birth'), today).findings.some((f) => f.code === 'future') ? 'birthFuture' : 'birth');
    else if (isLater(birth, k.came)) stop('birth', 'birthAfterCame');
    else if (isLater(birth, k.patient.deceasedDateTime ?? '')) stop('birth', 'birthAfterDeath');
  }
  for (const field of ['idNumber', 'oldId'] as const) {
    if (!is(field) && !(field === 'idNumber' && (is('birth') || is('gender')))) continue;
    for (const t of checkId(get(v, field), birth, get(v, 'gender')) as Trouble[]) out.push({ key: field, trouble: t, stops: t === 'idShape' && is(field) });
  }
  if (is('idNumber') && get(v, 'idNumber') !== '' && digits(get(v, 'idNumber')).length !== 12 && !out.some((i) => i.key === 'idNumber')) stop('idNumber', 'idShape');
  if (is('oldId') && get(v, 'oldId') !== '' && digits(get(v, 'oldId')).length !== 9 && !out.some((i) => i.key === 'oldId')) stop('oldId', 'idShape');
  if (is('card') && checkCard(get(v, 'card')).length > 0) stop('card', 'cardShape');
  if (is('phone') && get(v, 'phone') !== '' && readPhone(get(v, 'phone')).value === undefined) stop('phone', 'phone');
  return out;
}

function decisionIssues(of: string, v: Values, today: ClockDate): Issue[] {
  const at = (f: Field): string => get(v, keyOf(of, f));
  const out: Issue[] = [];
  const stop = (f: Field, trouble: Trouble): void => { out.push({ key: keyOf(of, f), trouble, stops: true }); };
  if (at('decOver') === 'yes') return out;
  const day = at('decDate') === '' ? '' : readDate(at('decDate'), today).value ?? '?';
  if (day === '?' || (at('decNumber') !== '' && day === '')) stop('decDate', 'decisionDate');
  if (at('decGroup') === '') stop('decGroup', 'decisionGroup');
  if (at('decFrom') !== '' && at('decUntil') !== '' && at('decUntil') < at('decFrom')) stop('decUntil', 'decisionPeriod');
  return out;
}

function relativeIssues(of: string, base: Values, v: Values): Issue[] {
  const at = (f: Field): string => get(v, keyOf(of, f));
  const is = (f: Field): boolean => isNew(of) || get(base, keyOf(of, f)) !== at(f);
  const out: Issue[] = [];
  if (at('relOver') === 'yes') return out;
  if (is('relName') && (at('relName').length < 2 || /\d/.test(at('relName')))) out.push({ key: keyOf(of, 'relName'), trouble: 'name', stops: true });
  if (is('relation') && at('relation') === '' && at('relLegal') !== 'yes') out.push({ key: keyOf(of, 'relation'), trouble: 'relation', stops: true });
  if (is('relPhone') && at('relPhone') !== '' && readPhone(at('relPhone')).value === undefined) out.push({ key: keyOf(of, 'relPhone'), trouble: 'phone', stops: true });
  return out;
}

/* Of what was touched only: an old slip elsewhere does not hold up a new telephone number. */
export function issuesOf(k: Known, base: Values, v: Values, today: ClockDate): Issue[] {
  const touched = new Set(changed(base, v).map(ofKey));
  const out = personIssues(k, base, v, today);
  for (const of of touched) {
    if (of.startsWith('Contract/')) out.push(...decisionIssues(of, v, today));
    if (of.startsWith('RelatedPerson/')) out.push(...relativeIssues(of, base, v));
    const [from, until] = [get(v, keyOf(of, 'covFrom')), get(v, keyOf(of, 'covUntil'))];
    if (of.startsWith('Coverage/') && from !== '' && until !== '' && until < from) out.push({ key: keyOf(of, 'covUntil'), trouble: 'coverPeriod', stops: true });
  }
  return out;
}

/* ---- writing ---- */

function changeExtension(c: Change): Extension {
  return {
    url: CHANGE_URL, extension: [
      { url: 'kind', valueCode: c.kind }, { url: 'at', valueDateTime: c.at }, ...(c.why.trim() === '' ? [] : [{ url: 'why', valueString: c.why.trim() }]),
      ...(c.who === '' ? [] : [{ url: 'who', valueReference: { reference: c.who } }]),
    ],
  };
}
export const withChange = <T extends Resource>(r: T, c: Change): T =>
  ({ ...r, extension: [...((r as { extension?: Extension[] }).extension ?? []).filter((e) => e.url !== CHANGE_URL), changeExtension(c)] });

function typedName(text: string): HumanName {
  const words = text.trim().replace(/\s+/g, ' ').split(' ');
  return { use: 'official', text: words.join(' '), ...(words.length > 1 ? { family: words[0] as string, given: words.slice(1) } : {}) };
}

/* What was right until today stays, as old. */
const keepsOld = (c: Change): boolean => c.kind !== 'wrong';
const until = (c: Change, p: Period | undefined): Period => ({ ...p, end: c.at.slice(0, 10) });

function withName(p: Patient, text: string, c: Change): HumanName[] {
  const was = mainName(p);
  const others = (p.name ?? []).filter((n) => n !== was);
  return [typedName(text), ...others, ...(was && keepsOld(c) ? [{ ...was, use: 'old', period: until(c, was.period) }] : [])];
}

function withNumber(list: Identifier[], field: NumberField, value: string, c: Change): Identifier[] {
  const kind = NUMBERS[field];
  const was = list.find((i) => i.system === ID[kind] && inForce(i));
  const others = list.filter((i) => i !== was);
  return [
    ...others, ...(value === '' ? [] : [numberOf(kind, digits(value))]),
    ...(was && keepsOld(c) && was.value !== digits(value) ? [{ ...was, use: 'old', period: until(c, was.period) }] : []),
  ];
}

const withPhone = (list: { system?: string; value?: string }[] | undefined, phone: string) => {
  const others = (list ?? []).filter((t, i, all) => t.system !== 'phone' || i !== all.findIndex((x) => x.system === 'phone'));
  return phone === '' ? others : [{ system: 'phone', value: readPhone(phone).value ?? digits(phone) }, ...others];
};

/* An empty list is no list: R4 has none. */
const orNone = <T>(name: string, list: T[]): Record<string, T[]> => (list.length > 0 ? { [name]: list } : {});

export function writtenPerson(p: Patient, v: Values, c: Change, today: ClockDate): Patient {
  const now = personValues(p);
  const is = (f: Field): boolean => get(now, f) !== get(v, f);
  let numbers = p.identifier ?? [];
  for (const field of Object.keys(NUMBERS) as NumberField[]) if (is(field)) numbers = withNumber(numbers, field, get(v, field), c);
  const { identifier: _i, telecom: _t, address, extension, ...rest } = p;
  const others = (extension ?? []).filter((e) => !is('ethnicity') || e.url !== ETHNICITY_URL);
  const next: Patient = {
    ...rest, ...orNone('identifier', numbers), ...orNone('telecom', is('phone') ? withPhone(p.telecom, get(v, 'phone')) : p.telecom ?? []),
    ...orNone('address', is('address') ? [...(get(v, 'address') === '' ? [] : [{ text: get(v, 'address') }]), ...(address ?? []).slice(1)] : address ?? []),
    ...orNone('extension', is('ethnicity') && get(v, 'ethnicity') !== '' ? [...others, { url: ETHNICITY_URL, valueString: get(v, 'ethnicity') }] : others),
    ...(is('name') ? { name: withName(p, get(v, 'name'), c) } : {}), ...(is('gender') ? { gender: get(v, 'gender') } : {}),
    ...(is('birth') ? { birthDate: birthOf(get(v, 'birth'), today) } : {}),
  };
  return withChange(next, c);
}

const day = (typed: string, today: ClockDate): string => readDate(typed, today).value ?? '';
const period = (from: string, to: string): Period => ({ ...(from !== '' && { start: from }), ...(to !== '' && { end: to }) });

function writtenRelative(r: Relative, at: (f: Field) => string): Relative {
  const { telecom, ...rest } = r;
  const others = (r.relationship ?? []).filter((x) => codeIn(x, ROLE_CODE) === '');
  const role = (code: string): CodeableConcept => concept(ROLE_CODE, code);
  return {
    ...rest, active: at('relOver') !== 'yes', name: nameText(r.name?.[0]) === at('relName') ? r.name ?? [] : [typedName(at('relName'))],
    ...orNone('relationship', [...(at('relation') === '' ? [] : [role(at('relation'))]), ...(at('relLegal') === 'yes' ? [role('GUARD')] : []), ...others]),
    ...orNone('telecom', withPhone(telecom, at('relPhone'))),
  };
}

function writtenDecision(c: Decided, at: (f: Field) => string, today: ClockDate, group: (code: string) => string): Decided {
  const { issued: _i, authority: _a, applies: _p, identifier, ...rest } = c;
  const numbers = [...(identifier ?? []).filter((i) => i.system !== DECISION_ID), ...(at('decNumber') === '' ? [] : [{ system: DECISION_ID, value: at('decNumber') }])];
  const issued = day(at('decDate'), today);
  return {
    ...rest, ...orNone('identifier', numbers), ...(at('decOver') === 'yes' ? { status: 'entered-in-error' } : {}), subType: [concept(GROUP_SYSTEM, at('decGroup'), group(at('decGroup')))],
    ...(issued === '' ? {} : { issued }), ...(at('decBy') === '' ? {} : { authority: [{ display: at('decBy') }] }),
    ...(at('decFrom') === '' && at('decUntil') === '' ? {} : { applies: period(at('decFrom'), at('decUntil')) }),
  };
}

function writtenCard(c: Insured, at: (f: Field) => string): Insured {
  const { period: _p, ...rest } = c;
  return { ...rest, ...(at('covFrom') === '' && at('covUntil') === '' ? {} : { period: period(at('covFrom'), at('covUntil')) }) };
}

function made(of: string, k: Known, at: (f: Field) => string, c: Change, today: ClockDate, group: (code: string) => string): BundleEntry {
  const patient = { reference: `Patient/${k.patient.id ?? ''}` };
  const value = `${c.id}/${of}`;
  const own = { system: CHANGE_ID, value };
  const resource: Resource = of.startsWith('Contract/')
    ? writtenDecision({ resourceType: 'Contract', status: 'executed', subject: [patient], type: concept(DOCUMENT_SYSTEM, 'category-decision'), identifier: [own] }, at, today, group)
    : writtenRelative({ resourceType: 'RelatedPerson', active: true, patient, identifier: [own] }, at);
  return { resource: withChange(resource, c), request: { method: 'POST', url: resource.resourceType, ifNoneExist: `identifier=${CHANGE_ID}|${value}` } };
}

/* Groups of the decisions that stand after this: the episode says them too. */
function groupsAfter(v: Values): string[] {
  const ofs = [...new Set(Object.keys(v).map(ofKey))].filter((of) => of.startsWith('Contract/') && get(v, keyOf(of, 'decOver')) !== 'yes');
  return [...new Set(ofs.map((of) => get(v, keyOf(of, 'decGroup'))).filter((g) => g !== ''))].sort();
}

/* The transaction: each resource that changes, with the version it was read in. */
export function written(k: Known, base: Values, v: Values, c: Change, today: ClockDate, group: (code: string) => string): BundleEntry[] {
  const touched = new Set(changed(base, v).map(ofKey));
  const entries: BundleEntry[] = [];
  if (touched.has('')) entries.push(put(writtenPerson(k.patient, v, c, today)));
  for (const r of [...k.relatives, ...k.decisions, ...k.cards]) {
    const of = `${r.resourceType}/${r.id ?? ''}`;
    const at = (f: Field): string => get(v, keyOf(of, f));
    const renumbered = r.resourceType === 'Coverage' && get(base, 'card') !== get(v, 'card') && r.subscriberId === get(base, 'card') && get(v, 'card') !== '';
    if (!touched.has(of) && !renumbered) continue;
    const next: Resource = r.resourceType === 'RelatedPerson' ? writtenRelative(r, at) : r.resourceType === 'Contract' ? writtenDecision(r, at, today, group)
      : { ...writtenCard(r, at), ...(renumbered ? { subscriberId: digits(get(v, 'card')) } : {}) } as Insured;
    entries.push(put(withChange(next, c)));
  }
  for (const of of touched) if (isNew(of) && get(v, keyOf(of, 'decOver')) !== 'yes' && get(v, keyOf(of, 'relOver')) !== 'yes') entries.push(made(of, k, (f) => get(v, keyOf(of, f)), c, today, group));
  const groups = groupsAfter(v);
  if (k.episode && groups.join() !== groupsAfter(base).join()) {
    const { type: _t, ...rest } = k.episode;
    entries.push(put({ ...rest, ...orNone('type', groups.map((g) => concept(GROUP_SYSTEM, g, group(g)))) } as Episode));
  }
  return entries;
}

/* ---- what it was before ---- */

export interface Line { key: string; from: string; to: string }
export interface Entry { of: string; at: string; kind: Kind | ''; why: string; who: string; lines: Line[] }

const part = (e: Extension | undefined, name: string): Extension | undefined => e?.extension?.find((x) => x.url === name);
const changeIn = (r: Resource | undefined): Extension | undefined => (r as { extension?: Extension[] } | undefined)?.extension?.find((e) => e.url === CHANGE_URL);
const isKind = (code: string): code is Kind => code === 'undone' || (KINDS as readonly string[]).includes(code);

/* Versions of one resource, newest first, to what each changed. A version that says the change of the one before it was made by something else. */
export function historyOf(versions: Resource[]): Entry[] {
  return versions.flatMap((now, i): Entry[] => {
    const before = versions[i + 1];
    if (!before) return [];
    const [a, b] = [valuesOf(before), valuesOf(now)];
    const lines = changed(a, b).map((key) => ({ key, from: get(a, key), to: get(b, key) }));
    if (lines.length === 0) return [];
    const said = changeIn(now);
    const own = said !== undefined && JSON.stringify(said) !== JSON.stringify(changeIn(before)) ? said : undefined;
    const kind = part(own, 'kind')?.valueCode ?? '';
    return [{
      of: `${now.resourceType}/${now.id ?? ''}`, at: part(own, 'at')?.valueDateTime ?? now.meta?.lastUpdated ?? '', kind: isKind(kind) ? kind : '',
      why: part(own, 'why')?.valueString ?? '', who: part(own, 'who')?.valueReference?.reference ?? '', lines,
    }];
  });
}

/* What was typed and not sent, read back. */
export interface Draft { id: string; base: Values; values: Values; kind: Kind | ''; why: string }
export function parseDraft(text: string | null): Draft | undefined {
  try {
    const d = JSON.parse(text ?? 'null') as Draft | null;
    return d && typeof d.id === 'string' && typeof d.base === 'object' && d.base !== null && typeof d.values === 'object' && d.values !== null ? d : undefined;
  } catch {
    return undefined;
  }
}
