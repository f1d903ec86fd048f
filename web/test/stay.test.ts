import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { placeholders } from '../src/i18n/format';
import { STAY_CATALOGUES, type StayKey } from '../src/i18n/stay';
import { admission, missingPapers, takenBack, timersOf, type Words } from '../src/stay/admit';
import { changeBed, comeBack, death, discharge, doAct, goAway, type Standing, type Task } from '../src/stay/acts';
import { bedLines, freeBeds, nextFree } from '../src/stay/beds';
import { cardGroup, checkCard, checkId, readQr } from '../src/stay/card';
import { birthOfAge, emptyDraft, fromCard, issuesOf, parseDraft, type Draft } from '../src/stay/draft';
import { csv, daysBetween, mealOrder, movement, personDays, personDaysOf, whereAt, type Eater } from '../src/stay/count';
import { addDays, addMonths, instantOf, wardInstant } from '../src/fhir/zone';
import { ended, lookedAfter, registration, workOf } from '../src/stay/client';
import { cardsOf, deadlinesOf } from '../src/stay/deadlines';
import { alive } from '../src/stay/alive';
import { certify, gapsIn, mustTellAuthority, nothingTyped, shownOf, struck, type Certificate, type Known, type Typed, type Visit, type Words } from '../src/stay/certify';
import { awayExtension, awaysOf, clientOf, endedByDeath, isOverdue, openAway, type Bed, type Episode, type Patient, type Stay } from '../src/stay/forms';
import { dueAt, urgencyOf } from '../src/stay/terms';
import { bedRefused, takeAllBack } from '../src/stay/load';
import { goesOn, lately } from '../src/stay/reopen';
import { conflicts, entriesOf, isSince, mergeBundle, partBundle, partedPatients, personOf, takenFrom, type Ledger } from '../src/stay/merge';
import { learnLinks } from '../src/fhir/samePerson';
import { likeness, likes } from '../src/stay/same';
import { addWorkDays, PAPERS, WAYS, waysFor } from '../src/stay/ways';
import { FhirClient, FhirError, refersTo } from '../src/fhir/client';
import type { Bundle, Resource } from '../src/fhir/types';

const TODAY = { year: 2026, month: 11, day: 22 };
const NOW = Date.parse('2026-11-22T10:00:00+07:00');
const local = (text: string): Date => new Date(text);
const QR = '000148000123|012345678|Nguyễn Thị Hoa|02031948|Nữ|Thôn 1, Xã Tân Hưng, Bắc Ninh|15062021';
const words: Words = {
  unknown: (g, a, d) => `${g} ${a} ${d}`, papers: 'P', belongings: 'B', task: { 'notify-commune': 'n', identify: 'i', 'complete-file': 'f', term: 't' }, group: (c) => c,
  client: { day: 'D', outpatient: 'O', 'work-accident': 'A', 'work-disease': 'S' },
};
const may = { finance: true, decisions: true };
const draft = (more: Partial<Draft> = {}): Draft => ({
  ...emptyDraft('2026-11-22T09:30', 'f1'), id: '0f0f0f0f-1111-4222-8333-444444444444', who: 'named', name: 'Nguyễn Thị Hoa', birth: '02/03/1948', gender: 'female', bed: 'b1', way: 'special', ...more,
});
const of = <T>(b: Bundle, type: string): T[] => (b.entry ?? []).map((e) => e.resource).filter((r) => r?.resourceType === type) as unknown as T[];

describe('the catalogue of coming and going', () => {
  const { vi: first, en: second } = STAY_CATALOGUES;
  const keys = Object.keys(first) as StayKey[];
  it('has the same keys and values in both', () => {
    expect(Object.keys(second).sort()).toEqual([...keys].sort());
    for (const key of keys) {
      expect(placeholders(second[key]), key).toEqual(placeholders(first[key]));
      expect(first[key].trim() !== '' && second[key].trim() !== '', key).toBe(true);
    }
  });
  it('holds no message that nothing shows', () => {
    const room = join(__dirname, '../src/stay');
    const code = readdirSync(room).filter((f) => /\.tsx?$/.test(f)).map((f) => readFileSync(join(room, f), 'utf8')).join('\n');
    const prefixes = [...code.matchAll(/(?:w\(|vi\[)`([\w./-]+\.)\$\{/g)].map((m) => m[1] as string);
    expect(keys.filter((key) => !code.includes(`'${key}'`) && !prefixes.some((p) => key.startsWith(p)))).toEqual([]);
  });
});

describe('the code of an identity card', () => {
  it('fills in everything it says', () => {
    expect(readQr(QR, TODAY)).toEqual({
      id: '000148000123', oldId: '012345678', name: 'Nguyễn Thị Hoa', birth: '1948-03-02', gender: 'female', address: 'Thôn 1, Xã Tân Hưng, Bắc Ninh', issued: '2021-06-15', unread: {},
    });
    expect(readQr(QR.replace('012345678', ''), TODAY)?.oldId).toBe('');
    expect(readQr(`${QR}||more|fields`, TODAY)?.id).toBe('000148000123');
    expect(readQr(QR.replace('02031948', '00001948'), TODAY)?.birth).toBe('1948');
  });
  it.each(['', 'abc', '123|x', QR.replace('000148000123', '0001480'), QR.replaceAll('|', ';'), QR.replace('Nguyễn Thị Hoa', ''), QR.replace('Nguyễn Thị Hoa', '123')])('%s is none', (text) => {
    expect(readQr(text, TODAY)).toBeUndefined();
  });
  it.each(['31021948', '02032999', ''])('a birth of %j cannot be: asked for, and the rest is taken', (born) => {
    const card = readQr(QR.replace('02031948', born), TODAY);
    expect([card?.birth, card?.unread, card?.name, card?.id]).toEqual(['', { birth: born }, 'Nguyễn Thị Hoa', '000148000123']);
    const d = fromCard(draft({ birth: '01/01/1990' }), card as NonNullable<typeof card>);
    expect([d.birth, issuesOf(d, TODAY, NOW).filter((i) => i.stops).map((i) => i.field)]).toEqual(['', ['birth']]);
  });
  it('without old number, address and issue it is still a card', () => {
    const card = readQr('000148000123||Nguyễn Thị Hoa|02031948|Nữ', TODAY);
    expect([card?.oldId, card?.address, card?.issued, card?.unread]).toEqual(['', '', '', {}]);
    expect(readQr('000148000123||Nguyễn Thị Hoa|02031948', TODAY)?.unread).toEqual({ gender: '' });
  });
  it('goes into the fields as a hand would type them', () => {
    const d = fromCard(draft({ name: '', birth: '', gender: '' }), readQr(QR, TODAY) as NonNullable<ReturnType<typeof readQr>>);
    expect([d.name, d.birth, d.gender, d.idNumber, d.who]).toEqual(['Nguyễn Thị Hoa', '02/03/1948', 'female', '000148000123', 'named']);
    expect(issuesOf(d, TODAY, NOW)).toEqual([]);
  });
});

describe('numbers', () => {
  it.each([
    ['000148000123', '1948-03-02', 'female', []], ['000148000123', '1949', 'female', ['idYearClash']], ['000148000123', '1948', 'male', ['idGenderClash']],
    ['48000123', '1948', 'male', ['idShape']], ['012345678', '1948', 'male', []], ['x', '', '', ['idShape']], ['', '', '', []],
  ])('%s born %s', (number, birth, gender, trouble) => expect(checkId(number, birth, gender)).toEqual(trouble));
  it('of insurance cards', () => {
    expect(cardGroup('bt2 79 1234567890')).toEqual({ group: 'BT', level: 2, province: '79' });
    expect(cardGroup('BT9791234567890')).toBeUndefined();
    expect([checkCard('BT2791234567890'), checkCard('BT27912345'), checkCard('')]).toEqual([[], ['cardShape'], []]);
  });
});

describe('what is typed', () => {
  it.each([
    [{ who: '' }, 'who'], [{ name: 'X1' }, 'name'], [{ gender: '' }, 'gender'], [{ birth: '31/02/1948' }, 'birth'], [{ birth: '01/01/2999' }, 'birthFuture'],
    [{ at: '2026-11-22T23:30' }, 'atFuture'], [{ at: '1948-03-01T10:00' }, 'atBeforeBirth'], [{ bed: '' }, 'bed'], [{ way: '' }, 'way'], [{ at: '' }, 'at'],
    [{ card: 'BT2' }, 'cardShape'], [{ phone: '12' }, 'phone'], [{ guardianName: 'A B' }, 'relation'], [{ who: 'unknown', about: '' }, 'about'], [{ who: 'unknown', about: '140' }, 'about'],
    [{ decisions: [{ group: 'elderly', number: '12/QĐ', date: '', by: '', from: '', until: '' }] }, 'decisionDate'],
    [{ decisions: [{ group: 'elderly', number: '', date: '', by: '', from: '2026-02-01', until: '2026-01-01' }] }, 'decisionPeriod'],
  ] as [Partial<Draft>, string][])('%o stops with %s', (more, trouble) => {
    expect(issuesOf(draft(more), TODAY, NOW).filter((i) => i.stops).map((i) => i.trouble)).toContain(trouble);
  });
  it('asks about a number that says otherwise, and lets it stand', () => {
    expect(issuesOf(draft({ idNumber: '000149000123' }), TODAY, NOW)).toEqual([{ field: 'idNumber', trouble: 'idYearClash', stops: false }]);
  });
  it('of somebody unknown is four answers', () => {
    const d: Draft = { ...emptyDraft('2026-11-22T09:30', 'f1'), who: 'unknown', gender: 'male', about: '60', bed: 'b1' };
    expect(issuesOf(d, TODAY, NOW)).toEqual([]);
    expect(birthOfAge('60', TODAY)).toBe('1966');
  });
  it('comes back from storage, and nothing else does', () => {
    expect(parseDraft(JSON.stringify(draft({ name: 'A B' })), draft()).name).toBe('A B');
    for (const text of [null, '', '{', '[]', '{"name":"x"}']) expect(parseDraft(text, draft({ name: 'C D' })).name).toBe('C D');
  });
});

describe('the same person?', () => {
  const person = (name: string, birth?: string, number?: string): Patient => ({
    resourceType: 'Patient', id: name, name: [{ text: name }], ...(birth && { birthDate: birth }), ...(number && { identifier: [{ system: 's', value: number }] }),
  });
  const typed = (name: string, birth = '', ...numbers: string[]) => ({ name, birth, numbers });
  it.each([
    [typed('Nguyễn Thị Hoa', '1948-03-02'), person('Nguyen Thi Hoa', '1948-03-02'), 'nameAndBirth', true],
    [typed('Hoa Nguyễn Thị', '1948-03-02'), person('Nguyễn Thị Hoa', '1948'), 'nameAndBirth', false],
    [typed('Nguyễn Thị Hoa', '1948-03-02'), person('Nguyễn Thị Hoa', '1948-02-03'), 'nameAndBirth', false],
    [typed('Nguyễn Thị Hoa', '1948-03-02'), person('Nguyễn Thị Hoa', '1949-10-10'), 'nameNearBirth', false],
    [typed('Nguyễn Thị Hoa', '1948-03-02'), person('Nguyễn Thị Hoa', '1960'), undefined, false],
    [typed('Nguyễn Thị Hoa'), person('Nguyễn Thị Hoà'), 'name', false],
    [typed('Nguyễn Thị Hoa', '1948', '000148000123'), person('Trần Văn A', '1990', '000148000123'), 'number', true],
    [typed('Nguyễn Thị Hoa', '1948', ''), person('Trần Văn A', '1948', ''), undefined, false],
  ])('%o and %o', (t, p, reason, sure) => {
    const like = likeness(t, p);
    expect(like?.reason).toBe(reason);
    if (reason !== undefined) expect(like?.sure).toBe(sure);
  });
  it('leaves out records that another one replaced, and puts the surest first', () => {
    const gone: Patient = { ...person('Nguyễn Thị Hoa', '1948-03-02'), id: 'gone', link: [{ other: { reference: 'Patient/x' }, type: 'replaced-by' }] };
    const found = likes(typed('Nguyễn Thị Hoa', '1948-03-02', '012345678'), [person('Nguyễn Thị Hoa', '1949'), gone, { ...person('Lê A', '1990', '012345678'), id: 'n' }]);
    expect(found.map((l) => l.reason)).toEqual(['number', 'nameNearBirth']);
  });
});

describe('ways in', () => {
  it('name papers that there are, and a basis for each', () => {
    for (const way of WAYS) for (const code of [...way.papers, ...way.wanted]) expect(PAPERS.find((p) => p.code === code), `${way.code} ${code}`).toBeDefined();
    for (const p of PAPERS) expect(p.basis !== '' && p.vi !== '' && p.en !== '').toBe(true);
  });
  it('differ by kind of facility', () => {
    expect(waysFor('TGXH-NCT').map((w) => w.code)).toEqual(['special', 'emergency', 'voluntary', 'other']);
    expect(waysFor('CNMT-CL').map((w) => w.code)).toEqual(['rehab-voluntary', 'rehab-compulsory', 'other']);
    expect(waysFor('NCC-ND').map((w) => w.code)).toEqual(['merit-care', 'merit-convalescence', 'other']);
  });
  it('count days as the law does', () => {
    expect(addWorkDays('2026-11-20', 1)).toBe('2026-11-23'); /* a Friday */
    expect(addWorkDays('2026-11-22', 10)).toBe('2026-12-04');
    expect([addMonths('2026-11-30', 3), addMonths('2026-11-22', 3)]).toEqual(['2027-02-28', '2027-02-22']);
  });
});

describe('an admission', () => {
  it('is one transaction that names each of its parts once', () => {
    const d = draft({
      idNumber: '000148000123', card: 'BT2791234567890', guardianName: 'Lê Văn Con', guardianRelation: 'CHILD', isGuardian: 'yes', belongings: 'Điện thoại\n\nVí', papers: { declaration: 'have', 'id-copy': 'later' },
      decisions: [{ group: 'elderly', number: '12/QĐ-UBND', date: '01/11/2026', by: 'UBND xã', from: '2026-11-01', until: '' }],
    });
    const b = admission(d, TODAY, words, may);
    expect((b.entry ?? []).map((e) => e.resource?.resourceType)).toEqual(['Patient', 'EpisodeOfCare', 'Encounter', 'Contract', 'RelatedPerson', 'Coverage', 'List', 'List', 'Task']);
    expect(new Set((b.entry ?? []).map((e) => e.request?.ifNoneExist)).size).toBe(9);
    expect(new Set((b.entry ?? []).map((e) => e.fullUrl)).size).toBe(9);
    expect(JSON.stringify(admission(d, TODAY, words, may))).toBe(JSON.stringify(b));
    const [stay] = of<Stay>(b, 'Encounter');
    expect(stay?.location).toEqual([{ location: { reference: 'Location/b1' }, status: 'active', period: { start: stay?.period?.start } }]);
    expect(stay?.subject?.reference).toBe(b.entry?.[0]?.fullUrl);
    const [papers] = of<{ entry: { flag: { coding: { code: string }[] } }[] }>(b, 'List');
    expect(papers?.entry.map((e) => e.flag.coding[0]?.code).slice(0, 3)).toEqual(['have', 'missing', 'missing']);
    expect(missingPapers(d)).toEqual(['id-copy', 'commune-request', 'admission-decision']);
  });
  it('leaves out what the account may not write', () => {
    const b = admission(draft({ card: 'BT2791234567890', decisions: [{ group: 'elderly', number: '1', date: '1/1/2026', by: '', from: '', until: '' }] }), TODAY, words, { finance: false, decisions: false });
    expect([of(b, 'Coverage').length, of(b, 'Contract').length]).toEqual([0, 0]);
    expect(of<Patient>(b, 'Patient')[0]?.identifier?.some((i) => i.value === 'BT2791234567890')).toBe(true);
  });
  it('of the same person makes no second one', () => {
    const b = admission(draft({ same: 'p9' }), TODAY, words, may);
    expect(of(b, 'Patient')).toEqual([]);
    expect(of<Stay>(b, 'Encounter')[0]?.subject?.reference).toBe('Patient/p9');
  });
  it('of somebody unknown has a year of birth, no state number, and its timers', () => {
    const d = draft({ who: 'unknown', way: '', about: '60', name: '', birth: '', foundAt: 'Bến xe' });
    const b = admission(d, TODAY, words, may);
    const [p] = of<Patient>(b, 'Patient');
    expect([p?.birthDate, p?.name?.[0]?.use]).toEqual(['1966', 'temp']);
    expect((p?.identifier ?? []).some((i) => /^\d{9,12}$/.test(i.value ?? ''))).toBe(false);
    expect(timersOf(d, local('2026-11-22T09:30:00+07:00')).map((t) => [t.code, t.due.slice(0, 10)])).toEqual([
      ['notify-commune', '2026-11-24'], ['identify', '2026-12-02'], ['complete-file', '2026-12-04'], ['term', '2027-02-22']]);
    expect(of(b, 'Task').length).toBe(4);
  });
  it('is taken back by marks, never by deleting', () => {
    expect(takenBack({ resourceType: 'Patient', id: 'p', active: true } as Resource)).toEqual({ resourceType: 'Patient', id: 'p', active: false });
    expect(takenBack({ resourceType: 'Encounter', id: 'e', status: 'in-progress' } as Resource)).toEqual({ resourceType: 'Encounter', id: 'e', status: 'entered-in-error' });
  });
});

const place = (id: string, kind: string, partOf?: string): Bed => ({
  resourceType: 'Location', id, name: id, physicalType: { coding: [{ code: kind }] }, ...(partOf && { partOf: { reference: `Location/${partOf}` } }),
});
const stay = (more: Partial<Stay> = {}): Stay => ({
  resourceType: 'Encounter', id: 's1', meta: { versionId: '3' }, status: 'in-progress', class: { code: 'IMP' }, subject: { reference: 'Patient/p1' }, period: { start: '2026-11-01T08:00:00+07:00' },
  location: [{ location: { reference: 'Location/b1' }, status: 'active' }], ...more,
});
const only = (b: Bundle): Stay => b.entry?.[0]?.resource as unknown as Stay;

describe('somebody who does not live here', () => {
  const worker = draft({ living: 'away', bed: '', way: '', client: 'work-accident', employer: ' Mỏ than X ', job: 'thợ lò', harmDay: '15/03/2026', harm: 'gãy xương đùi', loss: '31' });
  it('is a person and a time under care, without bed or stay', () => {
    expect(issuesOf(worker, TODAY, NOW).filter((i) => i.stops)).toEqual([]);
    const b = registration(worker, TODAY, words, may);
    expect((b.entry ?? []).map((e) => e.resource?.resourceType)).toEqual(['Patient', 'EpisodeOfCare']);
    const [episode] = of<Episode>(b, 'EpisodeOfCare');
    expect([clientOf(episode as Episode), episode?.type?.map((t) => t.coding?.[0]?.code), episode?.managingOrganization?.reference]).toEqual(['work-accident', ['work-accident', 'worker'], 'Organization/f1']);
    expect(workOf(episode as Episode)).toEqual({ employer: 'Mỏ than X', job: 'thợ lò', day: '2026-03-15', what: 'gãy xương đùi', loss: '31' });
    expect((b.entry ?? []).every((e) => (e.request?.ifNoneExist ?? '').startsWith('identifier='))).toBe(true);
  });
  it('who is in the record already gets the time under care alone', () => {
    const b = registration({ ...worker, same: 'p9', client: 'day' }, TODAY, words, may);
    expect(of<Episode>(b, 'EpisodeOfCare')[0]?.patient?.reference).toBe('Patient/p9');
    expect([of(b, 'Patient').length, workOf(of<Episode>(b, 'EpisodeOfCare')[0] as Episode)]).toEqual([0, undefined]);
  });
  it('is not written a second time for who is looked after already, or lives here', async () => {
    const ask = async (episodes: Partial<Episode>[], stays: object[], same = 'p9') => {
      const asked: string[] = [];
      const client = new FhirClient({ fetch: async (url) => {
        asked.push(String(url));
        const found = String(url).includes('EpisodeOfCare') ? episodes.map((e) => ({ resourceType: 'EpisodeOfCare', managingOrganization: { reference: 'Organization/f1' }, ...e })) : stays;
        return new Response(JSON.stringify({ resourceType: 'Bundle', type: 'searchset', entry: found.map((resource) => ({ resource, search: { mode: 'match' } })) }));
      } });
      return [await lookedAfter(client, { ...worker, same }), asked.length];
    };
    const own = { identifier: [{ system: 'urn:ansinh:id:admission', value: `${worker.id}/0` }] };
    expect([await ask([], []), await ask([{}], []), await ask([own], []), await ask([{ managingOrganization: { reference: 'Organization/f2' } }], [])]).toEqual([[undefined, 2], ['client', 2], [undefined, 2], [undefined, 2]]);
    expect([await ask([{}], [stay()]), await ask([], [{ ...stay(), partOf: { reference: 'Encounter/s1' } }]), await ask([{}], [stay()], '')]).toEqual([['stay', 2], [undefined, 2], [undefined, 0]]);
  });
  it.each([[{ client: '' }, 'client'], [{ harmDay: '31/02/2026' }, 'harmDay'], [{ harmDay: '01/01/2999' }, 'harmDay'], [{ harmDay: '01/01/1940' }, 'harmDay'], [{ loss: '101' }, 'loss'], [{ loss: '-1' }, 'loss'], [{ name: '' }, 'name']] as [Partial<Draft>, string][])(
    '%o stops with %s', (more, trouble) => expect(issuesOf({ ...worker, ...more }, TODAY, NOW).filter((i) => i.stops).map((i) => i.trouble)).toContain(trouble));
  it('is asked of a worker only', () => expect(issuesOf({ ...worker, client: 'day', harmDay: 'x', loss: 'y' }, TODAY, NOW).filter((i) => i.stops)).toEqual([]));
  it('ends with a reason and a day', () => {
    const [episode] = of<Episode>(registration(worker, TODAY, words, may), 'EpisodeOfCare');
    expect(ended(episode as Episode, ' đã khỏi ', NOW)).toMatchObject({ status: 'finished', period: { end: '2026-11-22T10:00:00+07:00' }, extension: [{}, { valueString: 'đã khỏi' }] });
  });
});

describe('terms', () => {
  const task = (code: string, end: string, system = 'urn:ansinh:task') => ({ resourceType: 'Task' as const, code: { coding: [{ system, code }] }, for: { reference: 'Patient/p1' }, restriction: { period: { end } } });
  it.each([['2026-11-22T09:59:59+07:00', 'late'], ['2026-11-22', 'soon'], ['2026-11-21', 'late'], ['2026-11-25T09:00:00+07:00', 'soon'], ['2026-11-26', 'later'], ['', 'later']])('one until %j is %s', (end, urgency) => {
    expect(urgencyOf(dueAt(task('identify', end)), NOW)).toBe(urgency);
  });
  it('of everybody, the first to run out first; other tasks are none', () => {
    const found = deadlinesOf([task('term', '2027-02-22'), task('alert', '2026-11-22'), task('identify', '2026-11-25'), task('notify-commune', '', 'other'), task('report-communicable', '2026-11-22T11:00:00+07:00')], new Map([['p1', { resourceType: 'Patient', id: 'p1', name: [{ text: 'Lò A' }] }]]), NOW);
    expect(found.map((d) => [d.kind, d.urgency, d.name])).toEqual([['report-communicable', 'soon', 'Lò A'], ['identify', 'later', 'Lò A'], ['term', 'later', 'Lò A']]);
  });

  it('of insurance cards are said thirty days ahead, by the card that holds longest', () => {
    const people = new Map(['p1', 'p2', 'p3', 'p4', 'p5'].map((id) => [id, { resourceType: 'Patient', id, name: [{ text: `Lò ${id}` }] } as Patient]));
    const card = (id: string, person: string, end?: string, status = 'active') => ({ resourceType: 'Coverage' as const, id, status, beneficiary: { reference: `Patient/${person}` }, ...(end === undefined ? {} : { period: { end } }) });
    const found = cardsOf([
      card('c1', 'p1', '2026-11-21'), card('c2', 'p2', '2026-12-21'), card('c3', 'p3', '2026-11-01'), card('c4', 'p3', '2027-11-01'), card('c5', 'p4'),
      card('c6', 'p5', '2026-11-23', 'entered-in-error'), card('c7', 'gone', '2026-11-23'), card('c8', 'p2', '2026-11-22'), card('c9', 'p4', 'bad'),
    ], people, NOW);
    expect(found.map((d) => [d.kind, d.person, d.end, d.urgency])).toEqual([['card', 'p1', '2026-11-21', 'late'], ['card', 'p2', '2026-12-21', 'soon']]);
    /* today is still a day of it; the thirty-first day is not yet in sight */
    expect(cardsOf([card('a', 'p1', '2026-11-22'), card('b', 'p2', '2026-12-22')], people, NOW).map((d) => [d.person, d.urgency])).toEqual([['p1', 'soon']]);
  });
});

describe('beds', () => {
  const places = new Map([place('w1', 'wa'), place('r1', 'ro', 'w1'), place('b1', 'bd', 'r1'), place('b2', 'bd', 'r1'), place('w2', 'wa'), place('b3', 'bd', 'w2')].map((p) => [p.id ?? '', p]));
  const people = new Map([['p1', { resourceType: 'Patient', id: 'p1', name: [{ text: 'Lê Thị Bình' }] } as Patient]]);
  const lines = bedLines(places, [stay({ status: 'onleave' })], people);
  it('are held also by who is on leave', () => {
    expect(lines.map((b) => [b.id, b.holder ?? '', b.holderName])).toEqual([['b1', 'p1', 'Lê Thị Bình'], ['b2', '', ''], ['b3', '', '']]);
    expect(freeBeds(lines, 'w1').map((b) => b.id)).toEqual(['b2']);
  });
  it('are offered next to the one that was lost', () => {
    expect(nextFree(lines, 'b1')?.id).toBe('b2');
    expect(nextFree(bedLines(places, [stay(), stay({ id: 's2', subject: { reference: 'Patient/p2' }, location: [{ location: { reference: 'Location/b2' }, status: 'active' }] })], people), 'b1')?.id).toBe('b3');
  });
  it('are known from a refusal', () => {
    expect(bedRefused(new FhirError('refused', 422, 'bed P.101-G1 (Location/demo-bed-1-2) is taken'))).toBe('demo-bed-1-2');
    expect(bedRefused(new FhirError('refused', 422, 'another'))).toBeUndefined();
  });
});

/* A stay at random with times away that follow one another, in the month around NOW. */
function someStay(random: () => number): Stay {
  const hour = 3_600_000;
  const start = Date.parse('2026-10-20T00:00:00+07:00') + Math.floor(random() * 40 * 24) * hour;
  const times = Array.from({ length: 6 }, () => start + Math.floor(random() * 30 * 24) * hour).sort((a, b) => a - b);
  const [a0, a1, b0, b1, end, later] = times as [number, number, number, number, number, number];
  const over = random() < 0.6;
  const iso = (ms: number): string => wardInstant(ms);
  const away = (kind: 'leave' | 'hospital', from: number, back: number | undefined) => awayExtension({ kind, from: iso(from), until: '', back: back === undefined ? '' : iso(back), where: '', with: '' });
  const extension = [...(random() < 0.5 ? [away('leave', a0, a1)] : []), ...(random() < 0.5 ? [away('hospital', b0, random() < 0.8 || over ? b1 : undefined)] : [])];
  return { resourceType: 'Encounter', id: String(start), status: over ? 'finished' : 'in-progress', class: { code: 'IMP' }, subject: { reference: `Patient/${start}` }, extension, period: { start: iso(start), ...(over ? { end: iso(random() < 0.1 ? start + hour : Math.max(end, later)) } : {}) } };
}
const generator = (seed: number) => (): number => { seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; return seed / 2 ** 32; };

describe('figures that follow from stays', () => {
  const seed = Number(process.env.SEED ?? 20261122);
  it(`count every day once, whatever the span is cut into (seed ${seed})`, () => {
    const random = generator(seed);
    for (let n = 0; n < 60; n += 1) {
      const stays = Array.from({ length: 1 + Math.floor(random() * 6) }, () => someStay(random));
      const cut = `2026-11-${String(2 + Math.floor(random() * 27)).padStart(2, '0')}`;
      for (const s of stays) {
        const [whole, first, rest] = [personDays(s, '2026-11-01', '2026-11-30'), personDays(s, '2026-11-01', addDays(cut, -1)), personDays(s, cut, '2026-11-30')];
        expect({ here: first.here + rest.here, leave: first.leave + rest.leave, hospital: first.hospital + rest.hospital }).toEqual(whole);
        /* the slow way: an hour at a time, the hour before midnight says where the day was spent */
        const slow = { here: 0, leave: 0, hospital: 0 };
        for (const day of daysBetween('2026-11-01', '2026-11-30')) {
          const hours = Array.from({ length: 24 }, (_, h) => whereAt(s, instantOf(day, `${String(h).padStart(2, '0')}:30`)));
          const last = hours[23] as ReturnType<typeof whereAt>;
          const within = hours.some((h) => h !== 'out') && whereAt(s, instantOf(day, '00:00') - 60_000) === 'out' && last === 'out';
          if (last !== 'out') slow[last] += 1;
          else if (within) slow.here += 1;
        }
        expect(slow, JSON.stringify(s)).toEqual(whole);
      }
      const m = movement(stays, '2026-11-01', '2026-11-30');
      expect(m.closing, JSON.stringify(stays)).toBe(m.opening + m.came.length - m.went.length);
      const eaters = stays.map((s) => ({ id: s.id ?? '', ward: random() < 0.5 ? 'A' : 'B', diet: random() < 0.3 ? 'x' : 'y', stay: s }));
      const order = mealOrder(eaters, cut);
      const lunches = order.rows.reduce((sum, r) => sum + r.lunch, 0);
      expect(lunches).toBe(stays.filter((s) => whereAt(s, instantOf(cut, '11:00')) === 'here').length);
      expect(lunches + order.not.filter((x) => x.meals.includes('lunch')).length).toBe(stays.filter((s) => whereAt(s, instantOf(cut, '11:00')) !== 'out').length);
    }
  }, 60_000);
  it('who fasts has no portion, and is counted apart', () => {
    const s = stay({ period: { start: '2026-11-01T08:00:00+07:00' } });
    const order = mealOrder([{ id: 'a', ward: 'A', diet: 'x', stay: s }, { id: 'b', ward: 'A', diet: 'x', stay: s, fasts: true }], '2026-11-12');
    expect([order.rows, order.fasting]).toEqual([[{ ward: 'A', diet: 'x', breakfast: 1, lunch: 1, dinner: 1 }], 1]);
  });
  it('what is somebody\'s own stands by their name, unless they fast or are away all day', () => {
    const here = stay({ period: { start: '2026-11-01T08:00:00+07:00' } });
    const gone = stay({ status: 'finished', period: { start: '2026-11-01T08:00:00+07:00', end: '2026-11-11T08:00:00+07:00' } });
    const eater = (id: string, more: Partial<Eater>): Eater => ({ id, ward: 'A', diet: 'x', stay: here, apart: 'tôm', ...more });
    const order = mealOrder([eater('a', {}), eater('b', { apart: '' }), eater('c', { fasts: true }), eater('d', { stay: gone })], '2026-11-12');
    expect([order.apart.map((e) => e.id), order.rows[0]?.lunch]).toEqual([['a'], 2]);
  });
  it('two stays that touch on one day are one day', () => {
    const one = stay({ status: 'finished', period: { start: '2026-11-01T08:00:00+07:00', end: '2026-11-10T09:00:00+07:00' } });
    const two = stay({ period: { start: '2026-11-10T15:00:00+07:00' } });
    expect(personDaysOf([one, two], '2026-11-01', '2026-11-12').here).toBe(12);
    expect(personDays({ ...one, status: 'entered-in-error' }, '2026-11-01', '2026-11-30')).toEqual({ here: 0, leave: 0, hospital: 0 });
  });
  it('are no formulas to a table program', () => {
    expect(csv([['=1+1', '-x', '@a', 'A "b", c', 5, -5]])).toBe('\ufeff\'=1+1,\'-x,\'@a,"A ""b"", c",5,-5\r\n');
  });
});

describe('two records of one person', () => {
  const a: Patient = {
    resourceType: 'Patient', id: 'a', meta: { versionId: '3' }, active: true, name: [{ text: 'Nguyễn Thị Hoa' }], birthDate: '1948', gender: 'female', identifier: [{ system: 's', value: '1' }],
  };
  const b: Patient = {
    resourceType: 'Patient', id: 'b', meta: { versionId: '5' }, active: true, name: [{ text: 'Nguyễn Thị Hoa' }], birthDate: '1948-03-02', gender: 'female',
    telecom: [{ system: 'phone', value: '0123456789' }], identifier: [{ system: 's', value: '1' }, { system: 's', value: '2' }],
  };
  const order = { resourceType: 'MedicationRequest', id: 'o', meta: { versionId: '2' }, status: 'active', subject: { reference: 'Patient/b' } } as Resource;
  const made = () => mergeBundle(a, b, { birthDate: 'goes' }, [order], 'm1', '2026-11-22T10:00:00+07:00', { title: 'T' });
  const patient = (x: Bundle, id: string): Patient => (x.entry ?? []).map((e) => e.resource).find((r) => r?.resourceType === 'Patient' && r.id === id) as Patient;
  it('ask a side for what differs, and nothing else', () => {
    expect(conflicts(a, b)).toEqual(['birthDate']);
    /* the same words, taken apart on one side alone, are one name; other words are not */
    expect(conflicts({ ...a, name: [{ text: 'Nguyễn Thị Hoa', family: 'Nguyễn', given: ['Thị', 'Hoa'] }] }, b)).toEqual(['birthDate']);
    expect(conflicts({ ...a, name: [{ text: 'Nguyễn Thị Hòa' }] }, b)).toEqual(['name', 'birthDate']);
    expect(takenFrom(a, b, { birthDate: 'stays' })).toEqual(['telecom']);
    expect(takenFrom(a, b, { birthDate: 'goes' })).toEqual(['birthDate', 'telecom']);
  });
  it('become one with links on both sides, all numbers, and what is going on under one name', () => {
    const x = made();
    expect([patient(x, 'a').birthDate, patient(x, 'a').identifier?.length, patient(x, 'a').link]).toEqual(['1948-03-02', 2, [{ other: { reference: 'Patient/b' }, type: 'replaces' }]]);
    expect([patient(x, 'b').active, patient(x, 'b').link?.[0]?.type]).toEqual([false, 'replaced-by']);
    expect(personOf((x.entry ?? [])[2]?.resource as Resource)).toBe('a');
    expect((x.entry ?? []).map((e) => e.request?.ifMatch)).toEqual(['W/"3"', 'W/"5"', 'W/"2"', undefined]);
    expect((x.entry ?? []).some((e) => e.request?.method === 'DELETE')).toBe(false);
    const ledger = (x.entry ?? [])[3]?.resource as Ledger;
    expect([entriesOf(ledger, 'stays'), entriesOf(ledger, 'goes'), entriesOf(ledger, 'moved')]).toEqual([['Patient/a/_history/3'], ['Patient/b/_history/5'], ['MedicationRequest/o']]);
  });
  it('are parted as they were, but for what somebody changed since', () => {
    const x = made();
    const before = { stays: a, goes: b };
    const parted = partedPatients(patient(x, 'a'), patient(x, 'b'), before, ['birthDate', 'telecom']);
    expect([parted.stays.birthDate, parted.stays.telecom, parted.stays.link, parted.stays.identifier]).toEqual(['1948', undefined, undefined, a.identifier]);
    expect([parted.goes.active, parted.goes.link, parted.goes.identifier]).toEqual([true, undefined, b.identifier]);
    const mended = partedPatients({ ...patient(x, 'a'), birthDate: '1947', identifier: [...(patient(x, 'a').identifier ?? []), { system: 's', value: '9' }] }, patient(x, 'b'), before, ['birthDate']);
    expect([mended.stays.birthDate, mended.stays.identifier?.map((i) => i.value)]).toEqual(['1947', ['1', '9']]);
  });
  it('send each entry since to the side that was chosen', () => {
    const ledger: Ledger = { resourceType: 'List', id: '06abcdefghjkmnpqrstv', meta: { versionId: '1' } };
    const since = { resourceType: 'Observation', id: '07abcdefghjkmnpqrstv', subject: { reference: 'Patient/a' } } as Resource;
    const x = partBundle({ stays: a, goes: b }, [{ resource: since, side: 'goes' }, { resource: { ...since, id: 'y' } as Resource, side: 'stays' }], ledger);
    expect((x.entry ?? []).map((e) => e.request?.url)).toEqual(['Patient/a', 'Patient/b', 'Observation/07abcdefghjkmnpqrstv', 'List/06abcdefghjkmnpqrstv']);
    expect(personOf((x.entry ?? [])[2]?.resource as Resource)).toBe('b');
    expect([isSince(since, ledger), isSince({ ...since, id: '05abcdefghjkmnpqrstv' } as Resource, ledger), isSince({ ...since, id: 'demo-1', meta: { versionId: '2' } } as Resource, ledger)]).toEqual([true, false, false]);
  });
  it('are known to the page as one while it has read so', () => {
    learnLinks({ ...a, link: [{ other: { reference: 'Patient/b' }, type: 'replaces' }] } as Resource);
    expect([refersTo('Patient/b', 'Patient', 'a'), refersTo('Patient/a', 'Patient', 'b'), refersTo('Patient/c', 'Patient', 'a'), refersTo('Encounter/b', 'Encounter', 'a')]).toEqual([true, false, false, false]);
    learnLinks(a);
    expect(refersTo('Patient/b', 'Patient', 'a')).toBe(false);
  });
});

describe('acts of a stay', () => {
  const away = { kind: 'leave' as const, from: '2026-11-10T08:00:00+07:00', until: '2026-11-12T17:00:00+07:00', where: 'Nhà', with: 'Con' };
  const nothing: Standing = { episode: undefined, orders: [], services: [], tasks: [] };
  it('away keeps or frees the bed, and says until when', () => {
    const gone = only(goAway(stay(), 'act', away, true));
    expect([gone.status, gone.location?.[0]?.status, openAway(gone)?.until]).toEqual(['onleave', 'active', away.until]);
    expect(gone.statusHistory).toEqual([{ status: 'in-progress', period: { start: '2026-11-01T08:00:00+07:00', end: away.from } }]);
    expect(only(goAway(stay(), 'act', away, false)).location?.[0]?.status).toBe('completed');
    expect([isOverdue(gone, Date.parse('2026-11-12T17:01:00+07:00')), isOverdue(gone, Date.parse('2026-11-12T16:59:00+07:00'))]).toEqual([true, false]);
  });
  it('back closes the time away and only that one', () => {
    const gone = only(goAway(stay(), 'a', away, true));
    const back = only(comeBack(gone, 'b', '2026-11-12T16:00:00+07:00', '', 'xem thuốc'));
    expect([back.status, awaysOf(back)[0]?.back, back.location?.length]).toEqual(['in-progress', '2026-11-12T16:00:00+07:00', 1]);
    const again = only(goAway(back, 'c', { ...away, from: '2026-11-15T08:00:00+07:00' }, false));
    const home = only(comeBack(again, 'd', '2026-11-16T08:00:00+07:00', 'b2', 'xem thuốc'));
    expect(awaysOf(home).map((a) => a.back)).toEqual(['2026-11-12T16:00:00+07:00', '2026-11-16T08:00:00+07:00']);
    expect(home.location?.map((l) => [l.location?.reference, l.status])).toEqual([['Location/b1', 'completed'], ['Location/b2', 'active']]);
    expect(home.statusHistory?.map((h) => h.status)).toEqual(['in-progress', 'onleave', 'in-progress', 'onleave']);
  });
  it('back from hospital leaves it to somebody to look at the medicines; back from leave does not, and the end of the stay ends it', () => {
    const made = (kind: 'leave' | 'hospital') => comeBack(only(goAway(stay(), 'a', { ...away, kind }, true)), 'b', '2026-11-12T16:00:00+07:00', '', 'xem thuốc').entry?.slice(1).map((e) => e.resource) ?? [];
    expect(made('leave')).toEqual([]);
    const [task] = made('hospital') as Task[];
    expect([task?.status, task?.code?.coding?.[0]?.code, task?.for?.reference, task?.encounter?.reference, task?.authoredOn, task?.description])
      .toEqual(['requested', 'reconcile-medicines', 'Patient/p1', `Encounter/${stay().id ?? ''}`, '2026-11-12T16:00:00+07:00', 'xem thuốc']);
  });
  it('another bed ends the one before', () => {
    expect(only(changeBed(stay(), 'a', '2026-11-11T08:00:00+07:00', 'b2')).location?.map((l) => l.status)).toEqual(['completed', 'active']);
  });
  const order = { resourceType: 'MedicationRequest' as const, id: 'o1', meta: { versionId: '1' }, status: 'active' };
  const end = { at: '2026-11-20T09:00:00+07:00', reason: 'home', reasonText: 'Về gia đình', to: 'Con trai', medicines: 'Amlodipin 10 viên', papers: '', why: 'hết' };
  const endWords = { medicines: 'M', papers: 'P', deathNotice: 'D' };
  it('the end stops what was ordered, in the same transaction, each with its version', () => {
    const b = discharge(stay(), 'act', { ...nothing, orders: [order] }, end, endWords);
    expect((b.entry ?? []).map((e) => [e.request?.method, e.request?.url, e.request?.ifMatch])).toEqual([
      ['PUT', 'Encounter/s1', 'W/"3"'], ['PUT', 'MedicationRequest/o1', 'W/"1"'], ['POST', 'List', undefined]]);
    expect([only(b).status, only(b).period?.end, only(b).location?.[0]?.status]).toEqual(['finished', end.at, 'completed']);
  });
  it('a death frees the bed, keeps everything and asks for the notice', () => {
    const patient: Patient = { resourceType: 'Patient', id: 'p1', meta: { versionId: '7' }, name: [{ text: 'A B' }], deceasedBoolean: false };
    const b = death(stay(), patient, 'act', { ...nothing, orders: [order] }, { at: end.at, cause: 'Suy tim', by: 'Practitioner/n', why: 'x', dispositionText: 'Tử vong' }, endWords);
    const p = b.entry?.[0]?.resource as Patient;
    expect([p.deceasedDateTime, p.name?.[0]?.text, 'deceasedBoolean' in p]).toEqual([end.at, 'A B', false]);
    expect((b.entry ?? []).map((e) => e.resource?.resourceType)).toEqual(['Patient', 'Encounter', 'MedicationRequest', 'Observation', 'Task']);
    expect((b.entry ?? []).some((e) => e.request?.method === 'DELETE')).toBe(false);
  });
  it('a death that was none: alive with the reason, the stay goes on in the bed chosen, what was said of it is struck', () => {
    const patient: Patient = { resourceType: 'Patient', id: 'p1', meta: { versionId: '8' }, name: [{ text: 'A B' }] };
    const over = death(stay(), patient, 'act', nothing, { at: end.at, cause: 'Suy tim', by: '', why: 'x', dispositionText: 'Tử vong' }, endWords);
    const dead = over.entry?.[0]?.resource as Patient;
    const gone = { ...(over.entry?.[1]?.resource as Stay), id: 's1' };
    expect(endedByDeath([stay({ id: 's0', status: 'finished' }), gone])?.id).toBe('s1');
    const cause = { resourceType: 'Observation' as const, id: 'o1', status: 'preliminary' }, notice = { resourceType: 'Task' as const, id: 't1', status: 'requested' };
    const episode: Episode = { resourceType: 'EpisodeOfCare', id: 'e1', status: 'finished', period: { start: '2026-01-01', end: end.at } };
    const b = alive(dead, { stay: gone, episode, causes: [cause], notices: [notice], certificate: undefined, orders: [] }, 'act2', { at: '2026-11-22T09:00:00+07:00', why: 'nhầm người', who: 'Practitioner/d', bed: 'b9' });
    const [p, s, e, o, t] = (b.entry ?? []).map((x) => x.resource) as unknown as [Patient, Stay, Episode, { status: string }, { status: string }];
    expect(['deceasedDateTime' in p, p.extension?.[0]?.extension?.find((x) => x.url === 'why')?.valueString]).toEqual([false, 'nhầm người']);
    expect([s.status, s.period?.end, s.hospitalization?.dischargeDisposition, s.location?.filter((l) => l.status === 'active').map((l) => l.location?.reference)]).toEqual(['in-progress', undefined, undefined, ['Location/b9']]);
    expect([e.status, e.period?.end, o.status, t.status]).toEqual(['active', undefined, 'entered-in-error', 'cancelled']);
    expect((b.entry ?? []).every((x) => x.request?.method === 'PUT')).toBe(true);
    /* who lives elsewhere is alive, and no stay is opened */
    expect((alive(dead, { stay: undefined, episode: undefined, causes: [], notices: [], certificate: undefined, orders: [] }, 'a', { at: '', why: 'x', who: '', bed: '' }).entry ?? []).map((x) => x.resource?.resourceType)).toEqual(['Patient']);
  });
  it('an end that was none: the stay goes on, what ended with it is proposed and runs not by itself; only one of the last days', () => {
    const gone = { ...only(discharge(stay(), 'act', nothing, end, endWords)), id: 's1', meta: { versionId: '4' } };
    const b = goesOn({ stay: gone, episode: undefined, orders: [{ ...order, status: 'stopped', statusReason: { text: 'x' } } as Resource] }, 'act2', { at: '2026-11-22T09:00:00+07:00', why: ' nhầm ', bed: 'b9' });
    const [s, o] = (b.entry ?? []).map((x) => x.resource) as unknown as [Stay, Record<string, unknown>];
    expect([s.status, s.period?.end, s.hospitalization?.dischargeDisposition, s.extension?.at(-1), (s.statusHistory ?? []).at(-1)?.status]).toEqual([
      'in-progress', undefined, undefined, { url: 'urn:ansinh:extension:reopened-because', valueString: 'nhầm' }, 'finished']);
    expect([o.status, o.intent, o.id, o.statusReason, o.priorPrescription, o.encounter]).toEqual(['draft', 'proposal', undefined, undefined, { reference: 'MedicationRequest/o1' }, { reference: 'Encounter/s1' }]);
    const ended = (day: string): Stay => stay({ status: 'finished', period: { start: '2026-01-01', end: day } });
    expect([lately([], 0), lately([ended('2026-11-01T00:00:00Z'), ended('2026-11-18T00:00:00Z')], Date.parse(end.at))?.period?.end, lately([ended('2026-11-01T00:00:00Z')], Date.parse(end.at))]).toEqual([undefined, '2026-11-18T00:00:00Z', undefined]);
  });
  it('taking back puts what was there as it was, and voids what was made', async () => {
    const sent: unknown[] = [];
    const client = new FhirClient({ fetch: async (_url, init) => {
      if (init?.method === 'POST') sent.push(...(JSON.parse(String(init.body)) as { entry: unknown[] }).entry);
      return new Response(JSON.stringify(init?.method === 'POST' ? { resourceType: 'Bundle', type: 'x', entry: [{ response: { status: '200' } }, { response: { status: '200' } }] } : { resourceType: 'List', id: 'l1', status: 'current' }), { status: 200, headers: { ETag: 'W/"1"' } });
    } });
    await takeAllBack(client, [{ reference: 'Encounter/s1', version: '4' }, { reference: 'List/l1', version: '1' }], [stay()]);
    expect(sent).toEqual([
      { resource: JSON.parse(JSON.stringify(stay())), request: { method: 'PUT', url: 'Encounter/s1', ifMatch: 'W/"4"' } },
      { resource: { resourceType: 'List', id: 'l1', status: 'entered-in-error' }, request: { method: 'PUT', url: 'List/l1', ifMatch: 'W/"1"' } },
    ]);
  });
  it('done by an earlier try is not done again', async () => {
    const asked: string[] = [];
    let there = true;
    const client = new FhirClient({ fetch: async (url, init) => {
      asked.push(`${init?.method ?? 'GET'} ${String(url).split('?')[0]}`);
      const entry = (init?.method ?? 'GET') === 'GET' ? (there ? [{ resource: stay() }] : []) : [{ response: { status: '200 OK' } }];
      return new Response(JSON.stringify({ resourceType: 'Bundle', type: 'x', entry }), { status: 200 });
    } });
    const b = goAway(stay(), 'act', away, true);
    await doAct(client, 'act', b);
    expect(asked).toEqual(['GET /fhir/Encounter']);
    there = false;
    await doAct(client, 'act', b);
    expect(asked.slice(1)).toEqual(['GET /fhir/Encounter', 'POST /fhir']);
  });
});

describe('certifying a death', () => {
  const DIED = '2026-11-22T03:10:20+07:00', NOW = Date.parse('2026-11-22T09:00:00+07:00');
  const words: Words = {
    title: 'Xác nhận', left: 'Đồ dùng', authority: 'Báo công an', by: { here: 'Cơ sở', hospital: 'Bệnh viện', commune: 'Xã' },
    spot: { here: 'Tại cơ sở', way: 'Trên đường', hospital: 'Tại viện', elsewhere: 'Nơi khác' },
    manner: { illness: 'Do bệnh', sudden: 'Đột ngột', accident: 'Tai nạn', suicide: 'Tự sát', violence: 'Nghi', unknown: 'Không rõ' }, taker: (name) => `Người nhận: ${name}`,
  };
  const typed: Typed = {
    ...nothingTyped, by: 'here', at: '2026-11-22T04:00', spot: 'here', spotText: 'P.102', immediate: { coding: { system: 'urn:icd', code: 'I50', display: 'Suy tim' }, text: 'suy tim' },
    underlying: { coding: undefined, text: 'Bệnh van tim' }, manner: 'illness',
  };
  const known: Known = {
    patient: { resourceType: 'Patient', id: 'p1', meta: { versionId: '3' }, deceasedDateTime: DIED }, died: DIED, facility: 'f1', facilityName: 'Trung tâm', isRehab: false,
    notices: [{ resourceType: 'Task', id: 't1', status: 'requested', code: { coding: [{ system: 'urn:ansinh:task', code: 'death-notice' }] } }], certificate: undefined, brought: [],
  };
  const me = { reference: 'Practitioner/d', display: 'Bác sĩ Lan' };
  const made = (t: Partial<Typed>, k: Partial<Known> = {}) => (certify({ ...typed, ...t }, { ...known, ...k }, 'act', me, words).entry ?? []);
  const types = (t: Partial<Typed>, k: Partial<Known> = {}): string[] => made(t, k).map((e) => `${e.request?.method ?? ''} ${e.resource?.resourceType ?? ''}`);

  it.each<[string, Partial<Typed>, string[]]>([
    ['whole', {}, []], ['nothing at all', nothingTyped, ['by', 'at', 'spot', 'immediate', 'manner']],
    ['by a hospital: which, and who', { by: 'hospital' }, ['house', 'name']], ['certified before the death', { at: '2026-11-22T03:09' }, ['atBefore']],
    ['in the minute of the death', { at: '2026-11-22T03:10' }, []], ['in the future', { at: '2026-11-22T09:06' }, ['atFuture']], ['elsewhere: where', { spot: 'elsewhere', spotText: ' ' }, ['spotText']],
    ['an underlying cause typed and not chosen', { underlying: undefined, half: 'xơ gan' }, ['half']], ['chosen after all', { half: 'xơ gan' }, []],
    ['belongings without who took them', { left: 'áo\n' }, ['taker']], ['told before the death', { told: { family: { name: '', at: '2026-11-22T03:00' } } }, ['toldAt']],
    ['told without a time', { told: { commune: { name: '', at: '' } } }, ['toldAt']],
  ])('%s', (_what, t, gaps) => expect(gapsIn({ ...typed, ...t }, DIED, NOW)).toEqual(gaps));
  it('a time of death that nobody knew is asked for, and stands on the person then', () => {
    expect(gapsIn(typed, '', NOW)).toEqual(['died']);
    const [first] = certify({ ...typed, died: '2026-11-22T03:00' }, { ...known, died: '' }, 'act', me, words).entry ?? [];
    expect((first?.resource as Patient).deceasedDateTime).toBe('2026-11-22T03:00:00+07:00');
  });
  it('is one visit that certifies, with cause and manner, in the name of who signs', () => {
    const [visit, cause, manner] = made({});
    expect(types({})).toEqual(['POST Encounter', 'POST Observation', 'POST Observation']);
    const v = visit?.resource as Visit;
    expect([v.type?.[0]?.coding?.[0]?.code, v.class?.code, v.period?.start, v.participant?.[0]?.individual?.reference, v.serviceProvider?.reference])
      .toEqual(['death-certification', 'AMB', '2026-11-22T04:00:00+07:00', 'Practitioner/d', 'Organization/f1']);
    expect(cause?.resource).toMatchObject({ encounter: { reference: visit?.fullUrl }, valueCodeableConcept: { text: 'I50 Suy tim' }, component: [{ valueCodeableConcept: { text: 'Bệnh van tim' } }] });
    expect(manner?.resource).toMatchObject({ valueCodeableConcept: { coding: [{ code: 'illness' }, { code: '38605008' }] } });
    expect(JSON.stringify(v)).not.toContain((visit?.fullUrl ?? '').slice(9));
  });
  it('what a hospital certified is in its name, and nobody of the house signs it', () => {
    const [visit, cause] = made({ by: 'hospital', house: 'Bệnh viện tỉnh', name: 'Bác sĩ Hùng', number: '15/BT' });
    expect(visit?.resource).toMatchObject({ participant: [{ individual: { display: 'Bác sĩ Hùng' } }], serviceProvider: { display: 'Bệnh viện tỉnh' } });
    expect(JSON.stringify([visit, cause])).not.toContain('Practitioner/d');
  });
  it.each<[Typed['manner'], boolean, boolean]>([
    ['', false, false], ['illness', false, false], ['illness', true, true], ['sudden', false, true], ['accident', false, true], ['suicide', false, true], ['violence', false, true], ['unknown', false, true],
  ])('manner %s, in rehabilitation %s: the authority is owed a word %s', (manner, rehab, owed) => expect(mustTellAuthority(manner, rehab)).toBe(owed));
  it('the authority is owed a word until it was told; commune and family told end the notice', () => {
    const at = '2026-11-22T05:00', person = { name: 'x', at };
    const owed = { ...known.notices[0], id: 't2', code: { coding: [{ system: 'urn:ansinh:task', code: 'death-authority' }] } } as Known['notices'][number];
    expect(types({ manner: 'accident' }).slice(3)).toEqual(['POST Task']);
    expect(types({ manner: 'accident' }, { notices: [owed] }).slice(3)).toEqual([]);
    const statuses = (t: Partial<Typed>, notices: Known['notices']): string[] => made(t, { notices }).slice(3).map((e) => (e.resource as { status?: string }).status ?? '');
    expect(statuses({ manner: 'accident', told: { authority: person } }, [owed])).toEqual(['completed']);
    expect(statuses({ manner: 'illness' }, [owed])).toEqual(['cancelled']);
    expect(statuses({ told: { commune: person } }, known.notices)).toEqual([]);
    expect(statuses({ told: { commune: person, guardian: person } }, known.notices)).toEqual(['completed']);
  });
  it('written anew, what stood before is struck; what is read back is what was typed', () => {
    const told = { family: { name: 'Con gái', at: '2026-11-22T05:00' } };
    const [visit, cause, manner, list] = made({ told, left: 'áo\n ví ', taker: 'Con gái' }).map((e) => e.resource);
    const before: Certificate = { visit: { ...(visit as Visit), id: 'v' }, said: [{ ...(cause as Certificate['said'][number]), id: 'o1' }, { ...(manner as Certificate['said'][number]), id: 'o2' }], left: { ...(list as NonNullable<Certificate['left']>), id: 'l' } };
    expect(struck(before).map((e) => `${e.request?.url ?? ''} ${(e.resource as { status?: string }).status ?? ''}`)).toEqual(['Encounter/v entered-in-error', 'Observation/o1 entered-in-error', 'Observation/o2 entered-in-error', 'List/l entered-in-error']);
    expect(types({}, { certificate: before }).slice(3)).toEqual(['PUT Encounter', 'PUT Observation', 'PUT Observation', 'PUT List']);
    expect(shownOf(before)).toEqual({
      by: 'here', name: 'Bác sĩ Lan', house: '', number: '', at: '2026-11-22T04:00:00+07:00', place: 'Tại cơ sở: P.102', immediate: 'I50 Suy tim', underlying: 'Bệnh van tim', manner: 'Do bệnh', mannerCode: 'illness',
      told: [{ who: 'family', name: 'Con gái', at: '2026-11-22T05:00:00+07:00' }], left: ['áo', 'ví'], taker: 'Người nhận: Con gái',
    });
  });
});
