/* A roster of one's own for a browser test, so that nothing depends on the hour of the run: who is on duty is on duty all day. */

import { equal } from '../harness.mjs';
import { fhir, find } from './stage.mjs';
import { wardDay } from './ward.mjs';

const DAY = 86_400_000;
const lastOf = (month) => new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).toISOString().slice(0, 10);
const timing = (code, event) => ({ event, code: { coding: [{ system: 'urn:ansinh:shift', code }] } });

/* What this person does in this ward in all months that touch yesterday to tomorrow: `days` are offsets from today, each the whole day and night. */
export async function setDuty(page, { ward, person, facility, days, rooms = [] }) {
  const wanted = days.map((n) => wardDay(Date.now() + n * DAY));
  const months = [...new Set([-32, -1, 0, 1].map((n) => wardDay(Date.now() + n * DAY).slice(0, 7)).concat(wanted.map((d) => d.slice(0, 7))))];
  for (const month of months) {
    const value = `${ward}/${person}/${month}`;
    const [old] = await find(page, `Schedule?identifier=urn:ansinh:id:roster|${value}`);
    const event = wanted.filter((d) => d.startsWith(month));
    const given = event.flatMap((d) => ['day', 'night12'].map((code) => ({
      url: 'urn:ansinh:extension:duty-rooms', extension: [{ url: 'duty', valueTiming: timing(code, [d]) }, ...rooms.map((r) => ({ url: 'room', valueReference: { reference: `Location/${r}` } }))],
    })));
    const body = {
      resourceType: 'Schedule', ...(old ? { id: old.id } : {}), active: true, meta: { tag: [{ system: 'urn:ansinh:tag:facility', code: facility }] },
      identifier: [{ system: 'urn:ansinh:id:roster', value }], actor: [{ reference: `Practitioner/${person}` }, { reference: `Location/${ward}` }],
      planningHorizon: { start: `${month}-01`, end: lastOf(month) },
      ...(event.length > 0 ? { extension: [...['day', 'night12'].map((code) => ({ url: 'urn:ansinh:extension:duty', valueTiming: timing(code, event) })), ...(rooms.length > 0 ? given : [])] } : {}),
    };
    const { status } = await fhir(page, old ? 'PUT' : 'POST', old ? `Schedule/${old.id}` : 'Schedule', body);
    equal([200, 201].includes(status), true, `a roster written: ${status}`);
  }
}
