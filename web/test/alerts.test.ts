/* Alerts: what a Task says, which comes first, which may interrupt, and what a tap makes of it. */

import { describe, expect, it } from 'vitest';
import { actedTask, isClosed, isDone, wantedAct, type Act } from '../src/alerts/act';
import { afterShowing, BUDGET, detailIn, inOrder, isMine, newsOf, nextInterrupt, readAlert, readShown, type Alert, type AlertTask, type Shown } from '../src/alerts/alerts';
import { precision, rehearsalOf, rowsOf } from '../src/alerts/rules';
import { sendAct } from '../src/alerts/send';
import { FhirError, type FhirClient } from '../src/fhir/client';
import { newItem, parseItems } from '../src/outbox/item';

const english = (text: string) => ({ extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/translation', extension: [{ url: 'lang', valueCode: 'en' }, { url: 'content', valueString: text }] }] });
const task = (more: Partial<AlertTask> = {}): AlertTask => ({
  resourceType: 'Task', id: 't1', meta: { versionId: '3' }, status: 'requested', intent: 'order', priority: 'stat',
  extension: [{ url: 'urn:ansinh:alert-interrupt', valueCode: 'always' }],
  code: { coding: [{ system: 'urn:ansinh:task', code: 'alert' }, { system: 'urn:ansinh:alert-kind', code: 'glucose-very-low' }], text: 'Đường huyết dưới 3,0', _text: english('Glucose below 3.0') },
  description: 'Xử trí ngay', _description: english('Treat now'), for: { reference: 'Patient/p1' }, location: { reference: 'Location/w1', display: 'Khu A' },
  authoredOn: '2026-11-22T03:00:00Z', performerType: [{ coding: [{ system: 'urn:ansinh:role', code: 'nurse' }] }], reasonReference: { reference: 'Observation/o1' },
  input: [{ valueReference: { reference: 'Observation/o2' } }, { valueString: '2,9 mmol/L' }], instantiatesCanonical: 'urn:rule|1', ...more,
});
const alert = (more: Partial<Alert>): Alert => ({ ...readAlert(task()), ...more });

describe('an alert as it is read', () => {
  it('says it in both languages', () => {
    expect(readAlert(task())).toEqual({
      id: 't1', kind: 'glucose-very-low', title: { vi: 'Đường huyết dưới 3,0', en: 'Glucose below 3.0' }, text: { vi: 'Xử trí ngay', en: 'Treat now' }, detail: '2,9 mmol/L', isLater: false,
      priority: 'stat', status: 'requested', patient: 'p1', ward: 'w1', wardName: 'Khu A', at: Date.parse('2026-11-22T03:00:00Z'), since: 0, roles: ['nurse'], interrupt: 'always',
      evidence: 2, owner: '', rule: 'urn:rule',
    });
  });
  it('the word of a later fact is told from the one the title speaks of', () => {
    const cause = (n: number) => ({ system: 'urn:ansinh:id:alert-cause', value: `urn:rule Observation/${n}` });
    expect(readAlert(task({ identifier: [{ system: 'urn:ansinh:id:alert', value: 'p1' }, cause(1)] })).isLater).toBe(false);
    expect(readAlert(task({ identifier: [cause(1), cause(2)] })).isLater).toBe(true);
  });
  it('says when the fact was where that is another time than when it was told', () => {
    const since = (text: string): number => readAlert(task({ input: [{ valueString: 'x' }, { valueDateTime: text }] })).since;
    expect([since('2026-11-22T08:00:00+07:00'), since('2026-11-22T09:45:00+07:00'), since('2026-11-22T09:46:00+07:00'), since('2026-11-22T10:30:00+07:00'), since('x')])
      .toEqual([Date.parse('2026-11-22T01:00:00Z'), Date.parse('2026-11-22T02:45:00Z'), 0, 0, 0]);
  });
  it('counts with a comma in Vietnamese and a point in English', () => {
    expect([detailIn(readAlert(task()), 'vi'), detailIn(readAlert(task()), 'en')]).toEqual(['2,9 mmol/L', '2.9 mmol/L']);
    const people = readAlert(task({ input: [{ valueString: '3 người / people' }] }));
    expect([detailIn(people, 'vi'), detailIn(people, 'en')]).toEqual(['3 người', '3 people']);
  });
  it('takes what is not there for nothing', () => {
    const to = (code: string) => ({ coding: [{ system: 'urn:ansinh:role', code }] });
    expect(readAlert(task({ performerType: [to('nurse'), to('doctor'), to('doctor')] })).roles).toEqual(['nurse', 'doctor']); /* escalated to who had it */
    expect(readAlert({ resourceType: 'Task' })).toMatchObject({ priority: 'routine', interrupt: 'never', roles: [], title: { vi: '', en: '' }, at: 0 });
  });
});

describe('which comes first', () => {
  it('the gravest, then what nobody has seen, then the oldest', () => {
    const list = [alert({ id: 'c', priority: 'urgent' }), alert({ id: 'b', status: 'received' }), alert({ id: 'a', at: 5 }), alert({ id: 'd', at: 3 })];
    expect([...list].sort(inOrder).map((a) => a.id)).toEqual(['d', 'a', 'b', 'c']);
  });
  it('whose it is', () => {
    expect(isMine(alert({}), ['nurse'], [])).toBe(true);
    expect(isMine(alert({}), ['doctor'], [])).toBe(false);
    expect(isMine(alert({}), ['nurse'], ['w2'])).toBe(false);
    expect(isMine(alert({ ward: '' }), ['nurse'], ['w2'])).toBe(true);
    expect(isMine(alert({}), undefined, [])).toBe(true);
  });
  it('counts what is new, and what has become graver', () => {
    expect(newsOf([alert({})], [alert({}), alert({ id: 't2' })])).toBe(1);
    expect(newsOf([alert({ priority: 'asap' })], [alert({})])).toBe(1);
    expect(newsOf([alert({}), alert({ id: 't2' })], [alert({})])).toBe(0);
    const taken = alert({ status: 'received' });
    expect([newsOf([alert({})], [taken]), newsOf([alert({})], [taken], new Map([['t1', 'received']])), newsOf([alert({ priority: 'asap' })], [taken], new Map([['t1', 'received']]))]).toEqual([1, 0, 1]);
  });
});

describe('interrupting', () => {
  const none: Shown = { shift: 1, spent: 0, ids: [] };
  const quiet = (id: string): Alert => alert({ id, interrupt: 'budget', priority: 'asap' });
  it('is once for each alert', () => {
    const first = nextInterrupt([alert({})], none, 1);
    expect(first.map((a) => a.id)).toEqual(['t1']);
    expect(nextInterrupt([alert({})], afterShowing(first, none, 1), 1)).toEqual([]);
  });
  it('again when it has become graver', () => {
    const after = afterShowing([alert({ priority: 'asap' })], none, 1);
    expect(nextInterrupt([alert({ priority: 'asap' })], after, 1)).toEqual([]);
    expect(nextInterrupt([alert({ priority: 'stat' })], after, 1)).toHaveLength(1);
  });
  it('has a budget a shift, which the few that always interrupt do not touch', () => {
    let shown = none;
    for (let n = 0; n < 10; n += 1) shown = afterShowing([alert({ id: `x${n}` })], shown, 1);
    expect(shown.spent).toBe(0);
    const list = ['a', 'b', 'c'].map(quiet);
    const seen: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const said = nextInterrupt(list, shown, 1);
      seen.push(...said.map((a) => a.id));
      shown = afterShowing(said, shown, 1);
    }
    expect(seen).toHaveLength(BUDGET);
    expect(nextInterrupt([quiet('c'), alert({ id: 'always' })], shown, 1).map((a) => a.id)).toEqual(['always']);
    expect(nextInterrupt([quiet('c')], shown, 2).map((a) => a.id)).toEqual(['c']); /* the next shift */
  });
  it('says all that always interrupt at once', () => {
    expect(nextInterrupt([quiet('q'), alert({ id: 'b', at: 2 }), alert({ id: 'a', at: 1 })], none, 1).map((a) => a.id)).toEqual(['a', 'b']);
  });
  it('is not for what somebody has taken, nor for what never interrupts', () => {
    expect(nextInterrupt([alert({ status: 'received' }), alert({ id: 'n', interrupt: 'never' })], none, 1)).toEqual([]);
  });
  it('reads back what this browser kept, and nothing that it did not', () => {
    expect(readShown(JSON.stringify({ shift: 3, spent: 1, ids: ['a', 7] }))).toEqual({ shift: 3, spent: 1, ids: ['a'] });
    for (const text of [null, '', 'x', '{}', '[]', '{"shift":"1","spent":0,"ids":[]}']) expect(readShown(text)).toEqual({ shift: 0, spent: 0, ids: [] });
  });
});

describe('what a tap makes of it', () => {
  const by = { reference: 'Practitioner/n1', display: 'Điều dưỡng Hà' };
  const act = (more: Partial<Act>): Act => ({ task: 't1', status: 'received', text: '', by, ...more });
  const at = Date.parse('2026-11-22T03:05:00Z');

  it('names who took it', () => {
    expect(actedTask(task(), act({}), at)).toMatchObject({ status: 'received', owner: { reference: 'Practitioner/n1', display: 'Điều dưỡng Hà' }, lastModified: '2026-11-22T10:05:00+07:00' });
    expect(actedTask(task(), act({}), at).note).toBeUndefined();
  });
  it('keeps the reason of a dismissal, and notes that were there', () => {
    const done = actedTask(task({ note: [{ text: 'trước' }] }), act({ status: 'rejected', reason: 'other', text: ' đo nhầm người ' }), at);
    expect(done.statusReason).toEqual({ coding: [{ system: 'urn:ansinh:alert-reason', code: 'other' }], text: 'đo nhầm người' });
    expect(done.note?.map((n) => n.text)).toEqual(['trước', 'đo nhầm người']);
  });
  it('waits in storage without a name of a person', () => {
    const item = newItem(wantedAct(act({ status: 'completed', text: 'cho uống nước đường' }), at));
    const [back] = parseItems(JSON.stringify([item]));
    expect(back?.act).toEqual(item.act);
    expect(JSON.stringify(item.resource)).not.toContain('Patient');
  });
  it('knows what is over and what is done already', () => {
    expect(['completed', 'rejected', 'cancelled'].every((status) => isClosed(task({ status })))).toBe(true);
    expect(isDone(task({ status: 'received' }), act({}))).toBe(true);
    expect(isDone(task({ status: 'received' }), act({ status: 'completed' }))).toBe(false);
  });

  /* A server that holds one Task; each refusal of an update is a faster hand. */
  function serverOf(first: AlertTask, faster: AlertTask[] = []) {
    const s = { task: first, writes: [] as { task: AlertTask; etag: string }[] };
    const client = {
      read: () => Promise.resolve({ resource: s.task, etag: `W/"${s.task.meta?.versionId}"` }),
      update: (t: AlertTask, etag: string) => {
        const next = faster.shift();
        if (next) {
          s.task = next;
          return Promise.reject(new FhirError('conflict', 412));
        }
        s.writes.push({ task: t, etag });
        return Promise.resolve();
      },
    } as unknown as FhirClient;
    return { s, client };
  }
  const sent = (client: FhirClient, a: Act) => sendAct(client, newItem(wantedAct(a, at)), a);

  it('changes the version it has read', async () => {
    const { s, client } = serverOf(task());
    expect((await sent(client, act({ status: 'completed' }))).kind).toBe('stored');
    expect(s.writes.map((x) => [x.task.status, x.etag])).toEqual([['completed', 'W/"3"']]);
  });
  it('looks again when it was changed meanwhile', async () => {
    const { s, client } = serverOf(task(), [task({ meta: { versionId: '4' }, status: 'received' })]);
    expect((await sent(client, act({ status: 'completed' }))).kind).toBe('stored');
    expect(s.writes.map((x) => x.etag)).toEqual(['W/"4"']);
  });
  it('says so when somebody else closed it, and writes nothing', async () => {
    const { s, client } = serverOf(task({ status: 'rejected' }));
    expect(await sent(client, act({ status: 'completed' }))).toMatchObject({ kind: 'halt', halt: 'taken' });
    expect(s.writes).toEqual([]);
  });
  it('is held twice with one outcome', async () => {
    const { s, client } = serverOf(task({ status: 'completed' }));
    expect((await sent(client, act({ status: 'completed' }))).kind).toBe('stored');
    expect(s.writes).toEqual([]);
  });
});

describe('how the rules do', () => {
  const n = (name: string, valueInteger: number) => ({ name, valueInteger });
  it('reads the answer, the most used first', () => {
    const rule = (id: string, raised: number) => ({ name: 'rule', part: [{ name: 'id', valueId: id }, { name: 'url', valueCanonical: `urn:${id}` }, { name: 'title', valueString: id }, n('raised', raised), n('open', 1), n('acknowledged', 2), { name: 'off', valueBoolean: true }, { name: 'why', valueString: 'slow' }] });
    const rows = rowsOf({ resourceType: 'Parameters', parameter: [n('days', 90), rule('a', 1), rule('b', 9)] });
    expect(rows.map((r) => [r.id, r.raised, r.open, r.off, r.why, r.title.en])).toEqual([['b', 9, 3, true, 'slow', 'b'], ['a', 1, 3, true, 'slow', 'a']]);
  });
  it('a rehearsal says how often, of whom, and when most', () => {
    const day = (date: string, raised: number) => ({ name: 'day', part: [{ name: 'date', valueDate: date }, n('raised', raised)] });
    const ward = (display: string, raised: number) => ({ name: 'ward', part: [{ name: 'ward', valueReference: { display } }, n('raised', raised)] });
    const found = rehearsalOf({ resourceType: 'Parameters', parameter: [n('days', 90), { name: 'partial', valueBoolean: true }, n('asked', 500), n('failed', 1), n('held', 40), n('raised', 27), n('persons', 9), day('2026-11-01', 3), day('2026-11-05', 7), ward('Khu A', 2), ward('Khu B', 25), ward('Khu C', 0)] });
    expect(found).toEqual({ days: 90, partial: true, asked: 500, failed: 1, held: 40, raised: 27, persons: 9, perDay: 0.3, busiest: { day: '2026-11-05', n: 7 }, wards: [{ name: 'Khu B', n: 25 }, { name: 'Khu A', n: 2 }] });
    expect(rehearsalOf({ resourceType: 'Parameters' })).toMatchObject({ raised: 0, perDay: 0, busiest: undefined, wards: [] });
  });
  it('precision is of what people judged', () => {
    expect(precision({ acted: 3, dismissed: 1 })).toBe(75);
    expect(precision({ acted: 0, dismissed: 4 })).toBe(0);
    expect(precision({ acted: 0, dismissed: 0 })).toBeUndefined();
  });
});
