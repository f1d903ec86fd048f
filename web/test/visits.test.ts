import { describe, expect, it } from 'vitest';
import { addDays, wardInstant, wardTime } from '../src/fhir/zone';
import { FhirClient } from '../src/fhir/client';
import { toJson } from '../src/fhir/decimal';
import type { Goal } from '../src/record/registers';
import type { BundleEntry } from '../src/fhir/types';
import { VISIT_CATALOGUES } from '../src/i18n/visits';
import { findCodes, findShort } from '../src/visits/codes';
import { loadWrote, strikeBundle } from '../src/visits/strike';
import shortList from '../../content/visits/icd10-short.json';
import { addendumOf, problemText, procedureText, readParts, sayIn, signedAs, signedName, templateOf, visitBundle, type Setting } from '../src/visits/compose';
import { wardInstant } from '../src/fhir/zone';
import { emptyVisit, findVisit, hasWords, keepVisit, missingOf, reviveVisit, withTemplate, type VisitDraft } from '../src/visits/draft';
import { ICD10, ICD10_SET, TECHNIQUES, type Document, type Licence } from '../src/visits/forms';
import { allowedOn, fitOf, NOTHING_ALLOWED, whysOf } from '../src/visits/licence';
import { practiceOf } from '../src/visits/load';
import { signingRole } from '../src/visits/signer';
import { completeMe } from '../src/access/me';
import { draftsOf } from '../src/access/drafts';

let n = 0;
const key = (): string => `00000000-0000-4000-8000-${String(n++).padStart(12, '0')}`;
const NOW = Date.parse('2026-11-22T03:00:00Z');
const say = sayIn(VISIT_CATALOGUES.vi);

const licence = (more: Partial<Licence>): Licence => ({
  resourceType: 'HealthcareService', active: true, category: [{ coding: [{ system: 'urn:ansinh:licence', code: 'treatment' }] }], ...more,
});
const valid = (start?: string, end?: string): Partial<Licence> => ({
  extension: [{ url: 'urn:ansinh:valid-period', valuePeriod: { ...(start ? { start } : {}), ...(end ? { end } : {}) } }],
});
const technique = (code: string) => ({ coding: [{ system: TECHNIQUES, code }] });

const setting = (more: Partial<Setting> = {}): Setting => ({
  patient: 'p1', stay: 's1', facility: 'f1', allowed: { treats: true, number: '12', techniques: new Set(['1.1']) }, me: { reference: 'Practitioner/d1', display: 'Trần A' },
  role: 'Y sĩ', roleCode: 'assistant-doctor', practice: '001/X', vitals: new Map([['o1', 'Mạch: 88 (đo lúc 07:31)']]), conditions: new Map([['c1', 'I10 Tăng huyết áp']]),
  medicines: [{ reference: 'MedicationRequest/m1', text: 'Amlodipin 5 mg' }], orders: new Map(), client: '', episode: '', promised: [], recalls: [], ...more,
});
const full = (more: Partial<VisitDraft> = {}): VisitDraft => ({
  ...emptyVisit(key, NOW - 600_000), signedAt: NOW, reason: 'Đau đầu\n<b>chóng mặt</b>', exam: { circulation: 'T1, T2 đều', eyes: ' ' }, vitals: ['o1', 'gone'],
  problems: [
    { key: key(), existing: 'c1', coding: undefined, text: '', doubtful: false },
    { key: key(), existing: '', coding: { system: ICD10, code: 'G44.2', display: 'Đau đầu do căng thẳng' }, text: 'dau dau', doubtful: true },
    { key: key(), existing: '', coding: undefined, text: 'mệt', doubtful: false },
  ], ...more,
});
const of = (entries: BundleEntry[] | undefined, type: string) => (entries ?? []).filter((e) => e.resource?.resourceType === type);

describe('who signed', () => {
  it('is called by role, name and licence, and by no title twice', () => {
    expect(signedAs('Y sĩ', 'Trần A', '001/X', say)).toBe('Y sĩ Trần A, giấy phép hành nghề số 001/X');
    expect(signedAs('Bác sĩ', 'Bác sĩ Châu Thị Hương', '', say)).toBe('Bác sĩ Châu Thị Hương');
    expect(signedAs('Bác sĩ', 'bác sĩ Châu', '2', say)).toBe('Bác sĩ Châu, giấy phép hành nghề số 2');
    expect(signedAs('Y sĩ', 'Y Sĩnh', '', say)).toBe('Y sĩ Y Sĩnh');
  });
});

describe('licence and list', () => {
  it.each<[string, Licence[], string, boolean, string[]]>([
    ['none', [], '2026-11-22', false, []],
    ['in force', [licence({ type: [technique('1.1')] })], '2026-11-22', true, ['1.1']],
    ['not active', [licence({ active: false })], '2026-11-22', false, []],
    ['begins tomorrow', [licence(valid('2026-11-23'))], '2026-11-22', false, []],
    ['begins today', [licence(valid('2026-11-22'))], '2026-11-22', true, []],
    ['ended yesterday', [licence(valid('2020', '2026-11-21'))], '2026-11-22', false, []],
    ['lasts through its last year', [licence(valid('2020', '2026'))], '2026-11-22', true, []],
    ['a list alone is no licence', [licence({ category: [{ coding: [{ system: 'urn:ansinh:licence', code: 'list' }] }], type: [technique('1.2')] })], '2026-11-22', false, ['1.2']],
    ['something else', [licence({ category: [{ coding: [{ system: 'x', code: 'treatment' }] }] })], '2026-11-22', false, []],
  ])('%s', (_name, licences, day, treats, techniques) => {
    const allowed = allowedOn(licences, day);
    expect([allowed.treats, [...allowed.techniques]]).toEqual([treats, techniques]);
  });
  it('stops without a licence, asks why outside the list, and knows what is no technique', () => {
    const allowed = allowedOn([licence({ type: [technique('1.1')] })], '2026-11-22');
    expect([fitOf('1.1', allowed), fitOf('1.2', allowed), fitOf('1.1', NOTHING_ALLOWED), fitOf(undefined, NOTHING_ALLOWED)])
      .toEqual(['listed', 'outside-list', 'outside-licence', 'uncoded']);
    expect([whysOf('listed'), whysOf('outside-licence'), whysOf('outside-list').length]).toEqual([[], ['emergency'], 3]);
  });
});

describe('codes', () => {
  const client = (status: number, body: unknown, seen: string[] = []) => new FhirClient({
    fetch: async (url) => { seen.push(String(url)); return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/fhir+json' } }); },
  });
  it('asks for the edition of the day', async () => {
    const seen: string[] = [];
    const found = await findCodes(client(200, { resourceType: 'ValueSet', expansion: { total: 40, contains: [{ system: ICD10, code: 'I10', display: 'Tăng huyết áp', version: '2026' }, { display: 'no code' }] } }, seen), ICD10_SET, ' tang huyet ap ', '2026-06-30');
    expect(found).toEqual({ codings: [{ system: ICD10, code: 'I10', display: 'Tăng huyết áp', version: '2026' }], total: 40, loaded: true });
    expect(seen[0]).toContain('date=2026-06-30');
    expect(seen[0]).toContain('filter=tang%20huyet%20ap&');
  });
  it('without the list ICD-10 has a short one, techniques have none', async () => {
    const found = await findCodes(client(404, { resourceType: 'OperationOutcome' }), ICD10_SET, 'suy tim', '2026-01-01');
    expect([found.loaded, found.codings.map((c) => c.code), found.codings[0]?.system, found.codings[0]?.version]).toEqual([false, ['I11.9', 'I50.0', 'I50.9'], ICD10, undefined]);
    expect(findShort(ICD10_SET, 'tâm thần phan liệt').codings.map((c) => c.code)).toEqual(['F20.0', 'F20.5', 'F20.9']);
    expect(findShort(ICD10_SET, 'e11').codings.map((c) => c.code)).toEqual(['E11.5', 'E11.9']);
    expect([findShort(ICD10_SET, ' ').total, findShort(ICD10_SET, 'zzz').total, findShort('urn:ansinh:list:techniques:all', 'tim').total]).toEqual([0, 0, 0]);
    expect(findShort(ICD10_SET, 'khong dac hieu').codings).toHaveLength(12);
  });
  it.each([['tiểu đường', 'E10.9'], ['cao huyết áp', 'I10'], ['zona', 'B02.9'], ['tieu chay', 'A09'], ['COPD', 'J44.9'], ['đột quỵ', 'I64'], ['cúm', 'J10.1'], ['tay chân miệng', 'B08.4'], ['gout', 'M10.9'], ['sốt xuất huyết', 'A90'], ['mỡ máu', 'E78.5'], ['Down', 'Q90.9']])(
    'what a ward calls "%s" is found first', (typed, code) => expect(findShort(ICD10_SET, typed).codings[0]?.code).toBe(code));
  it('with the full list, what a ward calls it is asked for by its code: name and edition are the list\'s', async () => {
    const seen: string[] = [];
    const full = new FhirClient({ fetch: async (url) => {
      const filter = new URL(String(url), 'http://x').searchParams.get('filter') ?? '';
      seen.push(filter);
      const contains = filter === 'B02.9' ? [{ system: ICD10, code: 'B02.9', display: 'Tên chính thức', version: '2026' }, { system: ICD10, code: 'B02.90', display: 'y' }] : [];
      return new Response(JSON.stringify({ resourceType: 'ValueSet', expansion: { total: contains.length, contains } }), { status: 200, headers: { 'Content-Type': 'application/fhir+json' } });
    } });
    expect(await findCodes(full, ICD10_SET, 'zona', '2026-06-30')).toEqual({ codings: [{ system: ICD10, code: 'B02.9', display: 'Tên chính thức', version: '2026' }], total: 1, loaded: true });
    expect(await findCodes(full, ICD10_SET, 'gout', '2026-06-30')).toEqual({ codings: [], total: 0, loaded: true }); /* not in that edition */
    expect(await findCodes(full, 'urn:ansinh:list:techniques:all', 'zona', '2026-06-30')).toMatchObject({ total: 0 });
    expect(seen).toEqual(['zona', 'B02.9', 'gout', 'M10.9', 'zona']);
  });
  it('the short list has each code once, as ICD-10 writes them', () => {
    const all = findShort(ICD10_SET, '').total === 0 ? shortList.codes : [];
    expect(new Set(all.map(([code]) => code)).size).toBe(all.length);
    for (const [code, name] of all) expect([/^[A-Z]\d\d(\.\d)?$/.test(code ?? ''), (name ?? '').trim() === name && (name ?? '').length > 1, code], code).toEqual([true, true, code]);
  });
  it('says when the list is not there, and fails for everything else', async () => {
    expect((await findCodes(client(404, { resourceType: 'OperationOutcome' }), ICD10_SET, 'x', '2026-01-01')).loaded).toBe(false);
    await expect(findCodes(client(500, {}), ICD10_SET, 'x', '2026-01-01')).rejects.toThrow();
  });
});

describe('what stands in the way of a signature', () => {
  const none = () => false;
  it.each<[string, Partial<VisitDraft>, string[]]>([
    ['nothing', {}, []],
    ['no reason', { reason: ' ' }, ['reason']],
    ['no finding', { problems: [], exam: { eyes: ' ' } }, ['finding']],
    ['an assessment is a finding', { problems: [], exam: {}, assessment: 'ổn' }, []],
    ['a result without a value', { results: [{ key: 'r', kind: 'lab', order: '', name: 'Glucose', value: '', unit: '' }] }, ['result']],
    ['a check without a class', { kind: 'check' }, ['class']],
    ['yesterday', { nextDay: '2026-11-21' }, ['nextDay']],
    ['today', { nextDay: '2026-11-22' }, []],
    ['half a date', { nextDay: '2026-1' }, ['nextDay']],
    ['typed and not taken', { half: { problem: 'tang huyet ap', procedure: 'x', order: 'Công thức máu', orderKind: 'lab', urgent: false } }, ['halfProblem', 'halfProcedure', 'halfOrder']],
    ['spaces are nothing', { half: { problem: ' ', procedure: '', order: ' ', orderKind: 'lab', urgent: true } }, []],
  ])('%s', (_name, more, missing) => expect(missingOf(full(more), none, '2026-11-22')).toEqual(missing));
  it('a technique outside the list needs a kind of reason and words', () => {
    const p = { key: 'p', coding: { system: TECHNIQUES, code: '1.2' }, text: '', why: '' as const, whyText: '' };
    expect(missingOf(full({ procedures: [p] }), () => true, '2026-11-22')).toEqual(['procedure']);
    expect(missingOf(full({ procedures: [{ ...p, why: 'emergency', whyText: ' ' }] }), () => true, '2026-11-22')).toEqual(['procedure']);
    expect(missingOf(full({ procedures: [{ ...p, why: 'emergency', whyText: 'ngừng thở' }] }), () => true, '2026-11-22')).toEqual([]);
    expect(missingOf(full({ procedures: [p] }), none, '2026-11-22')).toEqual([]);
  });
});

describe('the transaction that is signed', () => {
  it('is of the time it took place where it is written later: the visit, its orders and findings; the signature is of now', () => {
    const typed = '2026-11-22T06:15';
    const at = wardInstant(new Date(typed).getTime());
    const wanted = (d: VisitDraft) => visitBundle(d, setting(), say).entry?.map((e) => e.resource) as { resourceType: string; period?: object; authoredOn?: string; performedDateTime?: string; date?: string; event?: object }[];
    const facts = { orders: [{ key: key(), kind: 'lab' as const, text: 'HbA1c', urgent: true }], procedures: [{ key: key(), coding: undefined, text: 'x', why: '' as const, whyText: '' }] };
    const one = (d: VisitDraft, type: string) => wanted(d).find((r) => r.resourceType === type);
    const late = full({ ...facts, when: typed, signedAt: new Date(typed).getTime() + 3 * 3_600_000 });
    expect([one(late, 'Encounter')?.period, one(late, 'ServiceRequest')?.authoredOn, one(late, 'Procedure')?.performedDateTime, one(late, 'Composition')?.event, one(late, 'Composition')?.date])
      .toEqual([{ start: at, end: at }, at, at, [{ period: { start: at, end: at } }], wardInstant(late.signedAt)]);
    expect(one(full(facts), 'Encounter')?.period).toEqual({ start: wardInstant(NOW - 600_000), end: wardInstant(NOW) });
    expect(one(full({ ...facts, when: typed, signedAt: new Date(typed).getTime() - 60_000 }), 'Encounter')?.period).toEqual({ start: wardInstant(new Date(typed).getTime() - 60_000), end: wardInstant(new Date(typed).getTime() - 60_000) });
  });
  it('holds the document, the visit and its facts, each once by its own identifier', () => {
    const bundle = visitBundle(full({
      orders: [{ key: key(), kind: 'lab', text: 'HbA1c', urgent: true }], nextDay: '2026-12-22', nextNote: 'đo HA',
      procedures: [{ key: key(), coding: { system: TECHNIQUES, code: '1.1', display: 'Theo dõi' }, text: '', why: 'other', whyText: 'thừa' }],
    }), setting(), say);
    const entries = bundle.entry ?? [];
    expect(entries.map((e) => e.resource?.resourceType)).toEqual(['Composition', 'Encounter', 'Condition', 'Condition', 'ServiceRequest', 'Procedure', 'Appointment']);
    const places = entries.map((e) => e.fullUrl);
    expect(new Set(places).size).toBe(places.length);
    for (const e of entries) {
      expect(e.request?.ifNoneExist).toMatch(/^identifier=urn:ietf:rfc:3986\|urn:ansinh:entry:/);
      /* a server replaces every text equal to a fullUrl: the identifier must be another text */
      expect(places).not.toContain(e.request?.ifNoneExist?.split('|')[1]);
    }
    /* every reference into the bundle is to something in it */
    const inner = [...JSON.stringify(bundle).matchAll(/"reference":"(urn:uuid:[^"]+)"/g)].map((m) => m[1]);
    expect(inner.length).toBeGreaterThan(6);
    for (const r of inner) expect(places).toContain(r);
    /* on the list: no reason is stored, whatever was typed before */
    expect(JSON.stringify(of(entries, 'Procedure'))).not.toContain('outside-list');
  });
  it('says what was seen, in order, escaped, with the time of a reading; what is gone is left out', () => {
    const [document] = of(visitBundle(full(), setting(), say).entry, 'Composition');
    const parts = readParts((document?.resource as Document).section);
    expect(parts.map((p) => p.code)).toEqual(['reason', 'vitals', 'exam', 'problems', 'medicines']);
    expect(parts[0]?.lines).toEqual(['Đau đầu', '<b>chóng mặt</b>']);
    expect(parts[1]?.lines).toEqual(['Mạch: 88 (đo lúc 07:31)']);
    expect(parts[2]?.parts.map((p) => [p.code, ...p.lines])).toEqual([['circulation', 'T1, T2 đều']]);
    expect(parts[3]?.lines).toEqual(['I10 Tăng huyết áp', 'G44.2 Đau đầu do căng thẳng, theo dõi thêm', 'mệt (chưa mã hóa)']);
  });
  it('is signed by its author with role and licence number; a facility without a licence makes no claim', () => {
    const [entry] = of(visitBundle(full(), setting(), say).entry, 'Composition');
    const d = entry?.resource as Document;
    expect([d.status, d.author?.[0]?.reference, d.attester?.[0]?.party?.display]).toEqual(['final', 'Practitioner/d1', 'Y sĩ Trần A, giấy phép hành nghề số 001/X']);
    expect([d.title, d.category?.[0]?.coding?.[0]?.code]).toEqual(['Phiếu khám bệnh', 'medical-record']);
    const [other] = of(visitBundle(full(), setting({ allowed: NOTHING_ALLOWED }), say).entry, 'Composition');
    const m = other?.resource as Document;
    expect([m.title, m.category?.[0]?.coding?.[0]?.code]).toEqual(['Phiếu theo dõi sức khỏe', 'health-monitoring']);
    expect(JSON.stringify(m)).not.toContain('bệnh án');
    expect(signedName(setting({ practice: '' }), say)).toBe('Y sĩ Trần A');
  });
  it('a number keeps its zeros, words stay words, and the order it answers is done', () => {
    const order = { resourceType: 'ServiceRequest' as const, id: 'q1', status: 'active', intent: 'order' };
    const d = full({ results: [
      { key: key(), kind: 'lab', order: 'q1', name: 'Glucose', value: '5,60', unit: 'mmol/L' }, { key: key(), kind: 'lab', order: 'q1', name: 'Nước tiểu', value: 'âm tính', unit: '' },
      { key: key(), kind: 'imaging', order: '', name: 'X quang', value: 'bình thường', unit: '' },
    ] });
    const entries = visitBundle(d, setting({ orders: new Map([['q1', { order, etag: 'W/"3"' }]]) }), say).entry;
    expect(toJson(of(entries, 'Observation')[0]?.resource)).toContain('"valueQuantity":{"value":5.60,"unit":"mmol/L"}');
    expect(toJson(of(entries, 'Observation')[1]?.resource)).toContain('"valueString":"âm tính"');
    expect(of(entries, 'DiagnosticReport')).toHaveLength(1);
    const put = of(entries, 'ServiceRequest');
    expect(put.map((e) => [e.request?.method, e.request?.ifMatch, (e.resource as { status?: string }).status])).toEqual([['PUT', 'W/"3"', 'completed']]);
  });
  it('a technique outside list or licence carries its reason', () => {
    const p = { key: key(), coding: { system: TECHNIQUES, code: '9.9', display: 'Khác' }, text: '', why: 'emergency' as const, whyText: ' ngừng thở ' };
    const [entry] = of(visitBundle(full({ procedures: [p] }), setting(), say).entry, 'Procedure');
    expect(JSON.stringify(entry?.resource)).toContain('"valueCodeableConcept":{"coding":[{"system":"urn:ansinh:outside-list","code":"emergency"}],"text":"ngừng thở"}');
    expect(procedureText(p, say)).toBe('9.9 Khác [ngoài danh mục: cấp cứu:  ngừng thở ]');
  });
  it('somebody without a bed is a client of a kind; a resident never is', () => {
    const types = (stay: string) => (of(visitBundle(full({ client: 'work-accident' }), setting({ stay }), say).entry, 'Encounter')[0]?.resource as { type?: { coding: { code: string }[] }[]; partOf?: unknown });
    expect([types('').type?.map((t) => t.coding[0]?.code), types('').partOf]).toEqual([['visit', 'work-accident'], undefined]);
    expect(types('s1').type?.map((t) => t.coding[0]?.code)).toEqual(['visit']);
  });
  it('who is known to come from outside is that, whatever was tapped, and the visit is part of that time', () => {
    const e = of(visitBundle(full({ client: 'day' }), setting({ stay: '', client: 'work-disease', episode: 'e1' }), say).entry, 'Encounter')[0]?.resource as { type?: { coding: { code: string }[] }[]; episodeOfCare?: unknown };
    expect([e.type?.map((t) => t.coding[0]?.code), e.episodeOfCare]).toEqual([['visit', 'work-disease'], [{ reference: 'EpisodeOfCare/e1' }]]);
  });
  it('keeps the promise it was made for, with the hours it took, and no other', () => {
    const a = { resourceType: 'Appointment' as const, id: 'a1', meta: { versionId: '4' }, status: 'proposed', requestedPeriod: [{ start: '2026-11-22' }] };
    const [put] = of(visitBundle(full({ kept: ['a1', 'called-off'] }), setting({ promised: [a, { ...a, id: 'a2' }] }), say).entry, 'Appointment');
    expect(of(visitBundle(full(), setting({ promised: [a] }), say).entry, 'Appointment')).toEqual([]);
    expect(of(visitBundle(full({ kept: ['a1'] }), setting({ promised: [a, { ...a, id: 'a2' }] }), say).entry, 'Appointment').length).toBe(1);
    expect([put?.request?.method, put?.request?.url, put?.request?.ifMatch]).toEqual(['PUT', 'Appointment/a1', 'W/"4"']);
    expect(put?.resource).toMatchObject({ status: 'fulfilled', start: wardInstant(NOW - 600_000), end: wardInstant(NOW) });
  });
  it('moves the recall of the registers it looked at, and no other', () => {
    const goal = (id: string, due: string): Goal => ({ resourceType: 'Goal', id, meta: { versionId: '2' }, target: [{ detailQuantity: { value: 150 }, dueDate: due }, { dueDate: due }] });
    const recalls = (due: string): Setting['recalls'] => [{ register: 'hypertension', goal: goal('g1', due), conditions: ['c1'] }, { register: 'diabetes', goal: goal('g2', due), conditions: ['c9'] }];
    const moved = (due: string, more: Partial<VisitDraft> = {}) => of(visitBundle(full(more), setting({ recalls: recalls(due) }), say).entry, 'Goal');
    const today = wardTime(NOW).day;
    const days = (list: BundleEntry[]) => list.map((e) => (e.resource as Goal).target?.map((t) => t.dueDate));
    expect(moved(addDays(today, -8)).map((e) => [e.request?.method, e.request?.url, e.request?.ifMatch])).toEqual([['PUT', 'Goal/g1', 'W/"2"']]);
    expect(days(moved(addDays(today, -8)))).toEqual([[addDays(today, 30), addDays(today, 30)]]); /* a round of the register */
    expect(days(moved(today))).toEqual([[addDays(today, 30), addDays(today, 30)]]);
    expect(moved(addDays(today, 5))).toEqual([]); /* nothing promised: what lies ahead stays */
    expect(days(moved(addDays(today, 5), { nextDay: addDays(today, 90) }))).toEqual([[addDays(today, 90), addDays(today, 90)]]);
    expect(moved(addDays(today, -8), { problems: [] })).toEqual([]);
  });
  it('the class of a check is kept as a finding', () => {
    const [entry] = of(visitBundle(full({ kind: 'check', healthClass: 'III' }), setting(), say).entry, 'Observation');
    expect(JSON.stringify(entry?.resource)).toContain('"valueCodeableConcept":{"coding":[{"system":"urn:ansinh:health-class","code":"III"}]');
  });
});

describe('afterwards', () => {
  it('an addendum belongs to its note and to nobody else\'s hand', () => {
    const d = addendumOf({ resourceType: 'Composition', id: 'x', subject: { reference: 'Patient/p1' } }, 'một\nhai', { me: { reference: 'Practitioner/d2', display: 'B' }, name: 'Bác sĩ B', roleCode: 'doctor' }, NOW, 'k', say);
    expect([d.relatesTo?.[0]?.targetReference?.reference, d.author?.[0]?.display, d.attester?.[0]?.party?.reference]).toEqual(['Composition/x', 'Bác sĩ B', 'Practitioner/d2']);
    expect(readParts(d.section)[0]?.lines).toEqual(['một', 'hai']);
  });
  it('sections within sections within sections are read two deep, whoever wrote them', () => {
    let section: NonNullable<Document['section']>[number] = { title: 'last' };
    for (let i = 0; i < 5000; i += 1) section = { title: 't', section: [section] };
    expect(readParts([section])[0]?.parts[0]?.parts).toEqual([]);
  });
  it('the role in which one signs is the medical one', () => {
    const me = (roles: string[]) => signingRole(completeMe({ roles: roles.map((role) => ({ role, organization: 'Organization/f1', wards: [] })) }));
    expect(me(['nurse', 'assistant-doctor'])).toEqual({ code: 'assistant-doctor', facility: 'f1' });
    expect(me(['assistant-doctor', 'doctor']).code).toBe('doctor');
    expect(me(['nurse']).code).toBe('');
    expect(practiceOf({ qualification: [{}, { identifier: [{ value: '77' }] }] })).toBe('77');
  });
});

describe('drafts and templates', () => {
  const storage = () => {
    const map = new Map<string, string>();
    return { get length() { return map.size; }, key: (i: number) => [...map.keys()][i] ?? null, getItem: (k: string) => map.get(k) ?? null, setItem: (k: string, v: string) => { map.set(k, v); }, removeItem: (k: string) => { map.delete(k); } };
  };
  it('a draft comes back to the account that wrote it and to no other', () => {
    const s = storage();
    const mine = draftsOf('a', () => s);
    const d = full({ signedAt: 0 });
    keepVisit(mine, 'p1', d);
    expect(findVisit(mine, 'p1', key, NOW)).toEqual({ draft: d, restored: true });
    expect(findVisit(draftsOf('b', () => s), 'p1', key, NOW).restored).toBe(false);
    expect(findVisit(mine, 'p2', key, NOW).restored).toBe(false);
    keepVisit(mine, 'p1', emptyVisit(key, NOW));
    expect(mine.count()).toBe(0);
  });
  it.each([null, '', '{', '[]', '7', '{"id":1}'])('%j is no draft', (text) => expect(reviveVisit(text, emptyVisit(key, NOW))).toBeUndefined());
  it('what an older page stored is completed', () => {
    const d = reviveVisit('{"id":"i","encounter":"e","begunAt":1,"reason":"x","orders":null}', emptyVisit(key, NOW));
    expect([d?.reason, d?.orders, d?.problems]).toEqual(['x', [], []]);
  });
  it('a template fills what is empty and takes nothing away', () => {
    const made = templateOf(full({ advice: 'ăn nhạt' }), 'Mẫu', 'own', { me: { reference: 'Practitioner/d1', display: 'A' }, facility: 'f1' }, NOW, 'k', say);
    expect(JSON.stringify(made)).not.toContain('p1');
    /* read as the page does, without a browser's parser */
    const t = { id: 'own x', title: 'Mẫu', reason: 'r', history: 'h', exam: { circulation: 'mẫu', skin: 'da' }, assessment: '', advice: 'ăn nhạt' };
    const d = withTemplate({ ...emptyVisit(key, NOW), reason: 'của tôi', exam: { circulation: 'thổi tâm thu' } }, t);
    expect([d.reason, d.history, d.exam, d.advice]).toEqual(['của tôi', 'h', { circulation: 'thổi tâm thu', skin: 'da' }, 'ăn nhạt']);
    expect(hasWords(d)).toBe(true);
    expect(problemText({ key: '', existing: 'c9', coding: undefined, text: 'cũ', doubtful: false }, new Map(), say)).toBe('cũ');
  });
});

describe('striking a visit out', () => {
  const at = '2026-11-24T03:00:00.123Z';
  const document = { resourceType: 'Composition', id: 'd1', meta: { versionId: '1', lastUpdated: at }, status: 'final', subject: { reference: 'Patient/p1' }, encounter: { reference: 'Encounter/e1' }, attester: [{ time: 'T' }] } as unknown as Document;
  const there: Record<string, object[]> = {
    Condition: [{ resourceType: 'Condition', id: 'c1', meta: { versionId: '1' }, clinicalStatus: { coding: [{ code: 'active' }] }, code: { text: 'Gút' } }, { resourceType: 'Condition', id: 'c2', verificationStatus: { coding: [{ code: 'entered-in-error' }] } }],
    'ServiceRequest?encounter': [{ resourceType: 'ServiceRequest', id: 's1', meta: { versionId: '1' }, status: 'active', code: { text: 'X' } }, { resourceType: 'ServiceRequest', id: 's2', status: 'completed', code: { text: 'Y' } }],
    'ServiceRequest?status': [{ resourceType: 'ServiceRequest', id: 's9', meta: { versionId: '2', lastUpdated: at }, status: 'completed' }, { resourceType: 'ServiceRequest', id: 's8', meta: { versionId: '3', lastUpdated: '2026-11-20T00:00:00Z' }, status: 'completed' }],
    Goal: [{ resourceType: 'Goal', id: 'g1', meta: { versionId: '4', lastUpdated: at }, target: [{ dueDate: '2026-12-24' }] }, { resourceType: 'Goal', id: 'g2', meta: { versionId: '1', lastUpdated: at } }],
    Appointment: [{ resourceType: 'Appointment', id: 'a1', meta: { versionId: '1', lastUpdated: at }, status: 'proposed', created: 'T', requestedPeriod: [{ start: '2026-12-01' }] }, { resourceType: 'Appointment', id: 'a2', meta: { versionId: '1' }, status: 'proposed', created: 'other' }],
  };
  const client = new FhirClient({ fetch: async (url) => {
    const u = new URL(String(url), 'http://x');
    const [, , type = '', id, history] = u.pathname.split('/');
    const answer = history ? { resourceType: 'Bundle', type: 'history', entry: [{ resource: { resourceType: type, id } }, { resource: { resourceType: type, id, meta: { versionId: '3' }, status: 'active', target: [{ dueDate: '2026-11-24' }] } }] }
      : id ? { resourceType: type, id, meta: { versionId: '1' }, status: 'finished' }
        : { resourceType: 'Bundle', type: 'searchset', entry: (there[type] ?? there[`${type}?${u.searchParams.has('encounter') ? 'encounter' : 'status'}`] ?? []).map((resource) => ({ resource })) };
    return new Response(JSON.stringify(answer), { status: 200, headers: { ETag: 'W/"1"' } });
  } });
  it('finds what it made and what it moved, and nothing else', async () => {
    const wrote = await loadWrote(client, document);
    expect(wrote.made.map((m) => [m.key, m.kind, m.text])).toEqual([['Condition/c1', 'problem', 'Gút'], ['ServiceRequest/s1', 'order', 'X'], ['Appointment/a1', 'next', '01/12/2026']]);
    expect(wrote.moved.map((m) => `${m.now.resourceType}/${m.now.id ?? ''}`).sort()).toEqual(['Goal/g1', 'ServiceRequest/s9']);
  });
  it('one transaction: struck with the reason, the moved as before, what is let stand untouched', async () => {
    const wrote = await loadWrote(client, document);
    const b = strikeBundle(document, 'W/"1"', wrote, new Set(['ServiceRequest/s1']), 'nhầm người');
    expect((b.entry ?? []).map((e) => [e.request?.url, e.request?.ifMatch, (e.resource as { status?: string }).status])).toEqual([
      ['Composition/d1', 'W/"1"', 'entered-in-error'], ['Encounter/e1', 'W/"1"', 'entered-in-error'], ['ServiceRequest/s1', 'W/"1"', 'entered-in-error'],
      ['Goal/g1', 'W/"4"', 'active'], ['ServiceRequest/s9', 'W/"2"', 'active']]);
    expect((b.entry?.[2]?.resource as { extension?: object[] }).extension).toEqual([{ url: 'urn:ansinh:extension:reason', valueString: 'nhầm người' }]);
    expect((b.entry?.[3]?.resource as { target?: object[] }).target).toEqual([{ dueDate: '2026-11-24' }]);
  });
});
