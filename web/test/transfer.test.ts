import { describe, expect, it } from 'vitest';
import type { Bundle, Resource } from '../src/fhir/types';
import type { Episode, Order, Patient, Stay } from '../src/stay/forms';
import { isStay } from '../src/stay/forms';
import { ask, callOff, decide, fromOf, hindrance, houseOf, isProposal, partOf, refuse, take, type Coming, type Proposal, type Service, type TransferTask, type TransferWords } from '../src/stay/transfer';

const ACT = '0f0f0f0f-1111-4222-8333-444444444444';
const AT = '2026-11-22T10:00:00+07:00';
const words: TransferWords = { task: (h) => `> ${h}`, way: 'W', stopped: 'S', reason: { care: 'c', family: 'f', place: 'p', decision: 'd', request: 'r', other: 'o' } };
const stay: Stay = {
  resourceType: 'Encounter', id: 's', meta: { versionId: '4' }, status: 'in-progress', class: { code: 'IMP' }, subject: { reference: 'Patient/p' }, period: { start: '2026-01-01' },
  serviceProvider: { reference: 'Organization/a' }, location: [{ location: { reference: 'Location/x' }, status: 'active' }],
};
const patient: Patient = { resourceType: 'Patient', id: 'p', meta: { versionId: '2' }, managingOrganization: { reference: 'Organization/a' } };
const of = <T>(b: Bundle, type: string): T[] => (b.entry ?? []).map((e) => e.resource).filter((r) => r?.resourceType === type) as unknown as T[];
const asked = ask(stay, { to: 'b', toName: 'Nhà B', from: 'a', fromName: 'Nhà A', reason: 'family', why: '', expected: '', parts: { summary: ' ổn định ', papers: '' }, at: AT, by: 'Practitioner/x' }, ACT, words);
const task = (): TransferTask => ({ ...(of<TransferTask>(asked, 'Task')[0] as TransferTask), id: 't', meta: { versionId: '1' }, focus: { reference: 'EpisodeOfCare/e2' } });
const planned: Episode = { resourceType: 'EpisodeOfCare', id: 'e2', meta: { versionId: '1' }, status: 'planned', patient: { reference: 'Patient/p' } };
const old: Episode = { resourceType: 'EpisodeOfCare', id: 'e1', meta: { versionId: '1' }, status: 'active', type: [{ text: 'g' }], period: { start: '2026-01-01' } };
const order = {
  resourceType: 'MedicationRequest', id: 'm', meta: { versionId: '5' }, status: 'active', intent: 'order', subject: { reference: 'Patient/p' }, requester: { reference: 'Practitioner/x', display: 'BS X' },
  identifier: [{ system: 's', value: 'v' }], encounter: { reference: 'Encounter/s' }, medicationCodeableConcept: { text: 'Amlodipin 5 mg' }, authoredOn: '2026-01-01',
} as Order;
const service: Service = { resourceType: 'ServiceRequest', id: 'q', meta: { versionId: '1' }, status: 'active', intent: 'order', requester: { reference: 'Practitioner/x' } };
const coming = (more: Partial<Coming> = {}): Coming => ({ task: task(), patient, stay, planned, episodes: [planned, old], orders: [order], services: [service], seesOrders: true, ...more });
const taken = take(coming(), { at: AT, bed: 'y', house: 'b', houseName: 'Nhà B' }, ACT, words);

describe('asking', () => {
  it('plans an episode there and tells them; nothing of the stay changes', () => {
    expect((asked.entry ?? []).map((e) => [e.request?.method, e.resource?.resourceType])).toEqual([['POST', 'EpisodeOfCare'], ['POST', 'Task']]);
    expect(of<Episode>(asked, 'EpisodeOfCare')[0]).toMatchObject({ status: 'planned', managingOrganization: { reference: 'Organization/b' } });
    expect([houseOf(task()), fromOf(task()), partOf(task(), 'summary'), partOf(task(), 'papers')]).toEqual(['b', 'a', 'ổn định', '']);
  });
  it('is the same transaction at every try', () => {
    const names = (asked.entry ?? []).map((e) => e.request?.ifNoneExist);
    expect(names).toEqual([`identifier=urn:ansinh:id:act|${ACT}/1`, `identifier=urn:ansinh:id:act|${ACT}/2`]);
  });
});

describe('taking over', () => {
  const [ended, begun] = of<Stay>(taken, 'Encounter') as [Stay, Stay];
  it('ends the one stay and begins the other in one transaction, each naming the other house', () => {
    expect(ended).toMatchObject({ id: 's', status: 'finished', period: { end: AT }, hospitalization: { destination: { reference: 'Organization/b' } } });
    expect(ended.location?.[0]?.status).toBe('completed');
    expect(begun).toMatchObject({ status: 'in-progress', serviceProvider: { reference: 'Organization/b' }, hospitalization: { origin: { reference: 'Organization/a' } } });
    expect(begun.extension?.[0]?.valueReference).toEqual({ reference: 'Encounter/s' });
    expect(isStay(begun)).toBe(true);
    expect(of<Patient>(taken, 'Patient')[0]?.managingOrganization?.reference).toBe('Organization/b');
  });
  it('takes the groups along', () => {
    expect(of<Episode>(taken, 'EpisodeOfCare').map((e) => [e.id, e.status, e.type?.[0]?.text])).toEqual([['e1', 'finished', 'g'], ['e2', 'active', 'g']]);
  });
  it('stops every order and lays it before the new prescriber, in nobody\'s name', () => {
    const orders = of<Proposal>(taken, 'MedicationRequest');
    expect(orders[0]).toMatchObject({ id: 'm', status: 'stopped' });
    expect(orders[1]).toMatchObject({ status: 'draft', intent: 'proposal', requester: { display: 'BS X' }, priorPrescription: { reference: 'MedicationRequest/m' } });
    expect(orders[1]?.requester?.reference).toBeUndefined();
    expect(orders[1]?.id).toBeUndefined();
    expect(of<Proposal>(taken, 'ServiceRequest').map((s) => s.status)).toEqual(['revoked', 'draft']);
    expect(orders.filter(isProposal)).toHaveLength(1);
  });
  it('names every version it goes by', () => {
    for (const e of taken.entry ?? []) expect(e.request?.method === 'POST' ? e.request.ifNoneExist : e.request?.ifMatch).toBeTruthy();
    expect(new Set((taken.entry ?? []).map((e) => e.fullUrl ?? `${e.resource?.resourceType}/${e.resource?.id}`)).size).toBe((taken.entry ?? []).length);
  });
  it.each([
    ['over', { task: { ...task(), status: 'completed' } }], ['gone', { stay: { ...stay, status: 'finished' } }], ['dead', { patient: { ...patient, deceasedBoolean: true } }],
    ['orders', { seesOrders: false }], [undefined, {}],
  ] as [string | undefined, Partial<Coming>][])('is hindered: %s', (want, more) => {
    expect(hindrance(coming(more))).toBe(want);
  });
});

describe('refusing and calling off', () => {
  it('closes both, with the reason', () => {
    for (const [b, status] of [[refuse(task(), planned, ' hết giường ', AT), 'rejected'], [callOff(task(), planned, 'hết giường', AT), 'cancelled']] as const) {
      expect(of<TransferTask>(b, 'Task')[0]).toMatchObject({ status, statusReason: { text: 'hết giường' } });
      expect(of<Episode>(b, 'EpisodeOfCare')[0]?.status).toBe('cancelled');
    }
    expect(of<Episode>(callOff(task(), { ...planned, status: 'active' }, 'x', AT), 'EpisodeOfCare')).toEqual([]);
  });
});

describe('a proposal', () => {
  const proposal = { ...(of<Proposal>(taken, 'MedicationRequest')[1] as Proposal), id: 'n', meta: { versionId: '1' }, encounter: { reference: 'Encounter/new' } };
  it('becomes an order of whoever confirms it, and has done its work', () => {
    const b = decide([{ proposal, decision: 'confirm' }], ACT, 'Practitioner/y', AT);
    const [over, now] = of<Proposal>(b, 'MedicationRequest') as [Proposal, Proposal];
    expect(over.status).toBe('completed');
    expect(now).toMatchObject({ status: 'active', intent: 'order', requester: { reference: 'Practitioner/y' }, authoredOn: AT, encounter: { reference: 'Encounter/new' }, priorPrescription: { reference: 'MedicationRequest/m' } });
  });
  it('is dropped without an order', () => {
    const b = decide([{ proposal, decision: 'drop' }, { proposal: { ...(service as unknown as Proposal), status: 'draft', intent: 'proposal' }, decision: 'drop' }], ACT, 'Practitioner/y', AT);
    expect((b.entry ?? []).map((e) => (e.resource as Resource & { status: string }).status)).toEqual(['cancelled', 'revoked']);
  });
});
