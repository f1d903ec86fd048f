/* What a nurse at night could not type, sign-in on, in a demo ward: an order given by word is written down on a phone and given at once, stands in
 * the doctor's name until the doctor signs it, and is written down after a death as well, closed, at its own time; a dose that was given before an
 * end is written down after it; an entry that the server refused is opened where it was typed, put right and sent.
 *
 *   ANSINH=/path/to/ansinh node night.mjs */

import { axe, equal, eventually, finish, shot, SIZES, test, truth } from './harness.mjs';
import { button, card, clientAs, fhir, find, signIn, stage, tooWide } from './kit/stage.mjs';
import { minutes, wardInstant, wardText } from './kit/ward.mjs';

SIZES.tablet = { width: 1024, height: 1366 };
SIZES.across = { width: 1366, height: 1024 };
const { server, line, withPage, open, end } = await stage('night', { size: 'phone', demo: ['--facilities', '1', '--residents', '12', '--days', '2'] });

const inBed = async (page, n) => {
  const [stay] = await find(page, `Encounter?status=in-progress&location=Location/demo-bed-1-${n}`);
  return { id: stay.subject.reference.split('/')[1], stay: stay.id };
};
const named = async (page, patient, text) => (await find(page, `MedicationRequest?patient=${patient}&_count=100`)).filter((o) => o.medicationCodeableConcept?.text === text);
const given = (page, patient, text) => find(page, `MedicationAdministration?patient=${patient}&_count=200`).then((all) => all.filter((g) => g.medicationCodeableConcept?.text === text));
const local = (ms) => wardText(ms).slice(0, 16);

/* The doctor at another machine writes that the stay ended, by death or not; medicines end with it. */
async function leaves(r, at, dead) {
  const { headers } = await clientAs(server, 'doctor');
  const ask = async (method, path, body) => {
    const response = await fetch(`${server.base}/fhir/${path}`, { method, headers: { ...headers, Accept: 'application/fhir+json', 'Content-Type': 'application/fhir+json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    return { status: response.status, body: await response.json() };
  };
  const put = (resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}`, ifMatch: `W/"${resource.meta.versionId}"` } });
  const one = async (path) => (await ask('GET', path)).body;
  const [stay, person, orders] = [await one(`Encounter/${r.stay}`), await one(`Patient/${r.id}`), ((await one(`MedicationRequest?patient=${r.id}&status=active,on-hold&_count=100`)).entry ?? []).map((e) => e.resource)];
  const answer = await ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [
    put({ ...stay, status: 'finished', period: { ...stay.period, end: wardInstant(at) }, location: (stay.location ?? []).map((l) => ({ ...l, status: 'completed', period: { ...l.period, end: wardInstant(at) } })) }),
    ...(dead ? [put({ ...person, deceasedDateTime: wardInstant(at) })] : []), ...orders.map((o) => put({ ...o, status: 'stopped' })),
  ] });
  equal(answer.status, 200, `the stay ends: ${JSON.stringify(answer.body).slice(0, 400)}`);
}

/* What is over, in sight. */
const stoppedOnes = async (page) => {
  const list = page.locator('details', { hasText: 'Thuốc đã ngừng' });
  await list.waitFor();
  if (!await list.evaluate((d) => d.open)) await list.locator('summary').click();
};

async function fillWord(page, { doctor = /^Bác sĩ/, medicine, amount = '1', unit = 'ống', route = 'tiêm bắp' }) {
  const form = card(page, 'Ghi y lệnh miệng');
  await form.getByRole('group', { name: 'Ai ra y lệnh?' }).getByRole('button', { name: doctor }).first().click();
  await form.getByLabel('Tên thuốc, hàm lượng').fill(medicine);
  await form.getByLabel('Mỗi lần').fill(amount);
  await form.getByLabel('Đơn vị (viên, ml…)').fill(unit);
  await form.getByRole('button', { name: route, exact: true }).click();
  return form;
}
const pick = (form, question, answer) => form.getByRole('group', { name: question }).getByRole('button', { name: answer, exact: true }).click();
const at = async (form, question, ms) => {
  await pick(form, question, 'Lúc khác');
  await form.getByLabel(`${question} Ngày giờ đã làm`).fill(local(ms));
};
const myself = (page) => page.evaluate(() => fetch('/auth/me', { headers: { 'X-Ansinh': '1' } }).then((r) => r.json())).then((me) => { const who = me.account.practitioner; return who.includes('/') ? who : `Practitioner/${who}`; });
const demoDoctor = async (page) => (await find(page, 'PractitionerRole?role=urn:ansinh:role|doctor&_count=20'))[0];

await test('an order given by word is written down on a phone, read back, given at once, and signed by who gave it', async () => {
  let person;
  let doctor;
  await withPage({}, async (page) => {
    await signIn(page, 'nurse');
    person = await inBed(page, 3);
    await open(page, `ward/demo-ward/drugs?p=${person.id}`);
    await page.getByRole('link', { name: 'Ghi y lệnh miệng' }).click();
    const form = await fillWord(page, { medicine: 'Haloperidol 5 mg/ml' });
    const begun = Date.now();
    await page.goto(`${line.url}/#/person/${person.id}/medicines`);
    await page.reload();
    await form.waitFor();
    equal([await form.getByLabel('Tên thuốc, hàm lượng').inputValue(), await form.getByLabel('Mỗi lần').inputValue()], ['Haloperidol 5 mg/ml', '1'], 'a reload in the middle loses nothing');
    const asked = await form.getByLabel('Bác sĩ nói lúc nào? Ngày giờ đã làm').inputValue();
    truth([0, 1].some((n) => asked === local(begun - minutes(n))), `"now" is the minute it was begun in: ${asked}`);
    await button(page, 'Lưu y lệnh này').click();
    await form.getByText('Đã đọc lại cho bác sĩ nghe', { exact: true }).waitFor();
    await form.getByText('Một lần hay nhiều lần', { exact: true }).waitFor();
    equal((await named(page, person.id, 'Haloperidol 5 mg/ml')).length, 0, 'not before it is read back');
    await shot(page, 'night-word-missing');
    await pick(form, 'Cho thế nào?', 'Một lần');
    await pick(form, 'Đã cho chưa?', 'Chưa cho');
    await form.getByLabel('Tôi đã đọc lại, bác sĩ nói đúng').check();
    await button(page, 'Lưu y lệnh này').click();
    await form.waitFor({ state: 'detached' });
    await card(page, 'Thuốc đang dùng').getByText(/^Y lệnh miệng của /).waitFor();
    const [order] = await named(page, person.id, 'Haloperidol 5 mg/ml');
    const role = await demoDoctor(page);
    doctor = order.requester.reference;
    equal([order.status, order.recorder.reference !== order.requester.reference, order.category[0].coding[0].code, role !== undefined], ['active', true, 'unsigned', true], 'who ordered, who wrote, unsigned');
    truth(order.extension.some((e) => e.url === 'urn:ansinh:extension:by-word' && e.extension.some((x) => x.url === 'typed')), 'when it was typed');
    /* at once: in the round */
    await open(page, `ward/demo-ward/drugs?p=${person.id}`);
    const row = page.locator('.an-dose', { hasText: 'Haloperidol' }).first();
    await row.getByRole('button', { name: /^Đã uống/ }).click();
    await eventually('the dose is there', async () => (await given(page, person.id, 'Haloperidol 5 mg/ml')).some((g) => g.status === 'completed'));
    /* the nurse signs nothing */
    await open(page, `person/${person.id}/medicines`);
    await page.getByText(/Chờ .* ký$/).waitFor();
    equal(await page.getByRole('button', { name: /tôi ký/ }).count(), 0, 'not hers to sign');
    await shot(page, 'night-word-written');
  });
  /* the doctor it names */
  await withPage({ size: 'desktop' }, async (page) => {
    await signIn(page, 'doctor');
    equal(await myself(page), doctor, 'the first doctor of the list is this one');
    await open(page, 'ward/demo-ward');
    const list = page.locator('.an-to-sign');
    await list.getByText('1 y lệnh miệng chờ tôi ký').waitFor();
    await list.getByText(/Haloperidol 5 mg\/ml/).waitFor();
    await shot(page, 'night-to-sign');
    equal(await axe(page), [], 'axe, to sign');
    await list.getByRole('button', { name: 'Đúng, tôi ký: Haloperidol 5 mg/ml' }).click();
    await list.waitFor({ state: 'detached' });
    const [order] = await named(page, person.id, 'Haloperidol 5 mg/ml');
    equal([order.category[0].coding[0].code, order.extension.find((e) => e.url === 'urn:ansinh:extension:order-signature').extension.find((x) => x.url === 'who').valueReference.reference],
      ['signed', order.requester.reference], 'in the name of who gave it');
    await open(page, `person/${person.id}/medicines`);
    await page.getByText(/ đã ký, /).waitFor();
  });
});

await test('who died at 03:00: the order of 02:10 and its dose are typed afterwards, closed, at their own time, and nothing later', async () => {
  const dead = Date.now() - minutes(60);
  let person;
  await withPage({}, async (page) => {
    await signIn(page, 'doctor');
    person = await inBed(page, 4);
    await leaves(person, dead, true);
  });
  await withPage({}, async (page) => {
    await signIn(page, 'nurse');
    await open(page, `person/${person.id}/medicines`);
    await page.getByText('Người này đã mất: không kê, không chép đơn nữa.').waitFor();
    await button(page, 'Ghi y lệnh miệng').click();
    const form = await fillWord(page, { medicine: 'Morphin 10 mg/ml', route: 'tiêm dưới da' });
    await form.getByText(/Chỉ ghi lại y lệnh và liều đã cho trước lúc đó/).waitFor();
    equal(await form.getByRole('group', { name: 'Cho thế nào?' }).count(), 0, 'nothing is ordered for later');
    await pick(form, 'Đã cho chưa?', 'Đã cho');
    await form.getByLabel('Tôi đã đọc lại, bác sĩ nói đúng').check();
    await form.getByLabel(/^Thuốc kiểm soát đặc biệt/).check();
    await button(page, 'Lưu y lệnh này').click(); /* now: after the death */
    await form.getByText('Lúc bác sĩ nói: trước khi người này ra khỏi cơ sở hoặc mất').waitFor();
    await at(form, 'Bác sĩ nói lúc nào?', dead - minutes(50));
    await at(form, 'Cho lúc nào?', dead + minutes(5));
    await button(page, 'Lưu y lệnh này').click();
    await form.getByText('Giờ cho: trước khi người này ra khỏi cơ sở hoặc mất').waitFor();
    await shot(page, 'night-word-dead');
    equal(await axe(page), [], 'axe, after a death');
    await form.getByLabel('Cho lúc nào? Ngày giờ đã làm').fill(local(dead - minutes(40)));
    await button(page, 'Lưu y lệnh này').click();
    await page.getByRole('group', { name: /hai người/ }).or(page.locator('.an-ask')).first().waitFor(); /* two sign what is controlled, at night as well */
    await page.locator('.an-ask').getByRole('button', { name: /khẩn|cấp cứu/i }).click();
    await form.waitFor({ state: 'detached' });
    const [order] = await named(page, person.id, 'Morphin 10 mg/ml');
    const [dose] = await given(page, person.id, 'Morphin 10 mg/ml');
    equal([order.status, order.authoredOn.slice(0, 16), dose.status, dose.effectiveDateTime.slice(0, 16), dose.request.reference, dose.extension.some((e) => e.url === 'urn:ansinh:extension:signed-alone')],
      ['completed', local(dead - minutes(50)), 'completed', local(dead - minutes(40)), `MedicationRequest/${order.id}`, true], 'closed, at its own time, one signature with its reason');
    equal((await find(page, `MedicationRequest?patient=${person.id}&status=active,on-hold`)).length, 0, 'nothing stands');
    await stoppedOnes(page);
    await page.getByText(/Chờ .* ký$/).first().waitFor();
    await shot(page, 'night-word-dead-written');
    /* not by hand either */
    const late = await fhir(page, 'POST', 'MedicationRequest', { ...order, id: undefined, meta: undefined, identifier: undefined, authoredOn: wardInstant(dead + minutes(5)) });
    const stands = await fhir(page, 'POST', 'MedicationRequest', { ...order, id: undefined, meta: undefined, identifier: undefined, status: 'active' });
    equal([late.status, late.body.issue[0].expression, stands.status, stands.body.issue[0].expression], [422, ['MedicationRequest.authoredOn'], 422, ['MedicationRequest.status']], 'the server');
  });
});

await test('a dose of an order that stood is written down after the person has left', async () => {
  const left = Date.now() - minutes(30);
  let person;
  await withPage({}, async (page) => {
    await signIn(page, 'doctor');
    person = await inBed(page, 6);
    const made = await fhir(page, 'POST', 'MedicationRequest', {
      resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { reference: `Patient/${person.id}` }, medicationCodeableConcept: { text: 'Furosemid 40 mg' }, authoredOn: wardInstant(left - minutes(24 * 60)),
      dosageInstruction: [{ text: 'uống, 1 viên', timing: { repeat: { timeOfDay: [`${wardText(left - minutes(60)).slice(11, 16)}:00`] } }, doseAndRate: [{ doseQuantity: { value: 1, unit: 'viên' } }] }],
    });
    equal(made.status, 201, `ordered: ${JSON.stringify(made.body).slice(0, 300)}`);
    await leaves(person, left, false);
  });
  await withPage({}, async (page) => {
    await signIn(page, 'nurse');
    await open(page, `person/${person.id}/medicines`);
    await stoppedOnes(page);
    await button(page, 'Ghi liều đã cho: Furosemid 40 mg').click();
    const form = card(page, 'Ghi liều đã cho: Furosemid 40 mg');
    await form.getByRole('group', { name: 'Liều nào?' }).getByRole('button').first().click();
    await shot(page, 'night-dose-past');
    equal(await axe(page), [], 'axe, a dose of before');
    await form.getByLabel('Cho lúc nào? Ngày giờ đã làm').fill(local(left + minutes(5)));
    await page.reload();
    await form.waitFor();
    equal(await form.getByLabel('Cho lúc nào? Ngày giờ đã làm').inputValue(), local(left + minutes(5)), 'a reload in the middle loses nothing');
    await button(page, 'Lưu liều này').click();
    await form.getByText(/^Giờ cho: sau khi có y lệnh/).waitFor();
    await form.getByLabel('Cho lúc nào? Ngày giờ đã làm').fill(local(left - minutes(55)));
    await button(page, 'Lưu liều này').click();
    await form.waitFor({ state: 'detached' });
    const [dose] = await given(page, person.id, 'Furosemid 40 mg');
    equal([dose.status, dose.effectiveDateTime.slice(0, 16), dose.extension.some((e) => e.url === 'urn:ansinh:extension:scheduled-time')], ['completed', local(left - minutes(55)), true], 'that very dose, at its time');
    /* it is answered: nobody writes it twice */
    await stoppedOnes(page);
    await button(page, 'Ghi liều đã cho: Furosemid 40 mg').click();
    await form.waitFor();
    equal(await form.getByRole('button', { name: local(left - minutes(60)).slice(11, 16) }).count(), 0, 'not offered again');
  });
});

await test('what no doctor has signed within a day is counted late, before the eyes of the nurse in charge', async () => {
  await withPage({}, async (page) => {
    await signIn(page, 'nurse');
    const { id } = await inBed(page, 2);
    const said = Date.now() - minutes(25 * 60);
    const made = await fhir(page, 'POST', 'MedicationRequest', {
      resourceType: 'MedicationRequest', status: 'completed', intent: 'order', subject: { reference: `Patient/${id}` }, medicationCodeableConcept: { text: 'Diazepam 10 mg' }, authoredOn: wardInstant(said),
      category: [{ coding: [{ system: 'urn:ansinh:order-by-word', code: 'unsigned' }] }], requester: (await demoDoctor(page)).practitioner,
      recorder: { reference: await myself(page) },
      extension: [{ url: 'urn:ansinh:extension:by-word', extension: [{ url: 'read-back', valueBoolean: true }, { url: 'typed', valueDateTime: wardInstant(Date.now()) }] }],
    });
    equal(made.status, 201, `written: ${JSON.stringify(made.body).slice(0, 300)}`);
  });
  await withPage({ size: 'tablet' }, async (page) => {
    await signIn(page, 'head-nurse');
    await open(page, 'ward/demo-ward');
    const list = page.locator('.an-to-sign');
    await list.getByText(/1 đã quá 24 giờ/).waitFor();
    await list.getByText(/Quá 24 giờ, .* chưa ký/).waitFor();
    equal(await list.getByRole('button', { name: /tôi ký/ }).count(), 0, 'not hers to sign');
    await shot(page, 'night-late');
    equal(await axe(page), [], 'axe, late');
  });
});

await test('an order by word with the line down: kept on the device with its dose, sent once by itself; what the server refuses is put right where it was typed', () => withPage({}, async (page) => {
  await signIn(page, 'nurse');
  const { id } = await inBed(page, 1);
  await open(page, `person/${id}/medicines?word=1`);
  const form = await fillWord(page, { medicine: 'Nikethamid 125 mg/ml' });
  await pick(form, 'Cho thế nào?', 'Một lần');
  await pick(form, 'Đã cho chưa?', 'Đã cho');
  await form.getByLabel('Tôi đã đọc lại, bác sĩ nói đúng').check();
  /* a clear no: nothing typed is lost, and nothing is left behind */
  const no = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'business-rule', diagnostics: 'not this one' }] };
  await page.route('**/fhir', (route) => route.fulfill({ status: 422, contentType: 'application/fhir+json', body: JSON.stringify(no) }));
  await button(page, 'Lưu y lệnh này').click();
  await form.getByText('Máy chủ không nhận y lệnh này').waitFor();
  equal(await form.getByLabel('Tên thuốc, hàm lượng').inputValue(), 'Nikethamid 125 mg/ml', 'what was typed is there');
  await shot(page, 'night-word-refused');
  await page.unroute('**/fhir');
  line.mode = 'gone';
  await button(page, 'Lưu y lệnh này').click();
  await form.waitFor({ state: 'detached' });
  await page.getByText(/^Y lệnh miệng chờ gửi: Nikethamid/).waitFor();
  equal(await axe(page), [], 'axe, waiting');
  await shot(page, 'night-word-waits');
  /* the answer is lost on the way, and asked for again */
  line.mode = 'lose';
  await eventually('the order has arrived', async () => { await new Promise((over) => setTimeout(over, 500)); return (await named(page, id, 'Nikethamid 125 mg/ml')).length > 0; });
  line.mode = 'pass';
  await page.getByText(/^Y lệnh miệng chờ gửi: Nikethamid/).waitFor({ state: 'detached' });
  await page.getByText(/Y lệnh miệng của/).first().waitFor();
  const [orders, doses] = [await named(page, id, 'Nikethamid 125 mg/ml'), await given(page, id, 'Nikethamid 125 mg/ml')];
  equal([orders.map((o) => o.status), doses.map((d) => [d.status, d.request.reference])], [['completed'], [['completed', `MedicationRequest/${orders[0].id}`]]], 'once, and its dose is its own');
}));

await test('"I did not say that": the doctor it names denies it, it stops, stays to be seen struck through, and the head is told', async () => {
  let person;
  await withPage({}, async (page) => {
    await signIn(page, 'nurse');
    person = await inBed(page, 9);
    const said = Date.now() - minutes(90);
    const made = await fhir(page, 'POST', 'MedicationRequest', {
      resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { reference: `Patient/${person.id}` }, encounter: { reference: `Encounter/${person.stay}` }, medicationCodeableConcept: { text: 'Clorpromazin 25 mg' },
      authoredOn: wardInstant(said), dosageInstruction: [{ text: 'uống, 1 viên, 20:00', doseAndRate: [{ doseQuantity: { value: 1, unit: 'viên' } }], timing: { repeat: { timeOfDay: ['20:00:00'], frequency: 1, period: 1, periodUnit: 'd' } } }],
      category: [{ coding: [{ system: 'urn:ansinh:order-by-word', code: 'unsigned' }] }], requester: (await demoDoctor(page)).practitioner, recorder: { reference: await myself(page) },
      extension: [{ url: 'urn:ansinh:extension:by-word', extension: [{ url: 'read-back', valueBoolean: true }, { url: 'typed', valueDateTime: wardInstant(said) }] }],
    });
    equal(made.status, 201, `written: ${JSON.stringify(made.body).slice(0, 300)}`);
    await open(page, `person/${person.id}/medicines`);
    await page.getByText(/Chờ .* ký$/).waitFor();
    equal(await page.getByRole('button', { name: /^Tôi không nói vậy/ }).count(), 0, 'not the nurse\'s to deny');
  });
  await withPage({ size: 'tablet' }, async (page) => {
    await signIn(page, 'doctor');
    await open(page, 'ward/demo-ward');
    const list = page.locator('.an-to-sign');
    await list.getByRole('button', { name: 'Tôi không nói vậy: Clorpromazin 25 mg' }).click();
    const asked = page.getByRole('dialog', { name: 'Tôi không nói vậy: Clorpromazin 25 mg' });
    await asked.getByText(/Không rút lại được/).waitFor();
    await shot(page, 'night-deny');
    equal(await axe(page), [], 'axe, denying');
    await asked.getByRole('button', { name: 'Thôi', exact: true }).click();
    equal((await named(page, person.id, 'Clorpromazin 25 mg'))[0].status, 'active', 'asked once more before it is done');
    await list.getByRole('button', { name: 'Tôi không nói vậy: Clorpromazin 25 mg' }).click();
    await button(page, 'Gạch y lệnh này').click();
    await list.locator('.an-person-name', { hasText: 'Clorpromazin 25 mg' }).waitFor({ state: 'detached' });
    const [order] = await named(page, person.id, 'Clorpromazin 25 mg');
    equal([order.status, order.category[0].coding[0].code], ['stopped', 'denied'], 'it asks for nothing any more');
    await open(page, `person/${person.id}/medicines`);
    await page.getByText(/ nói không ra y lệnh này, /).waitFor();
    equal(await page.locator('.an-struck', { hasText: 'Clorpromazin 25 mg' }).first().isVisible(), true, 'struck through, and there');
    await shot(page, 'night-denied');
    equal(await axe(page), [], 'axe, denied');
  });
  await withPage({ size: 'desktop' }, async (page) => {
    await signIn(page, 'facility-head');
    await open(page, 'ward/demo-ward');
    const told = page.locator('.an-head-task', { hasText: /nói không ra y lệnh miệng .*Clorpromazin 25 mg/ });
    await told.getByRole('link', { name: /Mở thuốc của người này/ }).click();
    await page.getByText(/ nói không ra y lệnh này, /).waitFor();
  });
});

/* The wards' quick care, signed in, with these people chosen. */
const chooseFor = async (page, names) => {
  for (const name of names) await page.locator('.an-who-one', { hasText: name }).first().click();
};
const nameOf = async (page, id) => (await fhir(page, 'GET', `Patient/${id}`)).body.name[0].text;
const careOf = async (page, id, code) => (await find(page, `Observation?patient=${id}&code=urn:ansinh:care|${code}&_count=100`)).filter((o) => o.status === 'final');
/* an alert that comes between closes the menu: it is opened again, as a hand would */
const signOut = async (page) => {
  const out = page.getByRole('menuitem', { name: 'Đăng xuất' }).or(button(page, 'Đăng xuất')).first();
  await eventually('signed out', async () => {
    if (!await out.isVisible()) await page.locator('.an-user-button').click();
    await out.click({ timeout: 2000 }).catch(() => {});
    return page.locator('.an-user-button').waitFor({ state: 'detached', timeout: 3000 }).then(() => true, () => false);
  });
};

await test('quick care that the server refused is opened where it was typed, put right and sent; nobody else has it, and it stands once', async () => {
  const left = Date.now() - minutes(20);
  await withPage({}, async (page) => {
    await signIn(page, 'nurse');
    const [gone, here] = [await inBed(page, 7), await inBed(page, 8)];
    const [goneName, hereName] = [await nameOf(page, gone.id), await nameOf(page, here.id)];
    const before = { gone: (await careOf(page, gone.id, 'sleep')).length, here: (await careOf(page, here.id, 'sleep')).length };
    await open(page, 'ward/demo-ward/care');
    await page.locator('.an-who-one').first().waitFor();
    await leaves(gone, left, false); /* the desk writes that they left twenty minutes ago */
    await chooseFor(page, [goneName, hereName]);
    await page.locator('.an-kind', { hasText: 'Ngủ' }).first().click();
    await page.locator('.an-answer').first().click();
    const notice = page.locator('.an-notice', { hasText: 'Không ghi được cho 1 người' });
    await notice.waitFor();
    await notice.getByText(goneName).waitFor();
    equal((await careOf(page, here.id, 'sleep')).length, before.here + 1, 'the part of who is here stands');
    /* another account of this device sees nothing of it; its author does, after all was loaded anew */
    await signOut(page);
    await signIn(page, 'nurse2');
    await open(page, 'ward/demo-ward/care');
    await page.locator('.an-who-one').first().waitFor();
    equal(await notice.count(), 0, 'not another’s to mend');
    await signOut(page);
    await signIn(page, 'nurse');
    await open(page, 'ward/demo-ward/care');
    await notice.getByText(goneName).waitFor();
    /* let go of, and had back */
    await notice.getByRole('button', { name: 'Bỏ bản của tôi' }).click();
    await notice.waitFor({ state: 'detached' });
    await button(page, 'Lấy lại').click();
    await notice.getByRole('button', { name: 'Sửa và gửi lại' }).click();
    await shot(page, 'night-mend-phone');
    equal(await tooWide(page), 0, 'px too wide');
    equal(await axe(page), [], 'axe, mending');
    /* still after they had left: refused again, in the same place */
    await notice.getByLabel('Làm lúc nào?').fill(local(left + minutes(5)));
    await notice.getByRole('button', { name: 'Gửi lại' }).click();
    await notice.getByRole('button', { name: 'Sửa và gửi lại' }).click();
    await notice.getByLabel('Làm lúc nào?').fill(local(left - minutes(30)));
    await notice.getByRole('button', { name: 'Gửi lại' }).click();
    await notice.waitFor({ state: 'detached' });
    await eventually('it stands', async () => (await careOf(page, gone.id, 'sleep')).length === before.gone + 1);
    const [made] = (await careOf(page, gone.id, 'sleep')).filter((o) => o.effectiveDateTime?.slice(0, 16) === local(left - minutes(30)));
    truth(Date.parse(made.meta.lastUpdated) > left, 'its own time, and the time it came');
    equal((await careOf(page, here.id, 'sleep')).length, before.here + 1, 'and nobody has it twice');
  });
});

await test('what was done for somebody else is moved to them, and stands for them alone', async () => {
  await withPage({ size: 'tablet' }, async (page) => {
    await signIn(page, 'nurse');
    const [gone, right] = [await inBed(page, 10), await inBed(page, 11)];
    const [goneName, rightName] = [await nameOf(page, gone.id), await nameOf(page, right.id)];
    const before = (await careOf(page, right.id, 'mood')).length;
    await open(page, `ward/demo-ward/care?p=${gone.id}`);
    await page.locator('.an-kind').first().waitFor();
    await leaves(gone, Date.now() - minutes(60), true);
    await page.locator('.an-kind', { hasText: 'Tinh thần' }).click();
    await page.getByLabel('Ghi thêm (không bắt buộc)').fill('nhớ nhà');
    await page.locator('.an-answer', { hasText: 'Buồn' }).click();
    const notice = page.locator('.an-notice', { hasText: goneName });
    await notice.getByRole('button', { name: 'Sửa và gửi lại' }).click();
    equal(await notice.getByRole('textbox', { name: 'Ghi chú' }).inputValue(), 'nhớ nhà', 'the words are in it');
    await notice.getByLabel(`Ghi cho ${goneName}, hay cho ai?`).selectOption({ label: await notice.locator('option', { hasText: rightName }).innerText() });
    await notice.getByRole('textbox', { name: 'Ghi chú' }).fill('nhớ nhà, đã gọi con');
    await shot(page, 'night-mend-tablet');
    await notice.getByRole('button', { name: 'Gửi lại' }).click();
    await notice.waitFor({ state: 'detached' });
    await eventually('it stands', async () => (await careOf(page, right.id, 'mood')).length === before + 1);
    const made = (await careOf(page, right.id, 'mood')).find((o) => o.note?.[0]?.text === 'nhớ nhà, đã gọi con');
    equal([made.subject.reference, made.encounter.reference], [`Patient/${right.id}`, `Encounter/${right.stay}`], 'theirs, in their stay');
  });
});

await test('signs that were measured with the line down, of who had left by then: their time is put right, all of them at once', () => withPage({ size: 'tablet' }, async (page) => {
  const left = Date.now() - minutes(15);
  await signIn(page, 'nurse');
  const gone = await inBed(page, 12);
  const pulses = async () => (await find(page, `Observation?patient=${gone.id}&code=8867-4&_count=100`)).map((o) => `${o.effectiveDateTime.slice(0, 16)} ${o.valueQuantity.value}`);
  await open(page, `ward/demo-ward/vitals?p=${gone.id}`);
  await page.getByLabel('Mạch', { exact: true }).waitFor();
  line.mode = 'gone';
  await page.getByLabel('Mạch', { exact: true }).fill('77');
  await page.getByLabel('Nhịp thở', { exact: true }).fill('17');
  await page.getByRole('button', { name: /^Lưu/ }).click();
  await page.getByText('Còn 1 việc chưa gửi').waitFor();
  await leaves(gone, left, false);
  line.mode = 'pass';
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await open(page, 'ward/demo-ward');
  const notice = page.locator('.an-notice', { hasText: 'Chưa ghi được: ' });
  await notice.getByText('77').first().waitFor();
  await notice.getByRole('button', { name: 'Sửa và gửi lại' }).click();
  await notice.getByLabel('Làm lúc nào?').fill(local(left - minutes(10)));
  await shot(page, 'night-mend-vitals');
  await notice.getByRole('button', { name: 'Gửi lại' }).click();
  await notice.waitFor({ state: 'detached' });
  await eventually('the pulse stands once, at its time', async () => (await pulses()).filter((p) => p === `${local(left - minutes(10))} 77`).length === 1);
  equal((await find(page, `Observation?patient=${gone.id}&code=9279-1&_count=100`)).filter((o) => o.effectiveDateTime.slice(0, 16) === local(left - minutes(10))).length, 1, 'and the breaths with it');
}));

for (const size of ['phone', 'tablet', 'across', 'desktop']) {
  for (const lang of ['vi', 'en']) {
    await test(`looks right and passes axe: ${size}, ${lang}`, () => withPage({ size, lang }, async (page) => {
      await signIn(page, 'nurse');
      const { id } = await inBed(page, 5);
      await open(page, `person/${id}/medicines?word=1`);
      const form = card(page, lang === 'vi' ? 'Ghi y lệnh miệng' : 'Write an order given by word');
      await form.getByRole('button', { name: lang === 'vi' ? 'Một lần' : 'Once', exact: true }).click();
      await form.getByRole('button', { name: lang === 'vi' ? 'Đã cho' : 'Given', exact: true }).click();
      await form.getByRole('group', { name: lang === 'vi' ? 'Ai ra y lệnh?' : 'Who ordered it?' }).waitFor();
      await shot(page, `night-word-${size}-${lang}`);
      equal(await tooWide(page), 0, 'px too wide');
      equal(await axe(page), [], 'axe');
    }));
  }
}

await test('a fall that was told with the line down, of who had left by then: its time is put right, and it stands once', () => withPage({ size: 'phone' }, async (page) => {
  const left = Date.now() - minutes(15);
  await signIn(page, 'nurse');
  const gone = await inBed(page, 1);
  const falls = async () => (await find(page, `AdverseEvent?subject=Patient/${gone.id}&_count=50`)).filter((i) => i.event?.text === 'Té ngã: Trượt dép');
  await open(page, `person/${gone.id}/incident`);
  await button(page, 'Té ngã').click();
  line.mode = 'gone';
  await button(page, 'Không ai thấy').click();
  await button(page, 'Nhẹ').click();
  await page.getByLabel('Chuyện xảy ra thế nào').fill('Trượt dép');
  await button(page, 'Ghi sự cố').click();
  await page.getByText('Còn 1 việc chưa gửi').waitFor();
  await leaves(gone, left, true);
  line.mode = 'pass';
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await open(page, 'ward/demo-ward/incidents');
  await button(page, 'Sửa và gửi lại').click();
  await page.getByLabel('Làm lúc nào?').fill(local(left - minutes(10)));
  await shot(page, 'night-mend-fall');
  equal([await tooWide(page), await axe(page)], [0, []], 'fits, axe');
  equal((await falls()).length, 0, 'refused: nothing stands yet');
  await button(page, 'Gửi lại').click();
  await page.getByLabel('Làm lúc nào?').waitFor({ state: 'detached' });
  await eventually('it stands once, at its time', async () => (await falls()).map((i) => i.date.slice(0, 16)).join() === local(left - minutes(10)));
}));

await test('a dose that the server refused stays in sight when its person is on no round any more: from every screen, mended there', () => withPage({ size: 'phone' }, async (page) => {
  const died = Date.now() - minutes(10);
  await signIn(page, 'nurse');
  const gone = await inBed(page, 2);
  const { create } = await clientAs(server, 'doctor');
  await create({
    resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { reference: `Patient/${gone.id}` }, encounter: { reference: `Encounter/${gone.stay}` }, authoredOn: wardInstant(died - minutes(24 * 60)), medicationCodeableConcept: { text: 'Thử Ngoài Vòng 5 mg' },
    dosageInstruction: [{ text: '1 viên', timing: { repeat: { timeOfDay: [`${wardText(Date.now() - minutes(20)).slice(11, 16)}:00`] } }, doseAndRate: [{ doseQuantity: { value: 1, unit: 'viên' } }] }],
  });
  await open(page, `ward/demo-ward/drugs?p=${gone.id}`);
  const name = await nameOf(page, gone.id);
  await page.getByRole('button', { name: 'Đã uống: Thử Ngoài Vòng 5 mg' }).waitFor();
  await leaves(gone, died, true);
  await page.getByRole('button', { name: 'Đã uống: Thử Ngoài Vòng 5 mg' }).click();
  await page.getByText('Không ghi: hồ sơ ghi người này đã mất.').waitFor();
  await page.reload();
  await open(page, 'people');
  await page.getByText('Có 1 việc chưa ghi được vào hồ sơ.').waitFor();
  await shot(page, 'night-unsent-bar');
  await page.getByRole('link', { name: 'Xem lại', exact: true }).click();
  const notice = page.locator('.an-notice', { hasText: `${name} · Thử Ngoài Vòng 5 mg` });
  await notice.getByText('Hồ sơ ghi người này đã mất trước lúc đó.').waitFor();
  await shot(page, 'night-unsent');
  equal([await tooWide(page), await axe(page)], [0, []], 'fits, axe');
  await notice.getByRole('button', { name: 'Sửa và gửi lại' }).click();
  await notice.getByLabel('Làm lúc nào?').fill(local(died - minutes(5)));
  await notice.getByRole('button', { name: 'Gửi lại' }).click();
  await page.getByText('Mọi việc đã ghi được vào hồ sơ.').waitFor();
  await page.getByText('Có 1 việc chưa ghi được vào hồ sơ.').waitFor({ state: 'detached' });
  await eventually('the dose stands, at its time', async () => (await given(page, gone.id, 'Thử Ngoài Vòng 5 mg')).map((g) => g.effectiveDateTime.slice(0, 16)).join() === local(died - minutes(5)));
}));

await end();
process.exit(finish());
