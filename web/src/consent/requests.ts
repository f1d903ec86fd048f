/* Requests of data subjects: what a step writes, and how the days left are said. Until when is the server's answer (Task/$data-requests). */

import { dayNumber, wardInstant } from '../fhir/zone';
import type { Wanted } from '../outbox/item';
import { ACKNOWLEDGED, EXTENDED, idOf, partOf, partsOf, REQUEST, type Parameters, type RequestTask } from './types';

export interface Kind { code: string; vi: string; en: string; days: number; extension: number }
export interface Due {
  task: string; patient: string; kind: string; state: string; received: string; acknowledgeBy: string; answerBy: string; mayExtend: boolean; extended: string; overdue: string;
}
export interface Requests { today: string; kinds: Kind[]; list: Due[] }

export function readRequests(p: Parameters): Requests {
  return {
    today: (p.parameter ?? []).find((x) => x.name === 'date')?.valueDate ?? '',
    kinds: partsOf(p.parameter, 'kind').map((k) => ({
      code: partOf(k, 'code')?.valueCode ?? '', vi: partOf(k, 'vi')?.valueString ?? '', en: partOf(k, 'en')?.valueString ?? '',
      days: partOf(k, 'days')?.valueInteger ?? 0, extension: partOf(k, 'extension')?.valueInteger ?? 0,
    })),
    list: partsOf(p.parameter, 'request').map((r) => ({
      task: idOf(partOf(r, 'task')?.valueReference?.reference), patient: idOf(partOf(r, 'patient')?.valueReference?.reference), kind: partOf(r, 'kind')?.valueCode ?? '',
      state: partOf(r, 'state')?.valueCode ?? '', received: partOf(r, 'received')?.valueDateTime ?? '', acknowledgeBy: partOf(r, 'acknowledgeBy')?.valueDate ?? '',
      answerBy: partOf(r, 'answerBy')?.valueDate ?? '', mayExtend: partOf(r, 'mayExtend')?.valueCode === 'yes', extended: partOf(r, 'extended')?.valueString ?? '',
      overdue: partOf(r, 'overdue')?.valueCode ?? '',
    })).sort((a, b) => Number(a.state === 'answered') - Number(b.state === 'answered') || nextDay(a).localeCompare(nextDay(b))),
  };
}

/* The day the next step is due. */
export const nextDay = (d: Due): string => (d.state === 'new' ? d.acknowledgeBy : d.answerBy);
/* Days from today on: 0 today, negative when it is over. */
export const daysLeft = (d: Due, today: string): number => dayNumber(nextDay(d)) - dayNumber(today);

export function requestItem(id: string, patient: string, kind: string, words: string, at: number): Wanted {
  const task: RequestTask = {
    resourceType: 'Task', status: 'requested', intent: 'order', code: { coding: [{ system: REQUEST, code: kind }] }, for: { reference: `Patient/${patient}` },
    authoredOn: wardInstant(at), ...(words === '' ? {} : { description: words }),
  };
  return { id, at, resource: task as Wanted['resource'], patient };
}

export type Step = { kind: 'acknowledge' } | { kind: 'extend'; reason: string } | { kind: 'answer'; text: string } | { kind: 'reject'; reason: string };

export function stepped(task: RequestTask, step: Step, at: number): RequestTask {
  const when = wardInstant(at);
  const base: RequestTask = { ...task, lastModified: when };
  if (step.kind === 'acknowledge') return { ...base, status: 'accepted', extension: [...(task.extension ?? []), { url: ACKNOWLEDGED, valueDateTime: when }] };
  if (step.kind === 'extend') {
    return { ...base, status: 'in-progress', extension: [...(task.extension ?? []), { url: EXTENDED, extension: [{ url: 'when', valueDateTime: when }, { url: 'reason', valueString: step.reason }] }] };
  }
  const end = { ...(task.executionPeriod ?? {}), end: when };
  return step.kind === 'answer'
    ? { ...base, status: 'completed', executionPeriod: end, output: [{ type: { coding: [{ system: REQUEST, code: 'answer' }] }, valueString: step.text }] }
    : { ...base, status: 'rejected', executionPeriod: end, statusReason: { text: step.reason } };
}
