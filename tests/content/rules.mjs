/* The rules of content/rules on both sides of each cut-off, through the real program: facts are written, and the alerts that stand then are
 * those expected, for that person, and no others. Also the worked example of docs/rules.md, what the command line says, and how long
 * it takes from a write to its alert.
 *
 *     ANSINH=build/main/ansinh node tests/content/rules.mjs */

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Server, ask, equal, finish, newFolder, run, sleep, test, truth } from '../node.mjs';

const top = join(dirname(fileURLToPath(import.meta.url)), '../..');
const RULES = join(top, 'content/rules');
const LOINC = 'http://loinc.org';
const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

/* ---- facts ---- */

let facts = 0;
const now = Date.now();
const ago = (ms) => new Date(now - ms).toISOString();
const clockAt = (ms) => new Date(now - ms + 7 * HOUR).toISOString().slice(11, 16); // at the ward
const coding = (system, code) => ({ coding: [{ system, code }] });
const made = (type, rest) => ({ resourceType: type, id: `f${++facts}`, ...rest });
const observed = (code, at, rest) => made('Observation', { status: 'final', code, effectiveDateTime: ago(at), ...rest });
const quantity = (value, unit) => ({ value, unit, system: 'http://unitsofmeasure.org', code: unit });

const glucose = (value, unit = 'mmol/L', at = 0) => observed(coding(LOINC, unit === 'mg/dL' ? '2339-0' : '15074-8'), at, { valueQuantity: quantity(value, unit) });
const pressure = (high, low) => observed(coding(LOINC, '85354-9'), 0, {
  component: [{ code: coding(LOINC, '8480-6'), valueQuantity: quantity(high, 'mm[Hg]') }, { code: coding(LOINC, '8462-4'), valueQuantity: quantity(low, 'mm[Hg]') }],
});
const weight = (kg, days) => observed(coding(LOINC, '29463-7'), days * DAY, { valueQuantity: quantity(kg, 'kg') });
const fever = (celsius, hours = 0) => observed(coding(LOINC, '8310-5'), hours * HOUR, { valueQuantity: quantity(celsius, 'Cel') });
const care = (kind, answer, hours, rest = {}) => observed(coding('urn:ansinh:care', kind), hours * HOUR, { valueCodeableConcept: coding(`urn:ansinh:care:${kind}`, answer), ...rest });
const snack = { component: [{ code: coding('urn:ansinh:care', 'meal-time'), valueCodeableConcept: coding('urn:ansinh:care:meal-time', 'snack') }] };
const reading = (code, value, unit) => observed(coding(LOINC, code), 0, { valueQuantity: quantity(value, unit) });
const onOxygen = () => observed(coding('http://snomed.info/sct', '57485005'), 0, { valueBoolean: true });
const awake = (code) => observed(coding(LOINC, '80288-4'), 0, { valueCodeableConcept: coding('http://snomed.info/sct', code) });

const seizure = (minutes, hours = 1, rest = {}) => observed(coding('urn:ansinh:care', 'seizure'), hours * HOUR, {
  valueCodeableConcept: { ...coding('urn:ansinh:care:seizure', 'generalised'), text: 'Co giật toàn thân' },
  ...(minutes === undefined ? {} : { effectiveDateTime: undefined, effectivePeriod: { start: ago(hours * HOUR), end: ago(hours * HOUR - minutes * MINUTE) } }), ...rest,
});
const illness = (code, status = 'active') => made('Condition', { clinicalStatus: coding('http://terminology.hl7.org/CodeSystem/condition-clinical', status), code: { ...(code.text ? code : coding('http://hl7.org/fhir/sid/icd-10', code)) } });

/* A score and the readings it was made from. */
function news2(score, readings = [], { scale = 1, band } = {}) {
  return [...readings, observed(coding('urn:ansinh:score', 'news2'), 0, {
    ...(score === null ? { dataAbsentReason: coding('http://terminology.hl7.org/CodeSystem/data-absent-reason', 'unknown') } : { valueQuantity: quantity(score, '{score}') }),
    ...(band ? { interpretation: [coding('urn:ansinh:news2-band', band)] } : {}),
    ...(readings.length > 0 ? { hasMember: readings.map((r) => ({ reference: `Observation/${r.id}` })) } : {}),
    component: [{ code: coding('urn:ansinh:score', 'spo2-scale'), valueInteger: scale }],
  })];
}
/* Scores of the days before, the last of them `days` ago or more. */
const scores = (values, days = 1) => values.map((value, i) => observed(coding('urn:ansinh:score', 'news2'), (days + i) * DAY, { valueQuantity: quantity(value, '{score}') }));
const LATE = Symbol('what stands before it has been judged by then'); /* not part of the JSON */
const pressureAt = (high, hours) => ({ ...pressure(high, 60), effectiveDateTime: ago(hours * HOUR) });
/* One after the other, `every` hours apart, the last one now. */
const pressures = (highs, every = 8) => highs.map((high, i) => pressureAt(high, (highs.length - 1 - i) * every));
const fall = (days, rest = {}) => made('AdverseEvent', { actuality: 'actual', event: coding('urn:ansinh:incident', 'fall'), date: ago(days * DAY), recordedDate: ago(0), ...rest });
const struck = { extension: [{ url: 'urn:ansinh:extension:entered-in-error', valueBoolean: true }] };
const dose = (order, hours, status) => made('MedicationAdministration', {
  status, medicationCodeableConcept: { text: 'Amlodipin' }, effectiveDateTime: ago(hours * HOUR), request: { reference: `MedicationRequest/${order}` },
  ...(status === 'not-done' ? { statusReason: [{ text: 'Từ chối' }] } : {}),
});
const order = (rest) => made('MedicationRequest', { status: 'active', intent: 'order', authoredOn: ago(0), ...rest });
const medicine = (text, atc) => ({ medicationCodeableConcept: { ...(atc ? coding('http://www.whocc.no/atc', atc) : {}), text } });
const stoppedOrder = (id) => ({ ...order(medicine('Amlodipin')), id, status: 'stopped' });
const byWord = (hours, code) => order({ ...medicine('Amlodipin'), authoredOn: ago(hours * HOUR), category: [coding('urn:ansinh:order-by-word', code)] });
const copied = (minutes, rest = {}) => order({ ...medicine('Amlodipin'), reportedBoolean: true, requester: { display: 'BS X, BV Y' }, dosageInstruction: [{ timing: { repeat: { boundsPeriod: { start: ago(minutes * MINUTE) }, timeOfDay: ['07:30:00'] } } }], ...rest });
const unreconciled = (days, status = 'requested', code = 'reconcile-medicines') => made('Task', { status, intent: 'order', priority: 'urgent', code: coding('urn:ansinh:task', code), authoredOn: ago(days * DAY) });
const allergy = (text, rest = {}) => made('AllergyIntolerance', { clinicalStatus: coding('http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', 'active'), code: { text }, ...rest });
const refuted = { verificationStatus: coding('http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', 'refuted') };
const followUp = (priority) => made('Task', { status: 'requested', intent: 'order', priority, code: coding('urn:ansinh:task', 'screening-follow-up'), authoredOn: ago(0) });

/* [what, facts, kinds of the alerts that stand then] */
const written = {
  news2: [
    ['4 points', news2(4), []], ['5 points', news2(5), ['news2-urgent']], ['6 points', news2(6), ['news2-urgent']], ['7 points', news2(7), ['news2-emergency']],
    ['not complete', news2(null), []],
    ['3 points of one reading, by its band', news2(3, [], { band: 'single' }), ['news2-single']],
    ['breathing 25', news2(3, [reading('9279-1', 25, '/min')]), ['news2-single']], ['breathing 24', news2(2, [reading('9279-1', 24, '/min')]), []],
    ['breathing 8', news2(3, [reading('9279-1', 8, '/min')]), ['news2-single']], ['breathing 9', news2(1, [reading('9279-1', 9, '/min')]), []],
    ['SpO2 91', news2(3, [reading('59408-5', 91, '%')]), ['news2-single']], ['SpO2 92', news2(2, [reading('59408-5', 92, '%')]), []],
    ['SpO2 84 on scale 2', news2(2, [reading('59408-5', 84, '%')], { scale: 2 }), []], ['SpO2 83 on scale 2', news2(3, [reading('59408-5', 83, '%')], { scale: 2 }), ['news2-single']],
    ['SpO2 97 on scale 2 and air', news2(0, [reading('59408-5', 97, '%')], { scale: 2 }), []],
    ['SpO2 97 on scale 2 and oxygen', news2(5, [reading('59408-5', 97, '%'), onOxygen()], { scale: 2 }), ['news2-single']],
    ['systolic 90', news2(3, [pressure(90, 60)]), ['news2-single']], ['systolic 91', news2(2, [pressure(91, 60)]), []], ['systolic 219', news2(0, [pressure(179, 60)]), []],
    ['pulse 131', news2(3, [reading('8867-4', 131, '/min')]), ['news2-single']], ['pulse 130', news2(2, [reading('8867-4', 130, '/min')]), []],
    ['pulse 40', news2(3, [reading('8867-4', 40, '/min')]), ['news2-single']], ['pulse 41', news2(1, [reading('8867-4', 41, '/min')]), []],
    ['new confusion', news2(3, [awake('130987000')]), ['news2-single']], ['awake', news2(0, [awake('248234008')]), []],
    ['35.0 °C', news2(3, [reading('8310-5', 35.0, 'Cel')]), ['news2-single']], ['35.1 °C', news2(1, [reading('8310-5', 35.1, 'Cel')]), []],
    ['5 points, one of them 3', news2(5, [reading('8867-4', 131, '/min')]), ['news2-single']],
  ],
  hypoglycaemia: [
    ['3.9 mmol/L', [glucose(3.9)], []], ['3.8 mmol/L', [glucose(3.8)], ['glucose-low']], ['3.0 mmol/L', [glucose(3.0)], ['glucose-low']], ['2.9 mmol/L', [glucose(2.9)], ['glucose-very-low']],
    ['71 mg/dL', [glucose(71, 'mg/dL')], []], ['70 mg/dL', [glucose(70, 'mg/dL')], ['glucose-low']], ['55 mg/dL', [glucose(55, 'mg/dL')], ['glucose-low']],
    ['54 mg/dL', [glucose(54, 'mg/dL')], ['glucose-very-low']],
    ['3.9 then 2.9: one alert, the graver', [glucose(3.8), glucose(2.9)], ['glucose-very-low']],
    ['without unit', [observed(coding(LOINC, '15074-8'), 0, { valueQuantity: { value: 2 } })], []],
    ['of yesterday morning', [glucose(2.9, 'mmol/L', 25 * HOUR)], []],
    ['struck through', [{ ...glucose(2.9), status: 'entered-in-error' }], []],
  ],
  seizure: [
    ['4 minutes, known', [illness('G40.9'), seizure(4)], []], ['5 minutes', [illness('G40.9'), seizure(5)], ['seizure-long']],
    ['nobody saw how long, known', [illness('G41'), seizure(undefined)], []],
    ['known in words alone', [illness({ text: 'Bệnh Động kinh' }), seizure(1)], []],
    ['no cause known', [illness('I10'), seizure(1)], ['seizure-new']], ['a cause that is over', [illness('G40.9', 'resolved'), seizure(1)], ['seizure-new']],
    ['two in 24 hours', [illness('G40.9'), seizure(1, 20), { ...seizure(2, 1), [LATE]: true }], ['seizure-repeated']],
    ['two, one of the day before', [illness('G40.9'), seizure(1, 26), { ...seizure(2, 1), [LATE]: true }], []],
    ['two, one struck through', [illness('G40.9'), seizure(1, 20, { status: 'entered-in-error' }), { ...seizure(2, 1), [LATE]: true }], []],
    ['another thing', [care('turning', 'left', 1)], []],
  ],
  hypertension: [
    ['179/109', [pressure(179, 109)], []], ['180/80', [pressure(180, 80)], ['blood-pressure-high']], ['150/110', [pressure(150, 110)], ['blood-pressure-high']],
  ],
  'news2-rising': [
    ['2 above the own mean', [...scores([1, 1, 1]), ...news2(3)], ['news2-rising']], ['a little less than 2', [...scores([1, 1, 2]), ...news2(3)], []],
    ['only two before', [...scores([1, 1]), ...news2(4)], []], ['older than 14 days', [...scores([0, 0, 0], 15), ...news2(3)], []],
    ['5 is told by its own rule', [...scores([1, 1, 1]), ...news2(5)], ['news2-urgent']], ['not complete', [...scores([0, 0, 0]), ...news2(null)], []],
  ],
  'systolic-falling': [
    ['139, 125, 119', pressures([139, 125, 119]), ['systolic-falling']], ['138, 125, 119: 19 in all', pressures([138, 125, 119]), []], ['145, 130, 120: not low', pressures([145, 130, 120]), []],
    ['139, 119, 119: not each lower', pressures([139, 119, 119]), []], ['two only', pressures([150, 110]), []], ['over three days', pressures([139, 125, 119], 30), []],
    ['an old one written late', [...pressures([125, 119]), { ...pressureAt(139, 40), [LATE]: true }], []],
  ],
  'glucose-rising': [
    ['8, 9, 10', [glucose(8.0, 'mmol/L', 60 * HOUR), glucose(9.0, 'mmol/L', 36 * HOUR), glucose(10.0)], ['glucose-rising']],
    ['8, 9, 9.9', [glucose(8.0, 'mmol/L', 60 * HOUR), glucose(9.0, 'mmol/L', 36 * HOUR), glucose(9.9)], []],
    ['12, 11, 13', [glucose(12, 'mmol/L', 60 * HOUR), glucose(11, 'mmol/L', 36 * HOUR), glucose(13)], []],
    ['a day without', [glucose(8.0, 'mmol/L', 60 * HOUR), glucose(12)], []],
    ['in the other unit', [glucose(144, 'mg/dL', 60 * HOUR), glucose(9.0, 'mmol/L', 36 * HOUR), glucose(190, 'mg/dL')], ['glucose-rising']],
  ],
  'falls-repeated': [
    ['one', [fall(0)], []], ['two in 29 days', [fall(29), fall(0)], ['falls-repeated']], ['two in 31 days', [fall(31), fall(0)], []],
    ['nearly', [fall(9), fall(0, { actuality: 'potential' })], []], ['one of them struck', [fall(9, struck), fall(0)], []], ['another kind', [fall(9, { event: coding('urn:ansinh:incident', 'choking') }), fall(0)], []],
  ],
  'weight-loss': [
    ['60.0 to 57.1 kg in 29 days', [weight(60.0, 29), weight(57.1, 0)], []], ['60.0 to 57.0 kg in 29 days', [weight(60.0, 29), weight(57.0, 0)], ['weight-loss']],
    ['60.0 to 57.0 kg in 31 days', [weight(60.0, 31), weight(57.0, 0)], []],
    ['60.0 to 54.1 kg in 170 days', [weight(60.0, 170), weight(56.0, 20), weight(54.1, 0)], []], ['60.0 to 54.0 kg in 170 days', [weight(60.0, 170), weight(56.0, 20), weight(54.0, 0)], ['weight-loss']],
    ['the first weight', [weight(40, 0)], []], ['gained', [weight(40, 20), weight(50, 0)], []],
  ],
  'doses-refused': [
    ['one', [dose('a1', 1, 'not-done')], []], ['two in a row', [dose('a2', 13, 'not-done'), dose('a2', 1, 'not-done')], ['doses-missed']],
    ['one given between', [dose('a3', 25, 'not-done'), dose('a3', 13, 'completed'), dose('a3', 1, 'not-done')], []],
    ['of two orders', [dose('a4', 13, 'not-done'), dose('a5', 1, 'not-done')], []],
    ['the one before is struck through', [dose('a6', 13, 'entered-in-error'), dose('a6', 1, 'not-done')], []],
  ],
  'dose-after-stop': [
    ['after the stop', [stoppedOrder('s1'), dose('s1', -0.2, 'completed')], ['dose-after-stop']],
    ['before it, written down after it', [stoppedOrder('s2'), dose('s2', 1, 'completed')], []],
    ['withheld after it', [stoppedOrder('s3'), dose('s3', -0.2, 'not-done')], []],
    ['of an order that goes on', [{ ...stoppedOrder('s4'), status: 'active' }, dose('s4', -0.2, 'completed')], []],
    ['of an order that ended as ordered', [{ ...stoppedOrder('s5'), status: 'completed' }, dose('s5', -0.2, 'completed')], []],
  ],
  'screening-positive': [
    ['at once', [followUp('stat')], ['screening-now']], ['in its time', [followUp('routine')], ['screening-soon']], ['done already', [{ ...followUp('stat'), status: 'completed' }], []],
  ],
  'drug-allergy': [
    ['none', [order(medicine('Amoxicilin 500 mg', 'J01CA04'))], []],
    ['by name', [allergy('Allopurinol'), order(medicine('Allopurinol 300 mg'))], ['drug-allergy']],
    ['by family, in words', [allergy('Dị ứng penicilin'), order(medicine('Amoxicilin 500 mg'))], ['drug-allergy']],
    ['by family, by ATC', [allergy('Dị ứng thuốc', { code: coding('http://www.whocc.no/atc', 'J01CE01') }), order(medicine('Augmentin', 'J01CR02'))], ['drug-allergy']],
    ['by the substance of a reaction', [allergy('Dị ứng', { reaction: [{ substance: { text: 'Aspirin' }, manifestation: [{ text: 'mề đay' }] }] }), order(medicine('Ibuprofen 400 mg'))], ['drug-allergy']],
    ['another family', [allergy('Penicilin'), order(medicine('Ciprofloxacin 500 mg'))], []],
    ['refuted', [allergy('Penicilin', refuted), order(medicine('Amoxicilin'))], []],
    ['no known allergy', [made('AllergyIntolerance', { code: coding('http://snomed.info/sct', '716186003') }), order(medicine('Amoxicilin'))], []],
    ['an order that is not active', [allergy('Penicilin'), { ...order(medicine('Amoxicilin')), status: 'draft' }], []],
  ],
  'meals-missed': [
    ['two', [care('meal', 'none', 6), care('meal', 'refused', 0)], []], ['three', [care('meal', 'none', 12), care('meal', 'none', 6), care('meal', 'refused', 0)], ['meals-missed']],
    ['one eaten between', [care('meal', 'none', 18), care('meal', 'half', 12), care('meal', 'none', 6), care('meal', 'none', 0)], []],
    ['a snack is no meal', [care('meal', 'none', 12), care('meal', 'all', 9, snack), care('meal', 'none', 6), care('meal', 'none', 0)], ['meals-missed']],
  ],
};

/* Restraint of so many minutes, that began so long ago; its end may be in the future. */
const restraint = (began, minutes, rest = {}) => made('ServiceRequest', { status: 'active', intent: 'order', code: coding('urn:ansinh:care', 'restraint-check'), authoredOn: ago(began * MINUTE),
  extension: [{ url: 'urn:ansinh:extension:restraint-kind', valueCodeableConcept: coding('urn:ansinh:restraint-kind', 'wrist') }],
  occurrenceTiming: { repeat: { boundsPeriod: { start: ago(began * MINUTE), end: ago((began - minutes) * MINUTE) }, frequency: 1, period: 30, periodUnit: 'min' } }, ...rest });
const checked = (minutes) => care('restraint-check', 'safe', minutes / 60);

/* Came along from another house, and nobody has said yet whether it goes on. */
const waiting = (rest = {}) => order({ ...medicine('Amlodipin'), status: 'draft', intent: 'proposal', authoredOn: ago(DAY), ...rest });

/* Asked by the clock: written before the server starts. */
const timed = {
  'no-bowel-motion': [
    ['none for three days', [care('bowel', '4', 73), care('bowel', 'none', 20)], ['no-bowel-motion']], ['one two days ago', [care('bowel', '4', 71), care('bowel', 'none', 20)], []],
    ['nobody writes it down', [care('bowel', '4', 200)], []], ['written every day, then not', [73, 97, 121, 145, 169].map((h) => care('bowel', '4', h)), ['no-bowel-motion']],
  ],
  'doses-open': [
    ['two', [order({ authoredOn: ago(3 * DAY), ...medicine('Amlodipin'), dosageInstruction: [{ timing: { repeat: { timeOfDay: [`${clockAt(3 * HOUR)}:00`, `${clockAt(5 * HOUR)}:00`] } } }] })], ['doses-open']],
    ['one', [order({ authoredOn: ago(3 * DAY), ...medicine('Amlodipin'), dosageInstruction: [{ timing: { repeat: { timeOfDay: [`${clockAt(3 * HOUR)}:00`] } } }] })], []],
    ['two, one of them an hour late', [order({ authoredOn: ago(3 * DAY), ...medicine('Amlodipin'), dosageInstruction: [{ timing: { repeat: { timeOfDay: [`${clockAt(1 * HOUR)}:00`, `${clockAt(5 * HOUR)}:00`] } } }] })], []],
  ],
  'vitals-overdue': [
    ['two hours', [made('ServiceRequest', { status: 'active', intent: 'order', code: coding(LOINC, '85353-1'), authoredOn: ago(3 * DAY), occurrenceTiming: { repeat: { timeOfDay: [`${clockAt(2 * HOUR)}:00`] } } })], ['vitals-overdue']],
    ['one hour', [made('ServiceRequest', { status: 'active', intent: 'order', code: coding(LOINC, '85353-1'), authoredOn: ago(3 * DAY), occurrenceTiming: { repeat: { timeOfDay: [`${clockAt(HOUR)}:00`] } } })], []],
    ['made since', [made('ServiceRequest', { status: 'active', intent: 'order', code: coding(LOINC, '85353-1'), authoredOn: ago(3 * DAY), occurrenceTiming: { repeat: { timeOfDay: [`${clockAt(2 * HOUR)}:00`] } } }), reading('8867-4', 70, '/min')], []],
  ],
  'word-unsigned': [
    ['24 hours', [byWord(24, 'unsigned')], ['word-unsigned']], ['an hour less', [byWord(23, 'unsigned')], []], ['signed', [byWord(48, 'signed')], []],
    ['denied', [{ ...byWord(48, 'denied'), status: 'stopped' }], []], ['given once and over', [{ ...byWord(25, 'unsigned'), status: 'completed' }], ['word-unsigned']],
    ['written by mistake', [{ ...byWord(48, 'unsigned'), status: 'entered-in-error' }], []], ['an order with its name', [order({ ...medicine('Amlodipin'), authoredOn: ago(9 * DAY) })], []],
  ],
  'orders-waiting': [
    ['one a moment ago', [waiting()], ['orders-waiting']], ['three: one alert a person', [waiting(), waiting(), waiting()], ['orders-waiting']], ['continued', [waiting({ status: 'completed' })], []],
    ['not to be used', [waiting({ status: 'cancelled' })], []], ['a draft that is no proposal', [waiting({ intent: 'order' })], []],
  ],
  'copies-unchecked': [
    ['two hours ago', [copied(121)], ['copies-unchecked']], ['an hour ago', [copied(60)], []], ['twelve lines: one alert a person', Array.from({ length: 12 }, () => copied(180)), ['copies-unchecked']],
    ['compared', [copied(300, { extension: [{ url: 'urn:ansinh:extension:second-check', extension: [{ url: 'who', valueReference: { display: 'x' } }] }] })], []],
    ['of a book that was brought in: checked in one sitting, not told one by one', [copied(300, { identifier: [{ system: 'urn:ansinh:id:import', value: 'b1' }] })], []], ['dropped', [copied(300, { status: 'entered-in-error' })], []], ['prescribed here', [copied(300, { reportedBoolean: undefined })], []], ['without times yet, from a list of the hospital', [copied(0, { dosageInstruction: [{ text: 'x' }] })], ['copies-unchecked']],
  ],
  'medicines-unreconciled': [
    ['back a moment ago', [unreconciled(0)], ['medicines-unreconciled']], ['three days ago', [unreconciled(3)], ['medicines-unreconciled']],
    ['somebody looked', [unreconciled(1, 'completed')], []], ['gone again', [unreconciled(1, 'cancelled')], []], ['another task', [unreconciled(1, 'requested', 'identify')], []],
  ],
  'restraint-over': [
    ['one minute past its end', [restraint(61, 60), checked(5)], ['restraint-over']], ['five minutes left', [restraint(55, 60), checked(5)], []],
    ['58 minutes past', [restraint(118, 60)], ['restraint-over']], ['60 minutes past', [restraint(120, 60)], ['restraint-far-over']],
    ['released', [restraint(90, 60, { status: 'completed' })], []], ['ordered anew, the same kind', [restraint(90, 60), restraint(20, 60), checked(5)], []],
  ],
  'restraint-unchecked': [
    ['a check 15 minutes late', [restraint(60, 120), checked(45)], ['restraint-unchecked']], ['one 10 minutes late', [restraint(60, 120), checked(40)], []],
    ['the first one, due at once', [restraint(20, 120)], ['restraint-unchecked']], ['begun ten minutes ago', [restraint(10, 120)], []],
    ['checked, but struck through', [restraint(60, 120), checked(45), { ...checked(5), status: 'entered-in-error' }], ['restraint-unchecked']],
  ],
};

/* ---- people ---- */

const place = (id, above, type) => ({ resourceType: 'Location', id, name: `Khu ${id}`, managingOrganization: { reference: 'Organization/home' },
  physicalType: coding('http://terminology.hl7.org/CodeSystem/location-physical-type', type), ...(above ? { partOf: { reference: `Location/${above}` } } : {}) });
const person = (id, bed) => [
  { resourceType: 'Patient', id, name: [{ text: id }], birthDate: '1950-01-01' },
  { resourceType: 'Encounter', id: `stay-${id}`, status: 'in-progress', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { reference: `Patient/${id}` }, serviceProvider: { reference: 'Organization/home' }, period: { start: ago(20 * DAY) },
    location: [{ location: { reference: `Location/${bed}` }, status: 'active' }] },
];
const aboutOf = { AdverseEvent: 'subject', Observation: 'subject', MedicationAdministration: 'subject', MedicationRequest: 'subject', ServiceRequest: 'subject', AllergyIntolerance: 'patient', Condition: 'subject', Task: 'for' };
const about = (resource, id) => ({ ...resource, [aboutOf[resource.resourceType]]: { reference: `Patient/${id}` } });
const bundle = (resources) => ({ resourceType: 'Bundle', type: 'transaction', entry: resources.map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } })) });
const house = [{ resourceType: 'Organization', id: 'home', name: 'Trung tâm' }, place('ward', null, 'wa'), place('room', 'ward', 'ro'), place('bed', 'room', 'bd'),
  place('ward2', null, 'wa'), place('bed2', 'ward2', 'bd')];

/* The orders that its doses name. */
const named = (c) => [...new Set(c.resources.map((r) => r.request.reference.split('/')[1]))].map((id) => about(
  { resourceType: 'MedicationRequest', id, status: 'active', intent: 'order', medicationCodeableConcept: { text: 'Amlodipin' } }, c.id));

const cases = (table) => Object.entries(table).flatMap(([rule, rows]) => rows.map(([what, resources, kinds], i) => ({ rule, what, resources, kinds, id: `${rule}-${i}` })));

async function put(server, resources) {
  const reply = await ask(server, 'POST', '/fhir', bundle(resources));
  if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text.slice(0, 400)}`);
}

async function alertsOf(server, patient) {
  const reply = await ask(server, 'GET', `/fhir/Task?code=urn:ansinh:task%7Calert&patient=Patient/${patient}&_count=100`);
  return (reply.json.entry ?? []).map((e) => e.resource).filter((t) => t.status !== 'cancelled');
}
const kindOf = (task) => task.code.coding.find((c) => c.system === 'urn:ansinh:alert-kind').code;

async function until(what, probe, ms = 60_000) {
  for (const end = Date.now() + ms; Date.now() < end;) {
    const found = await probe();
    if (found) return found;
    await sleep(20);
  }
  throw new Error(`${what}: not within ${ms} ms`);
}

/* Everything written before is judged once the alert of this one stands. */
let marks = 0;
async function judged(server) {
  const id = `mark-${++marks}`;
  await put(server, [...person(id, 'bed2'), about(glucose(2.0), id)]);
  return until('the last alert', async () => (await alertsOf(server, id))[0]);
}

async function compare(server, list) {
  const wrong = [];
  for (const c of list) {
    const kinds = (await alertsOf(server, c.id)).map(kindOf).sort();
    if (JSON.stringify(kinds) !== JSON.stringify([...c.kinds].sort())) wrong.push(`${c.rule}: ${c.what}: got [${kinds}], wanted [${c.kinds}]`);
  }
  truth(wrong.length === 0, wrong.join('\n'));
}

/* ---- the tests ---- */

await test('every rule of content/ can be used and has its cases', async () => {
  const files = readdirSync(RULES).filter((f) => f.endsWith('.json'));
  const checked = await run('rule', 'check', '--content', ...files.map((f) => join(RULES, f)));
  equal(checked.code, 0, checked.err);
  const known = new Set([...Object.keys(written), ...Object.keys(timed), 'fever-cluster']);
  equal(files.map((f) => f.replace('.json', '')).filter((id) => !known.has(id)), []);
  for (const f of files) {
    const rule = JSON.parse(readFileSync(join(RULES, f), 'utf8'));
    equal(rule.extension.find((e) => e.url === 'urn:ansinh:rule-review').valueCode, 'needs-clinician', `${f}: no clinician has signed it`);
  }
});

await test('rule check says what is wrong', async () => {
  const dir = newFolder();
  const rule = JSON.parse(readFileSync(join(RULES, 'hypertension.json'), 'utf8'));
  rule.action[0].participant[0].role.coding[0].code = 'wizard';
  writeFileSync(join(dir, 'a.json'), JSON.stringify(rule));
  const checked = await run('rule', 'check', join(dir, 'a.json'));
  equal(checked.code, 1);
  truth(checked.err.includes('there is no such role'), checked.err);
});

await test('on both sides of each cut-off, as it is written', async () => {
  const server = await new Server(newFolder(), '--memory', '--alerts', 'on').ready();
  const list = cases(written);
  await put(server, house);
  for (const c of list) await put(server, [...person(c.id, 'bed2'), ...(c.rule === 'doses-refused' ? named(c) : [])]);
  for (const c of list) for (const r of c.resources) {
    if (r[LATE]) await judged(server);
    await put(server, [about(r, c.id)]);
  }
  await judged(server);
  await compare(server, list);
  await server.stop();
});

await test('an alert says when the fact was that its title speaks of, and keeps it when more comes', async () => {
  const server = await new Server(newFolder(), '--memory', '--alerts', 'on').ready();
  await put(server, [...house, ...person('late', 'bed')]);
  const factTime = async () => (await alertsOf(server, 'late')).map((t) => [kindOf(t), t.input.filter((i) => i.type.coding[0].code === 'fact-time').map((i) => Date.parse(i.valueDateTime))]);
  const exactly = (ms) => now - ms;
  await put(server, [about(glucose(3.5, 'mmol/L', 3 * HOUR), 'late')]);
  await judged(server);
  const [[kind]] = await factTime();
  equal(await factTime(), [[kind, [exactly(3 * HOUR)]]], 'three hours ago');
  await put(server, [about(glucose(3.6, 'mmol/L', 2 * HOUR), 'late')]);
  await judged(server);
  equal(await factTime(), [[kind, [exactly(3 * HOUR)]]], 'more of the same');
  await put(server, [about(glucose(2.5, 'mmol/L', HOUR), 'late')]);
  await judged(server);
  equal((await factTime()).map(([, times]) => times), [[exactly(HOUR)]], 'graver: the title is of that one');
  await server.stop();
});

await test('fever: the third in one ward, not in two', async () => {
  const server = await new Server(newFolder(), '--memory', '--alerts', 'on').ready();
  await put(server, [...house, ...['p1', 'p2', 'p3', 'p4'].flatMap((id) => person(id, 'bed')), ...person('q1', 'bed2')]);
  await put(server, [about(fever(38.5, 40), 'p1'), about(fever(38.0, 20), 'p2'), about(fever(37.9), 'p3'), about(fever(39), 'q1'), about(fever(38.2), 'p2')]);
  await judged(server);
  for (const id of ['p1', 'p2', 'p3', 'q1']) equal((await alertsOf(server, id)).map(kindOf), [], id);
  await put(server, [about(fever(38.0), 'p3')]);
  await judged(server);
  const raised = (await alertsOf(server, 'p3'))[0];
  equal(kindOf(raised), 'fever-cluster');
  equal(raised.location.reference, 'Location/ward');
  await put(server, [about(fever(38.6), 'p4')]); // the same cluster: the same alert
  await judged(server);
  equal((await alertsOf(server, 'p4')).length, 0);
  const again = (await alertsOf(server, 'p3'))[0];
  truth(again.input.filter((i) => i.valueReference).length >= 4, 'evidence of the fourth is added');
  await server.stop();
});

await test('what the clock asks', async () => {
  const data = newFolder(), list = cases(timed);
  const file = join(newFolder(), 'facts.ndjson');
  const resources = [...house, ...list.flatMap((c) => [...person(c.id, 'bed2'), ...c.resources.map((r) => about(r, c.id))])];
  writeFileSync(file, resources.map((r) => JSON.stringify(r)).join('\n'));
  equal((await run('import', file, '--data', data, '--quiet')).code, 0);
  /* everybody who lives there is asked about, but for rules of orders and tasks: restraint that is active, words that nobody has signed, copies, medicines nobody has looked at or continued */
  const facts = list.flatMap((c) => c.resources);
  const orders = {
    'restraint-over': facts.filter((r) => r.resourceType === 'ServiceRequest' && r.status === 'active' && r.code.coding[0].code === 'restraint-check').length,
    'word-unsigned': facts.filter((r) => r.category?.[0].coding[0].code === 'unsigned' && r.status !== 'entered-in-error').length,
    'orders-waiting': facts.filter((r) => r.resourceType === 'MedicationRequest' && r.status === 'draft' && r.intent === 'proposal').length,
    'copies-unchecked': facts.filter((r) => r.resourceType === 'MedicationRequest' && r.status === 'active' && r.intent === 'order').length,
    'medicines-unreconciled': facts.filter((r) => r.resourceType === 'Task' && r.status === 'requested' && r.code.coding[0].code === 'reconcile-medicines').length,
  };
  const server = await new Server(data, '--alerts', 'on').ready();
  await until('a round of every clock rule', async () => {
    const told = await ask(server, 'GET', '/fhir/PlanDefinition/$alerts');
    const asked = Object.fromEntries(told.json.parameter.filter((p) => p.part).map((p) => [p.part.find((x) => x.name === 'id').valueId, p.part.find((x) => x.name === 'asked')?.valueInteger ?? 0]));
    return Object.keys(timed).every((id) => asked[id] >= (orders[id] ?? list.length));
  });
  await sleep(300);
  await compare(server, list);
  await server.stop();
});

await test('from a write to its alert: less than a second', async () => {
  const server = await new Server(newFolder(), '--alerts', 'on').ready();
  const took = [];
  await put(server, [...house, ...person('p', 'bed2')]);
  for (let i = 0; i < 20; i++) {
    const id = `t${i}`;
    await put(server, person(id, 'bed2'));
    const from = performance.now();
    await put(server, [about(glucose(2.5), id)]);
    await until('the alert', async () => (await alertsOf(server, id)).length > 0);
    took.push(performance.now() - from);
  }
  took.sort((a, b) => a - b);
  console.log(`      write to alert: median ${took[10].toFixed(0)} ms, most ${took[19].toFixed(0)} ms`);
  truth(took[10] < 1000, `median ${took[10]} ms`);
  await server.stop();
});

/* The example of the page for authors is what it says it is. */
await test('the worked example of docs/rules.md', async () => {
  const page = readFileSync(join(top, 'docs/rules.md'), 'utf8');
  const text = /```json\n(\{"resourceType": "PlanDefinition"[\s\S]*?)\n```/.exec(page)[1];
  const dir = newFolder(), file = join(dir, 'rule.json'), rule = JSON.parse(text);
  writeFileSync(file, text);
  const checked = await run('rule', 'check', '--content', file);
  equal(checked.code, 0, checked.err);
  const server = await new Server(newFolder(), '--memory', '--alerts', 'on').ready();
  await put(server, [...house, ...person('p', 'bed2'), ...person('q', 'bed2')]);
  await put(server, [about(reading('59408-5', 88, '%'), 'p'), about(reading('59408-5', 95, '%'), 'q')]);
  await judged(server);
  equal((await alertsOf(server, 'p')).length, 0);
  const dry = await ask(server, 'POST', '/fhir/PlanDefinition/$dry-run?days=7', rule);
  equal(dry.status, 200, dry.text);
  equal(dry.json.parameter.find((p) => p.name === 'raised').valueInteger, 1);
  equal((await ask(server, 'PUT', `/fhir/PlanDefinition/${rule.id}`, rule)).status, 201);
  await put(server, [about(reading('59408-5', 89, '%'), 'p'), about(reading('59408-5', 90, '%'), 'q')]);
  await judged(server);
  equal((await alertsOf(server, 'p')).map(kindOf), ['spo2-low']);
  equal((await alertsOf(server, 'q')).length, 0);
  await server.stop();
});

finish();
