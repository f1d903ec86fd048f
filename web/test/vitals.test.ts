import { describe, expect, it } from 'vitest';
import type { FhirClient } from '../src/fhir/client';
import { FhirError } from '../src/fhir/client';
import { toJson } from '../src/fhir/decimal';
import type { Bundle, Observation } from '../src/fhir/types';
import {
  identifierQuery, observationsOf, prepareSend, savedFrom, transactionOf, type Words,
} from '../src/vitals/bundle';
import { emptyDraft, isEmptyDraft, judgeDraft, reviveDraft, type Draft } from '../src/vitals/draft';
import { kindOf, toChartUnit, VITALS, type NumberField, type VitalKey } from '../src/vitals/kinds';
import { offersOf, taken } from '../src/vitals/offer';
import { fenceOf, forgottenComma, judge, likelierUnit, stageOf, weightJump, type GlucoseUnit } from '../src/vitals/ranges';
import { latestOf, readingsOf, seriesOf } from '../src/vitals/reading';
import { saveSet, undoSet } from '../src/vitals/save';
import { plainNumber, unitNamed } from '../src/vitals/withUnit';
import { timeTrouble } from '../src/vitals/useVitalsForm';
import { uuid4 } from '../src/vitals/uuid';
import { isFull, padType, type PadKey } from '../src/ward/pad';

const BG = { stage: 'adult' as const, lastWeight: undefined };
const WHEN = '2026-11-21T07:41:00+07:00';
const WORDS: Words = {
  notMeasured: 'không đo được',
  acvpu: { A: 'Tỉnh táo', C: 'Lú lẫn mới', V: 'Gọi', P: 'Đau', U: 'Không đáp ứng' },
  vital: Object.fromEntries(VITALS.map((k) => [k.key, k.key])) as Record<VitalKey, string>,
};

const draft = (part: Partial<Draft>): Draft => ({ ...emptyDraft(), ...part });
const build = (part: Partial<Draft>): Map<VitalKey, Observation> => {
  const d = draft(part);
  return observationsOf(d, judgeDraft(d, BG), '42', WHEN, WORDS);
};

describe('an untouched form', () => {
  it('records nothing at all: no field has a default', () => {
    expect(build({}).size).toBe(0);
    expect(judgeDraft(emptyDraft(), BG)).toMatchObject({ anything: false, wrong: [], unconfirmed: [] });
    expect(isEmptyDraft(emptyDraft())).toBe(true);
  });

  it('never adds consciousness or oxygen to what was typed', () => {
    expect([...build({ typed: { pulse: '80' } }).keys()]).toEqual(['pulse']);
  });
});

describe('fences', () => {
  it.each([
    ['pulse', 8, 'impossible'], ['pulse', 38, 'rare'], ['pulse', 96, 'fine'], ['pulse', 151, 'rare'], ['pulse', 301, 'impossible'],
    ['spo2', 100, 'fine'], ['spo2', 101, 'impossible'], ['spo2', 84, 'rare'],
    ['temperature', 38.2, 'fine'], ['temperature', 34.9, 'rare'], ['temperature', 40.1, 'rare'], ['temperature', 382, 'impossible'],
    ['systolic', 220, 'fine'], ['systolic', 221, 'rare'], ['systolic', 310, 'impossible'], ['diastolic', 30, 'rare'],
    ['breathing', 2, 'impossible'], ['breathing', 36, 'rare'], ['weight', 1, 'impossible'], ['weight', 29.9, 'rare'],
  ] as const)('%s %d is %s', (field, value, verdict) => {
    const fence = fenceOf(field, 'adult', '');
    expect(fence && judge(value, fence)).toBe(verdict);
  });

  it('know children', () => {
    expect(stageOf(undefined)).toBe('adult');
    expect([stageOf(0), stageOf(1), stageOf(2), stageOf(15), stageOf(16)]).toEqual(['infant', 'infant', 'child', 'child', 'adult']);
    const weight = fenceOf('weight', 'infant', '');
    expect(weight && judge(3.4, weight)).toBe('fine');
    const pulse = fenceOf('pulse', 'infant', '');
    expect(pulse && judge(170, pulse)).toBe('fine');
    expect(fenceOf('spo2', 'child', '')).toEqual(fenceOf('spo2', 'adult', ''));
  });

  it.each([
    [54, 'mg/dL', 'fine'], [54, 'mmol/L', 'rare'], [5.4, 'mmol/L', 'fine'], [5, 'mg/dL', 'impossible'], [95, 'mmol/L', 'impossible'],
    [2.9, 'mmol/L', 'rare'],
  ] as const)('glucose %d %s is %s', (value, unit, verdict) => {
    const fence = fenceOf('glucose', 'adult', unit);
    expect(fence && judge(value, fence)).toBe(verdict);
  });

  it('guess a forgotten comma and a swapped unit, without changing anything', () => {
    const fence = fenceOf('temperature', 'adult', '');
    expect(fence && forgottenComma(382, fence)).toBe(38.2);
    expect(fence && forgottenComma(999, fence)).toBeUndefined();
    expect(fence && forgottenComma(38.2, fence)).toBeUndefined();
    expect(likelierUnit(95, 'mmol/L')).toBe('mg/dL');
    expect(likelierUnit(5.4, 'mg/dL')).toBe('mmol/L');
    expect(likelierUnit(5.4, 'mmol/L')).toBeUndefined();
    expect(likelierUnit(2000, 'mg/dL' as GlucoseUnit)).toBeUndefined();
  });

  it('notice a weight that jumped', () => {
    expect(weightJump(60, 50)).toBe(true);
    expect(weightJump(55, 50)).toBe(false);
    expect(weightJump(60, undefined)).toBe(false);
    expect(weightJump(60, 0)).toBe(false);
  });
});

describe('judging', () => {
  const of = (part: Partial<Draft>, bg = BG as Parameters<typeof judgeDraft>[1]) => judgeDraft(draft(part), bg);

  it('refuses the impossible and says what was perhaps meant', () => {
    expect(of({ typed: { pulse: '8' } }).fields.pulse.trouble).toMatchObject({ code: 'impossible', value: 8 });
    expect(of({ typed: { temperature: '382' } }).fields.temperature.trouble).toMatchObject({ meant: 38.2 });
    expect(of({ typed: { glucose: '95' }, glucoseUnit: 'mmol/L' }).fields.glucose.trouble).toMatchObject({ otherUnit: 'mg/dL' });
  });

  const BARE = { unit: [], comma: [], celsius: [], swap: [], both: [] };
  const offered = (part: Partial<Draft>, field: NumberField) => {
    const by: Record<string, unknown[]> = { ...BARE };
    for (const o of offersOf(field, of(part).fields[field].trouble, draft(part))) by[o.kind] = [o.kind === 'unit' ? o.unit : o.kind === 'swap' || o.kind === 'both' ? `${o.systolic}/${o.diastolic}` : o.value];
    return by;
  };
  it.each([
    ['98', 36.7], ['98,6', 37], ['98.6', 37], ['986', 37], ['99.5', 37.5], ['100,4', 38], ['1004', 38], ['104', 40], ['77', 25], ['113', 45],
  ])('offers a temperature of %s °F as °C, and changes nothing by itself', (temperature, celsius) => {
    expect(offered({ typed: { temperature } }, 'temperature')).toEqual({ ...BARE, celsius: [celsius] });
    expect(of({ typed: { temperature } }).wrong).toEqual(['temperature']);
  });
  it.each(['36,8', '36.8', '46', '76', '114', '9999', '0'])('offers nothing in °C for %s', (temperature) => {
    expect(offered({ typed: { temperature } }, 'temperature').celsius).toEqual([]);
  });
  it('offers the comma, the other unit, or both where it may be either; and the two pressures the other way round', () => {
    expect(offered({ typed: { temperature: '368' } }, 'temperature')).toEqual({ ...BARE, comma: [36.8] });
    expect(offered({ typed: { temperature: '405' } }, 'temperature')).toEqual({ ...BARE, comma: [40.5] });
    expect(offered({ typed: { weight: '525' } }, 'weight')).toEqual({ ...BARE, comma: [52.5] });
    expect(offered({ typed: { glucose: '110' }, glucoseUnit: 'mmol/L' }, 'glucose')).toEqual({ ...BARE, unit: ['mg/dL'], comma: [11] });
    expect(offered({ typed: { glucose: '5,4' }, glucoseUnit: 'mg/dL' }, 'glucose')).toEqual({ ...BARE, unit: ['mmol/L'] });
    expect(offered({ typed: { systolic: '80', diastolic: '120' } }, 'diastolic')).toEqual({ ...BARE, swap: ['120/80'] });
  });

  it('offer both pressures of "120/80" in one field to their two fields, and nothing where that cannot be', () => {
    for (const typed of ['120/80', ' 120 / 80 ', '120/80 mmHg']) {
      for (const field of ['systolic', 'diastolic'] as const) expect(offered({ typed: { [field]: typed } }, field), typed).toEqual({ ...BARE, both: ['120/80'] });
    }
    for (const typed of ['80/120', '120/120', '120/8', '1200/80', '120/80/60', '120/', '/80', '12-80']) expect(offered({ typed: { systolic: typed } }, 'systolic'), typed).toEqual(BARE);
    expect(offered({ typed: { pulse: '120/80' } }, 'pulse')).toEqual(BARE);
    /* what stands in the other field is somebody's reading: it is not written over */
    expect(offered({ typed: { systolic: '120/80', diastolic: '75' } }, 'systolic')).toEqual(BARE);
    for (const [part, field] of [[{ typed: { systolic: '80', diastolic: '80' } }, 'diastolic'], [{ typed: { pulse: '8' } }, 'pulse'], [{ typed: { pulse: '80' } }, 'pulse']] as const) {
      expect(offered(part, field)).toEqual(BARE);
    }
  });
  it('what is taken can be recorded', () => {
    for (const [part, field, text] of [
      [{ typed: { temperature: '98,6' } }, 'temperature', '37,0'], [{ typed: { glucose: '110' }, glucoseUnit: 'mmol/L' }, 'glucose', ''],
      [{ typed: { systolic: '80', diastolic: '120' } }, 'diastolic', ''],
    ] as const) {
      const before = draft(part);
      const offer = offersOf(field, judgeDraft(before, BG).fields[field].trouble, before)[0];
      expect(offer).toBeDefined();
      expect(offer && judgeDraft({ ...before, ...taken(field, offer, before, text) }, BG).wrong).toEqual([]);
    }
  });
  it.each([
    ['temperature', '368', '36,8', true], ['temperature', '36', '36', false], ['temperature', '98', '98', false], ['temperature', '986', '98,6', true],
    ['temperature', '100', '100', false], ['temperature', '1004', '100,4', true], ['temperature', '3689', '36,8', true], ['pulse', '96', '96', true], ['pulse', '110', '110', true],
    ['spo2', '97', '97', true], ['spo2', '100', '100', true], ['systolic', '104', '104', true], ['breathing', '22', '22', true], ['glucose', '5,4', '5,4', false],
  ] as const)('the pad: %s %s is %s', (field, keys, text, full) => {
    const typed = [...keys].reduce((t, key) => padType(field, t, key as PadKey), '');
    expect([typed, isFull(field, typed)]).toEqual([text, full]);
  });

  it('asks for the glucose unit rather than assuming one', () => {
    expect(of({ typed: { glucose: '5,4' } })).toMatchObject({ wrong: ['glucose'] });
    expect(of({ typed: { glucose: '5,4' } }).fields.glucose.trouble).toEqual({ code: 'needUnit' });
    expect(of({ typed: { glucose: 'x' } }).fields.glucose.trouble).toEqual({ code: 'bad' });
  });

  it.each([['120', '80', []], ['80', '120', ['diastolic']], ['100', '100', ['diastolic']], ['100', '', []], ['', '80', []]])(
    'systolic %s over diastolic %s', (systolic, diastolic, wrong) => {
      expect(of({ typed: { systolic, diastolic } }).wrong).toEqual(wrong);
    });

  it('asks about the improbable until exactly that value is confirmed', () => {
    expect(of({ typed: { pulse: '160' } }).unconfirmed).toEqual(['pulse']);
    expect(of({ typed: { pulse: '160' }, confirmed: { pulse: '160' } }).unconfirmed).toEqual([]);
    expect(of({ typed: { pulse: '165' }, confirmed: { pulse: '160' } }).unconfirmed).toEqual(['pulse']);
    expect(of({ typed: { weight: '60' } }, { stage: 'adult', lastWeight: 50 }).fields.weight.rare).toEqual({ value: 60, why: 'jump' });
  });

  it('lets "could not be measured" win over what stands in the field', () => {
    const judged = of({ typed: { pulse: '8' }, absent: { pulse: true } });
    expect(judged.wrong).toEqual([]);
    expect(judged.anything).toBe(true);
  });
});

describe('observations', () => {
  it('carry code, unit, time, subject and category', () => {
    const made = build({ typed: { temperature: '37,0', breathing: '22' } });
    expect(JSON.parse(toJson(made.get('temperature')))).toEqual({
      resourceType: 'Observation',
      status: 'final',
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs', display: 'Vital Signs' }] }],
      code: { coding: [{ system: 'http://loinc.org', code: '8310-5', display: 'Body temperature' }], text: 'temperature' },
      subject: { reference: 'Patient/42' },
      effectiveDateTime: WHEN,
      valueQuantity: { value: 37, unit: '°C', system: 'http://unitsofmeasure.org', code: 'Cel' },
    });
    expect(toJson(made.get('temperature'))).toContain('"value":37.0,');
    expect(made.get('breathing')?.valueQuantity?.code).toBe('/min');
  });

  it('keep blood pressure together, and a half that is missing apart', () => {
    const both = build({ typed: { systolic: '104', diastolic: '62' } }).get('bp');
    expect(both?.component?.map((c) => [c.code?.coding?.[0]?.code, toJson(c.valueQuantity?.value)]))
      .toEqual([['8480-6', '104'], ['8462-4', '62']]);
    expect(both?.valueQuantity).toBeUndefined();
    const half = build({ typed: { systolic: '104' } }).get('bp');
    expect(half?.component?.length).toBe(1);
    const marked = build({ typed: { systolic: '104' }, absent: { diastolic: true } }).get('bp');
    expect(marked?.component?.[1]?.dataAbsentReason?.coding?.[0]?.code).toBe('not-performed');
    expect(marked?.dataAbsentReason).toBeUndefined();
    const neither = build({ absent: { systolic: true, diastolic: true } }).get('bp');
    expect(neither?.component).toBeUndefined();
    expect(neither?.dataAbsentReason?.text).toBe('không đo được');
  });

  it('use the glucose code of the unit', () => {
    const mmol = build({ typed: { glucose: '5,4' }, glucoseUnit: 'mmol/L' }).get('glucose');
    expect([mmol?.code?.coding?.[0]?.code, mmol?.valueQuantity?.code]).toEqual(['15074-8', 'mmol/L']);
    const mg = build({ typed: { glucose: '97' }, glucoseUnit: 'mg/dL' }).get('glucose');
    expect([mg?.code?.coding?.[0]?.code, mg?.valueQuantity?.code]).toEqual(['2339-0', 'mg/dL']);
  });

  it('code SpO2 both ways, consciousness and oxygen as chosen', () => {
    expect(build({ typed: { spo2: '97' } }).get('spo2')?.code?.coding?.map((c) => c.code)).toEqual(['2708-6', '59408-5']);
    expect(build({ consciousness: 'C' }).get('consciousness')?.valueCodeableConcept)
      .toEqual({ coding: [{ system: 'http://snomed.info/sct', code: '130987000', display: 'Acute confusion' }], text: 'Lú lẫn mới' });
    expect(build({ oxygen: 'no' }).get('oxygen')?.valueBoolean).toBe(false);
    expect(build({ oxygen: 'yes' }).get('oxygen')?.valueBoolean).toBe(true);
    expect(build({ oxygen: 'yes', absent: { oxygen: true } }).get('oxygen')?.valueBoolean).toBeUndefined();
  });
});

describe('sending', () => {
  let n = 0;
  const uuid = (): string => `u${(n += 1)}`;

  it('gives each observation an identifier that makes a second sending harmless', () => {
    const made = build({ typed: { pulse: '80', temperature: '37' } });
    const { sent, superseded } = prepareSend(emptyDraft(), made, uuid);
    const bundle = transactionOf(made, sent);
    expect(superseded).toEqual([]);
    expect(bundle.type).toBe('transaction');
    for (const entry of bundle.entry ?? []) {
      const value = entry.resource?.identifier?.[0]?.value;
      expect(entry.request).toEqual({ method: 'POST', url: 'Observation', ifNoneExist: `identifier=urn:ietf:rfc:3986|${value}` });
      expect(value).toMatch(/^urn:uuid:/);
      expect(entry.fullUrl).toBeUndefined();
    }
    const again = prepareSend(draft({ sent }), build({ typed: { pulse: '80', temperature: '37' } }), uuid);
    expect(again.sent).toEqual(sent);
    expect(again.superseded).toEqual([]);
  });

  it('gives changed content a new identifier and remembers the old one', () => {
    const first = prepareSend(emptyDraft(), build({ typed: { pulse: '80', temperature: '37' } }), uuid);
    const second = prepareSend(draft({ sent: first.sent }), build({ typed: { pulse: '88', temperature: '37' } }), uuid);
    expect(second.sent.temperature).toEqual(first.sent.temperature);
    expect(second.sent.pulse?.uuid).not.toBe(first.sent.pulse?.uuid);
    expect(second.superseded).toEqual([first.sent.pulse?.uuid]);
  });

  it('takes a switch of language for no change, and a lost zero for one', () => {
    const d = draft({ typed: { temperature: '37,0' }, consciousness: 'A' });
    const english: Words = { ...WORDS, acvpu: { A: 'Alert' }, vital: { ...WORDS.vital, temperature: 'Temperature' } };
    const made = (words: Words, typed = '37,0') => {
      const changed = { ...d, typed: { temperature: typed } };
      return observationsOf(changed, judgeDraft(changed, BG), '42', WHEN, words);
    };
    const first = prepareSend(d, made(WORDS), uuid);
    expect(prepareSend(draft({ sent: first.sent }), made(english), uuid).sent).toEqual(first.sent);
    expect(prepareSend(draft({ sent: first.sent }), made(WORDS, '37'), uuid).superseded).toEqual([first.sent.temperature?.uuid]);
  });

  it('remembers what was taken out after sending', () => {
    const first = prepareSend(emptyDraft(), build({ typed: { pulse: '80', temperature: '37' } }), uuid);
    const second = prepareSend(draft({ sent: first.sent, superseded: ['x'] }), build({ typed: { pulse: '80' } }), uuid);
    expect(second.superseded).toEqual(['x', first.sent.temperature?.uuid]);
  });

  it('finds the places the server gave', () => {
    const made = build({ typed: { pulse: '80', temperature: '37', spo2: '97' } });
    const bundle = transactionOf(made, prepareSend(emptyDraft(), made, uuid).sent);
    const saved = savedFrom(bundle, [
      { response: { status: '201', location: 'http://h/fhir/Observation/a/_history/1', etag: 'W/"1"' } },
      { response: { status: '200', location: 'Observation/b/_history/4' } },
      { response: { status: '201' } },
    ]);
    expect(saved.map((s) => [s.observation.id, s.etag])).toEqual([['a', 'W/"1"'], ['b', 'W/"4"']]);
  });

  it('builds one search for many identifiers', () => {
    expect(identifierQuery(['a', 'b'])).toBe('urn:ietf:rfc:3986|urn:uuid:a,urn:ietf:rfc:3986|urn:uuid:b');
  });
});

/* A client that remembers; only what saveSet and undoSet use. */
function memoryClient(found: Observation[], failUpdate?: (o: Observation) => FhirError | undefined) {
  const log: string[] = [];
  const client = {
    search: (_t: string, params: { identifier: string }) => {
      log.push(`search ${params.identifier}`);
      return Promise.resolve({ items: found, included: [], next: undefined, total: found.length });
    },
    update: (o: Observation, etag: string) => {
      const error = failUpdate?.(o);
      log.push(`put ${o.id} ${o.status} ${etag}${error ? ' failed' : ''}`);
      return error ? Promise.reject(error) : Promise.resolve();
    },
    transaction: (b: Bundle) => {
      log.push(`transaction ${b.entry?.length}`);
      return Promise.resolve((b.entry ?? []).map((_e, i) => ({ response: { status: '201', location: `Observation/n${i}/_history/1` } })));
    },
    read: (_t: string, id: string) => {
      log.push(`read ${id}`);
      return Promise.resolve({ resource: found.find((o) => o.id === id), etag: 'W/"9"' });
    },
  };
  return { client: client as unknown as FhirClient, log };
}

const obs = (id: string, status = 'final'): Observation => ({ resourceType: 'Observation', id, status, meta: { versionId: '2' } });

describe('saving and undoing', () => {
  const bundle = (): Bundle<Observation> => {
    const made = build({ typed: { pulse: '80' } });
    return transactionOf(made, prepareSend(emptyDraft(), made, () => 'u').sent);
  };

  it('is one transaction when nothing is in doubt', async () => {
    const { client, log } = memoryClient([]);
    const saved = await saveSet(client, bundle(), []);
    expect(log).toEqual(['transaction 1']);
    expect(saved[0]?.observation.id).toBe('n0');
  });

  it('withdraws superseded entries first, those not yet withdrawn', async () => {
    const { client, log } = memoryClient([obs('old'), obs('gone', 'entered-in-error')]);
    await saveSet(client, bundle(), ['a']);
    expect(log).toEqual(['search urn:ietf:rfc:3986|urn:uuid:a', 'put old entered-in-error W/"2"', 'transaction 1']);
  });

  it('does not record when a superseded entry cannot be withdrawn', async () => {
    const { client, log } = memoryClient([obs('old')], () => new FhirError('offline'));
    await expect(saveSet(client, bundle(), ['a'])).rejects.toThrow();
    expect(log.some((l) => l.startsWith('transaction'))).toBe(false);
  });

  it('undoes by marking, never by deleting, and says what is left', async () => {
    const { client, log } = memoryClient([], (o) => (o.id === 'b' ? new FhirError('offline') : undefined));
    const { left, error } = await undoSet(client, [
      { observation: obs('a'), etag: 'W/"1"' }, { observation: obs('b'), etag: 'W/"1"' }, { observation: obs('c'), etag: 'W/"1"' },
    ]);
    expect(log).toEqual(['put a entered-in-error W/"1"', 'put b entered-in-error W/"1" failed', 'put c entered-in-error W/"1"']);
    expect(left.map((s) => s.observation.id)).toEqual(['b']);
    expect(error?.problem).toBe('offline');
  });

  it('takes an undo whose answer was lost for done, but keeps somebody else\'s correction', async () => {
    const conflict = (): FhirError => new FhirError('conflict', 412);
    const done = memoryClient([obs('a', 'entered-in-error')], conflict);
    expect((await undoSet(done.client, [{ observation: obs('a'), etag: 'W/"1"' }])).left).toEqual([]);
    const changed = memoryClient([obs('a', 'amended')], conflict);
    expect((await undoSet(changed.client, [{ observation: obs('a'), etag: 'W/"1"' }])).left.length).toBe(1);
  });

  it('asks for the version it was not told', async () => {
    const { client, log } = memoryClient([obs('a')]);
    await undoSet(client, [{ observation: obs('a'), etag: '' }]);
    expect(log).toEqual(['read a', 'put a entered-in-error W/"9"']);
  });
});

describe('readings', () => {
  const pulse = (id: string, when: string | undefined, value: number | undefined, more: Partial<Observation> = {}): Observation => ({
    resourceType: 'Observation', id, status: 'final', subject: { reference: 'Patient/42' },
    code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
    ...(when === undefined ? {} : { effectiveDateTime: when }),
    ...(value === undefined ? {} : { valueQuantity: { value, unit: '/min', code: '/min' } }),
    ...more,
  });
  const kind = kindOf('pulse');
  const ids = (list: Observation[]): string[] => readingsOf(kind, list, '42').map((r) => r.id);

  it('stand newest first whatever the order, offset or precision', () => {
    expect(ids([
      pulse('a', '2026-11-20T23:59:00+07:00', 1), pulse('b', '2026-11-20T17:30:00Z', 2), pulse('c', '2026-11', 3),
      pulse('d', undefined, 4), pulse('e', '2026-11-21', 5), pulse('f', undefined, 6, { effectivePeriod: { start: '2026-11-19' } }),
    ])).toEqual(['b', 'e', 'a', 'f', 'c', 'd']);
  });

  it('of one moment stand last recorded first', () => {
    const at = (id: string, lastUpdated: string): Observation => pulse(id, WHEN, 80, { meta: { lastUpdated } });
    expect(ids([at('a', '2026-11-21T08:00:00Z'), at('b', '2026-11-21T09:00:00Z')])).toEqual(['b', 'a']);
  });

  it('leave out errors, other people, other codes, duplicates and silence', () => {
    expect(ids([
      pulse('a', WHEN, 80), pulse('a', WHEN, 80), pulse('b', WHEN, 80, { status: 'entered-in-error' }),
      pulse('c', WHEN, 80, { status: 'cancelled' }), pulse('d', WHEN, 80, { subject: { reference: 'Patient/43' } }),
      pulse('e', WHEN, 80, { code: { coding: [{ code: '9279-1' }] } }), pulse('f', WHEN, undefined),
    ])).toEqual(['a']);
  });

  it('what was withdrawn stays withdrawn, whichever answer about it comes last', () => {
    const [there, gone] = [pulse('a', WHEN, 80), pulse('a', WHEN, 80, { status: 'entered-in-error' })];
    expect([ids([there, gone]), ids([gone, there]), ids([there, gone, there]), ids([there, there])]).toEqual([[], [], [], ['a']]);
  });

  it('keep "could not be measured", and the value before it', () => {
    const readings = readingsOf(kind, [
      pulse('a', '2026-11-20', 80), pulse('b', '2026-11-21', undefined, { dataAbsentReason: { text: 'x' } })], '42');
    expect(readings.map((r) => r.absent)).toEqual([true, false]);
    const { latest, withValue } = latestOf(readings);
    expect([latest?.id, withValue?.id]).toEqual(['b', 'a']);
    expect(seriesOf(readings).main).toEqual([80, null]);
  });

  it('read both halves of a blood pressure by their codes, not by their places', () => {
    const bp = readingsOf(kindOf('bp'), [{
      resourceType: 'Observation', id: 'x', status: 'final', subject: { reference: 'Patient/42' }, effectiveDateTime: WHEN,
      code: { coding: [{ code: '85354-9' }] },
      component: [
        { code: { coding: [{ code: '8462-4' }] }, valueQuantity: { value: 62, code: 'mm[Hg]' } },
        { code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: 104, code: 'mm[Hg]' } },
        { code: { coding: [{ code: '8478-0' }] }, valueQuantity: { value: 76, code: 'mm[Hg]' } },
      ],
    }], '42');
    expect([bp[0]?.main?.value, bp[0]?.second?.value]).toEqual([104, 62]);
  });

  it('read back what the form wrote', () => {
    const made = build({
      typed: { systolic: '104', glucose: '97', temperature: '38,2' }, glucoseUnit: 'mg/dL', absent: { diastolic: true, pulse: true },
      oxygen: 'no', consciousness: 'V',
    });
    const read = (key: VitalKey) => readingsOf(kindOf(key), [JSON.parse(toJson(made.get(key))) as Observation], '42')[0];
    expect(read('bp')).toMatchObject({ main: { value: 104 }, second: undefined, absent: false, secondAbsent: true });
    expect(read('glucose')?.main).toMatchObject({ value: 97, unit: 'mg/dL' });
    expect(read('glucose')?.main?.chart).toBeCloseTo(5.384, 3);
    expect(read('pulse')).toMatchObject({ main: undefined, absent: true });
    expect(read('oxygen')?.yes).toBe(false);
    expect(read('consciousness')?.acvpu).toBe('V');
    expect(read('temperature')?.main?.chart).toBe(38.2);
  });

  it('draw in time order, gaps for what has no number, nothing without a time', () => {
    const series = seriesOf(readingsOf(kind, [
      pulse('a', '2026-11-21T07:00:00+07:00', 80), pulse('b', '2026-11-21T07:00:00+07:00', 81), pulse('c', undefined, 82),
      pulse('d', '2026-11-19T07:00:00+07:00', 70, { valueQuantity: { value: 70, code: 'Hz' } }),
      pulse('e', '2026-11-20T07:00:00+07:00', 30, { valueQuantity: { value: 30, code: '/min', comparator: '<' } }),
    ], '42'));
    expect(series.main.length).toBe(4);
    expect(series.main.slice(0, 2)).toEqual([null, null]);
    for (let i = 1; i < series.at.length; i += 1) expect(series.at[i]).toBeGreaterThan(series.at[i - 1] as number);
    const since = Date.parse('2026-11-21T00:00:00+07:00');
    expect(seriesOf(readingsOf(kind, [pulse('a', '2026-11-20', 1), pulse('b', WHEN, 2)], '42'), since).main).toEqual([2]);
  });
});

describe('units', () => {
  it.each([
    ['temperature', 100.4, '[degF]', 38], ['weight', 52_000, 'g', 52], ['weight', 100, '[lb_av]', 45.359237], ['glucose', 90.08, 'mg/dL', 5],
    ['pulse', 80, '{beats}/min', 80], ['breathing', 18, '/min', 18],
  ] as const)('%s %d %s', (key, value, unit, expected) => {
    expect(toChartUnit(kindOf(key), value, unit)).toBeCloseTo(expected, 6);
  });

  it('that are unknown are not drawn', () => {
    expect(toChartUnit(kindOf('weight'), 5, 'stone')).toBeUndefined();
    expect(toChartUnit(kindOf('weight'), 5, undefined)).toBeUndefined();
    expect(toChartUnit(kindOf('oxygen'), 5, '%')).toBeUndefined();
  });
});

describe('drafts', () => {
  const iso = (at: Date): string => at.toISOString();

  it('come back whole, dated when they were typed', () => {
    const d = draft({ typed: { pulse: '80' }, touchedAt: 1_000_000 });
    expect(reviveDraft(JSON.stringify(d), 1_000_000 + 60_000, iso)).toEqual(d);
    expect(reviveDraft(JSON.stringify(d), 1_000_000 + 600_000, iso)?.takenAt).toBe(new Date(1_000_000).toISOString());
    expect(reviveDraft(JSON.stringify({ ...d, takenAt: WHEN }), 1_000_000 + 600_000, iso)?.takenAt).toBe(WHEN);
  });

  it.each([null, '', 'not json', '{}', JSON.stringify(emptyDraft())])('that are empty or broken do not (%s)', (stored) => {
    expect(reviveDraft(stored, 0, iso)).toBeUndefined();
  });

  it('are not empty while an earlier attempt is in doubt', () => {
    expect(isEmptyDraft(draft({ superseded: ['a'] }))).toBe(false);
    expect(isEmptyDraft(draft({ sent: { pulse: { uuid: 'a', print: '' } } }))).toBe(false);
  });
});

describe('time of measuring', () => {
  const now = Date.parse(WHEN);
  it.each([
    ['', undefined, undefined], [WHEN, undefined, undefined], ['2026-11-21T07:42:00+07:00', undefined, undefined],
    ['2026-11-21T07:50:00+07:00', undefined, 'takenFuture'], ['incomplete', undefined, 'takenBad'], ['2026-11-21', undefined, 'takenBad'],
    ['1947-05-01T07:00:00+07:00', '1948', 'takenBeforeBirth'], ['1948-05-01T07:00:00+07:00', '1948', undefined],
  ] as const)('%s, born %s', (takenAt, born, trouble) => {
    expect(timeTrouble(takenAt, born, now)).toBe(trouble);
  });
});

describe('uuid4', () => {
  it('has the shape of version 4 and does not repeat', () => {
    const made = Array.from({ length: 200 }, uuid4);
    for (const u of made) expect(u).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(made).size).toBe(200);
  });
});

describe('a unit typed behind the number', () => {
  it.each([
    ['pulse', '88 lần/phút', '88'], ['pulse', '88 l/p', '88'], ['pulse', '88 nhịp', '88'], ['pulse', '88/min', '88'], ['breathing', '18 LẦN / PHÚT', '18'],
    ['breathing', '18 lâ\u0300n/phu\u0301t', '18'], ['spo2', '96%', '96'], ['spo2', '96 %', '96'], ['systolic', '120 mmHg', '120'], ['weight', '45,5 ký', '45,5'], ['weight', '45.5kg', '45.5'],
    ['temperature', '37 độ', '37'], ['temperature', '37,5 °C', '37,5'], ['temperature', '37,5oC', '37,5'], ['temperature', '37 độ 5', '37,5'], ['temperature', '37°5', '37,5'],
    ['glucose', '6,2 mmol/L', '6,2'], ['glucose', '110 mg/dl', '110'],
  ] as const)('%s %s is %s', (field, typed, number) => {
    expect(plainNumber(field, typed)).toBe(number);
  });

  it.each([['temperature', '100 °F'], ['temperature', '37 độ 55'], ['spo2', '96 mmHg'], ['pulse', '88 kg'], ['systolic', '120/80 mmHg'], ['weight', '99 lb'], ['pulse', 'lần']] as const)(
    '%s %s is refused as before', (field, typed) => {
      expect(judgeDraft(draft({ typed: { [field]: typed } }), BG).fields[field].trouble?.code).toBe('bad');
    },
  );

  it('is recorded as the number alone, and what is rare is confirmed as before', () => {
    expect(build({ typed: { pulse: '88 lần/phút' } }).get('pulse')?.valueQuantity).toEqual(build({ typed: { pulse: '88' } }).get('pulse')?.valueQuantity);
    const rare = draft({ typed: { temperature: '40,5 độ' }, confirmed: { temperature: '40,5 độ' } });
    expect(judgeDraft(rare, BG).fields.temperature.confirmed).toBe(true);
    expect(judgeDraft({ ...rare, typed: { temperature: '40,5' } }, BG).fields.temperature.confirmed).toBe(true);
    expect(judgeDraft({ ...rare, typed: { temperature: '40,6 độ' } }, BG).fields.temperature.confirmed).toBe(false);
  });

  it('never chooses the unit of glucose: it is offered, also against the one that was chosen', () => {
    for (const glucoseUnit of ['', 'mg/dL'] as const) {
      const d = draft({ typed: { glucose: '6,2 mmol/L' }, glucoseUnit });
      const { trouble } = judgeDraft(d, BG).fields.glucose;
      expect([trouble?.code, offersOf('glucose', trouble, d)]).toEqual(['needUnit', [{ kind: 'unit', unit: 'mmol/L' }]]);
    }
    expect(unitNamed('6,2')).toBeUndefined();
    expect(judgeDraft(draft({ typed: { glucose: '6,2 mmol/L' }, glucoseUnit: 'mmol/L' }), BG).fields.glucose.value?.text).toBe('6.2');
  });
});
