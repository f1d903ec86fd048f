import { describe, expect, it } from 'vitest';
import { openUntil } from '../src/access/Glass';
import { unseen } from '../src/access/GlassNews';
import { linesOf, questionFor, traceLine, type AuditEvent } from '../src/access/trace';
import { FhirClient } from '../src/fhir/client';

const event = (more: Partial<AuditEvent> = {}): AuditEvent => ({
  resourceType: 'AuditEvent', id: '7', recorded: '2026-11-22T07:41:00Z', outcome: '0',
  subtype: [{ system: 'http://hl7.org/fhir/restful-interaction', code: 'read' }, { system: 'urn:ansinh:audit', code: 'read' }],
  agent: [{ who: { display: 'Điều dưỡng Hà' }, name: 'dd.ha', role: [{ coding: [{ code: 'nurse' }] }], network: { address: '10.0.0.2' } }],
  entity: [{ what: { reference: 'Patient/p1' } }, { what: { reference: 'Observation/o1' } }, { detail: [{ type: 'resource type', valueString: 'Observation' }] }],
  ...more,
});

describe('what the head is told', () => {
  const opened = (id: string, recorded: string) => traceLine(event({ id, recorded, subtype: [{ system: 'urn:ansinh:audit', code: 'break-glass' }] }));
  const lines = [opened('3', '2026-11-22T09:00:00Z'), opened('2', '2026-11-22T08:00:00+07:00'), traceLine(event())];
  it('is every break-glass that was not seen, whatever the zone it is written in, and nothing else', () => {
    expect(unseen(lines, '').map((l) => l.id)).toEqual(['3', '2']);
    expect(unseen(lines, '2026-11-22T01:00:00Z').map((l) => l.id)).toEqual(['3']);
    expect(unseen(lines, '2026-11-22T09:00:00Z')).toEqual([]);
  });
});

describe('a line of the access log', () => {
  it('says who did what on whose record', () => {
    expect(traceLine(event())).toEqual({
      id: '7', when: '2026-11-22T07:41:00Z', who: 'Điều dưỡng Hà', machine: undefined, role: 'nurse', address: '10.0.0.2', deed: 'read', patients: ['p1'], more: 0,
      type: 'Observation', about: '', purpose: '', reason: '', glass: false, compartment: false, failed: false,
    });
  });

  it.each([['owner of the data folder (huy)', 'huy'], ['owner of the data folder', ''], ['Điều dưỡng Hà', undefined], ['not the owner of the data folder (x)', undefined]])(
    'by %s is at the machine as %s', (display, machine) => expect(traceLine(event({ agent: [{ who: { display } }] })).machine).toBe(machine));

  it('marks break-glass, what is specially protected, and what failed', () => {
    const line = traceLine(event({
      extension: [{ url: 'urn:ansinh:extension:break-glass', valueBoolean: true }, { url: 'urn:ansinh:extension:compartment', valueBoolean: true }],
      purposeOfEvent: [{ coding: [{ code: 'ETREAT' }], text: 'ngất' }], outcome: '4',
    }));
    expect([line.glass, line.compartment, line.failed, line.purpose, line.reason]).toEqual([true, true, true, 'ETREAT', 'ngất']);
  });

  it('counts whom the server names no more', () => {
    const line = traceLine(event({ entity: [{ what: { reference: 'Patient/p1' } }, { detail: [{ type: 'more persons', valueString: '71' }, { type: 'more resources', valueString: '9' }] }] }));
    expect(line).toMatchObject({ patients: ['p1'], more: 71 });
  });

  it('survives an event that says nothing', () => {
    expect(traceLine({ resourceType: 'AuditEvent' })).toMatchObject({ deed: 'other', patients: [], who: '' });
  });

  it('of another person is never shown under this one', () => {
    const page = { items: [event(), event({ id: '8', entity: [{ what: { reference: 'Patient/p2' } }] })], included: [], next: undefined, total: undefined };
    expect(linesOf(page, 'p1').map((l) => l.id)).toEqual(['7']);
    expect(linesOf(page, '').length).toBe(2);
  });
});

describe('the question', () => {
  it('leaves out what is not asked, and asks for both ends of the days', async () => {
    const asked: string[] = [];
    const doFetch = async (url: RequestInfo | URL): Promise<Response> => {
      asked.push(String(url));
      return new Response(JSON.stringify({ resourceType: 'Bundle', type: 'searchset' }), { status: 200 });
    };
    const client = new FhirClient({ fetch: doFetch as typeof fetch });
    const none = { patient: '', who: '', from: '', to: '', kind: '' as const };
    await client.search<AuditEvent>('AuditEvent', questionFor(none, 50));
    await client.search<AuditEvent>('AuditEvent', questionFor({ patient: 'p1', who: ' hà ', from: '2026-11-01', to: '2026-11-22', kind: 'paper' }, 50));
    expect(asked).toEqual([
      '/fhir/AuditEvent?_sort=-date&_count=50',
      '/fhir/AuditEvent?patient=Patient%2Fp1&agent-name=h%C3%A0&date=ge2026-11-01&date=le2026-11-22&subtype=export%2Cprint&_sort=-date&_count=50',
    ]);
  });
});

describe('an open break-glass', () => {
  const grant = (patient: string, until: string, account = 'a') => ({ patient, until, account });
  const now = Date.parse('2026-11-22T10:00:00Z');
  it('is mine, for this person, and not over', () => {
    const list = [grant('Patient/p1', '2026-11-22T10:10:00Z'), grant('Patient/p1', '2026-11-22T10:30:00Z'), grant('Patient/p2', '2026-11-22T11:00:00Z'),
      grant('Patient/p1', '2026-11-22T11:00:00Z', 'b'), grant('Patient/p1', '2026-11-22T09:00:00Z')];
    expect(openUntil(list, 'a', 'p1', now)).toBe(Date.parse('2026-11-22T10:30:00Z'));
    expect(openUntil(list, 'a', 'p3', now)).toBeUndefined();
  });
});
