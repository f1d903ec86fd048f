/* A ward of one's own for a browser test: beds, people, orders, made through FHIR alone. Times are those of the ward (+07:00),
 * relative to the moment of the run. */

const MINUTE = 60_000;

export const wardText = (ms) => new Date(ms + 7 * 3_600_000).toISOString();
export const wardDay = (ms) => wardText(ms).slice(0, 10);
export const wardHour = (ms) => wardText(ms).slice(11, 16);
export const wardInstant = (ms) => `${wardText(ms).slice(0, 19)}+07:00`;
export const minutes = (n) => n * MINUTE;

let made = 0;

export async function makeWard(fhir, name, people) {
  made += 1;
  const mark = `${Date.now().toString(36)}${made}`;
  const facility = await fhir.put({ resourceType: 'Organization', id: `fac-${mark}`, name: 'Trung tâm Thử nghiệm' });
  const place = (id, text, kind, partOf) => fhir.put({
    resourceType: 'Location', id, name: text, status: 'active',
    physicalType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code: kind }] },
    managingOrganization: { reference: `Organization/${facility.id}` },
    ...(partOf ? { partOf: { reference: `Location/${partOf}` } } : {}),
  });
  const ward = await place(`ward-${mark}`, name, 'wa');
  const room = await place(`room-${mark}`, 'P.1', 'ro', ward.id);
  const residents = [];
  for (const [i, p] of people.entries()) {
    const bed = await place(`bed-${mark}-${i + 1}`, `P.1-G${i + 1}`, 'bd', room.id);
    const patient = await fhir.put({
      resourceType: 'Patient', id: `p-${mark}-${i + 1}`, active: true, name: [{ use: 'official', text: p }], gender: 'female',
      birthDate: `${1940 + i}`, identifier: [{ system: 'urn:ansinh:id:test', value: `KN-${1000 + i}` }],
    });
    const stay = await fhir.put({
      resourceType: 'Encounter', id: `stay-${mark}-${i + 1}`, status: 'in-progress', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
      subject: { reference: `Patient/${patient.id}` }, period: { start: '2026-01-05' }, serviceProvider: { reference: `Organization/${facility.id}` },
      location: [{ location: { reference: `Location/${bed.id}` }, status: 'active' }],
    });
    residents.push({ patient, stay, bed });
  }
  return { ward, facility, residents };
}

export function order(fhir, resident, text, times, more = {}, dosage = {}) {
  return fhir.create({
    resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { reference: `Patient/${resident.patient.id}` },
    encounter: { reference: `Encounter/${resident.stay.id}` }, authoredOn: '2026-01-06', medicationCodeableConcept: { text },
    dosageInstruction: [{
      text: 'Uống 1 viên', ...(times.length > 0 ? { timing: { repeat: { timeOfDay: times.map((t) => `${t}:00`) } } } : {}),
      doseAndRate: [{ doseQuantity: { value: 1, unit: 'viên' } }], ...dosage,
    }], ...more,
  });
}

export const doses = (fhir, patient, more = '') => fhir.find(`MedicationAdministration?patient=${patient.id}&_count=100${more}`);
export const reading = (fhir, resident, code, value, unit, at) => fhir.create({
  resourceType: 'Observation', status: 'final', subject: { reference: `Patient/${resident.patient.id}` },
  code: { coding: [{ system: 'http://loinc.org', code }] }, effectiveDateTime: wardInstant(at), valueQuantity: { value, unit, code: unit },
});
