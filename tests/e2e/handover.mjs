/* Handing a shift over with sign-in on, in a demo ward: what changed since my last shift, the count of controlled medicines, two
 * signatures, and a record that can only be added to. Also the second signature on a controlled dose, by its own account.
 *
 *   ANSINH=/path/to/ansinh node handover.mjs */

import { axe, equal, eventually, finish, shot, SIZES, test, truth } from './harness.mjs';
import { DEMO_PASSWORD } from './kit/sign.mjs';
import { button, clientAs, fhir, find, signIn, stage, tooWide } from './kit/stage.mjs';
import { setDuty } from './kit/roster.mjs';
import { minutes, wardHour, wardInstant } from './kit/ward.mjs';

const { server, line, withPage, open: openAt, end } = await stage('handover', { demo: ['--facilities', '1', '--residents', '12', '--days', '2'] });
const WARD = 'demo-ward';

const open = (page, path) => openAt(page, `ward/${WARD}/${path}`);
const office = await clientAs(server, 'doctor');
const handovers = () => office.find(`Composition?type=urn:ansinh:document|handover&subject=Location/${WARD}`);
const documents = (page) => find(page, `Composition?type=urn:ansinh:document|handover&subject=Location/${WARD}`);

await test('the change of a shift is listed with its facts, counted and signed by two', () => withPage({}, async (page) => {
  await signIn(page, 'nurse');
  /* on no roster, whatever the demo made of today: since when is asked of what was handed over */
  for (let n = 8; n <= 15; n += 1) await setDuty(page, { ward: WARD, person: `demo-staff-${n}`, facility: 'demo-facility', days: [] });
  const [bed] = await find(page, 'Encounter?status=in-progress&location=Location/demo-bed-1-1');
  const patient = bed.subject.reference;
  const made = await fhir(page, 'POST', 'Observation', {
    resourceType: 'Observation', status: 'final', subject: { reference: patient }, encounter: { reference: `Encounter/${bed.id}` },
    code: { coding: [{ system: 'http://loinc.org', code: '8310-5' }], text: 'Nhiệt độ' }, effectiveDateTime: wardInstant(Date.now() - minutes(3)),
    valueQuantity: { value: 39.4, unit: '°C', system: 'http://unitsofmeasure.org', code: 'Cel' },
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }],
  });
  equal(made.status, 201, 'a fever');
  await open(page, 'handover');
  await page.locator('.an-pane-row', { hasText: 'P.101-G1' }).click();
  const fever = page.locator(`[data-fact="Observation/${made.body.id}"]`);
  await fever.getByText('Nhiệt độ: 39,4 °C').waitFor();
  equal(await fever.getAttribute('href'), `#/person/${patient.split('/')[1]}`, 'the line leads to its person');
  for (const title of ['Tình trạng', 'Thông tin y khoa', 'Chăm sóc đặc biệt', 'Việc chưa làm']) await page.getByRole('heading', { name: title, exact: true }).waitFor();
  await shot(page, 'handover');
  const counts = page.locator('.an-count-line input[id^=count-]');
  const controlled = await counts.count();
  truth(controlled > 0, 'the demo ward has a controlled medicine to count');
  await button(page, 'Ký giao ca').click();
  await page.getByText('Chưa đếm:').waitFor();
  equal((await documents(page)).length, 0, 'nothing is signed without a count');
  equal(await page.getByText(/phải còn/).count(), 0, 'the count is blind: the book is shown after the number');
  for (let i = 0; i < controlled; i += 1) await counts.nth(i).fill('20');
  await button(page, 'Ký giao ca').click();
  await page.getByText('Có chỗ lệch với sổ.').waitFor(); /* the demo's cupboard holds another number than 20 */
  equal((await documents(page)).length, 0, 'shown before it is signed');
  await button(page, 'Ký giao ca').click();
  await page.getByText('Chờ người nhận ký. Người nhận đăng nhập').waitFor();
  await shot(page, 'handover-signed');
  const [h] = await documents(page);
  equal([h.status, h.attester.length, h.subject.reference], ['preliminary', 1, `Location/${WARD}`], 'signed by the giver');
  const references = JSON.stringify(h.section);
  truth(references.includes(`Observation/${made.body.id}`), 'the section refers to its fact');
  truth(!references.includes('urn:uuid:'), 'references are real addresses');
  const [count] = await find(page, `List?subject=Location/${WARD}&code=urn:ansinh:stock|count&_sort=-date&_count=1`);
  equal(count.entry.length, controlled, 'one count of all of them');
  truth(references.includes(`List/${count.id}`), 'to which the document refers');
}));

await test('a carer sees the change of the shift too, without what her role does not see', () => withPage({}, async (page) => {
  await signIn(page, 'carer');
  equal((await fhir(page, 'GET', 'Condition?_count=1')).status, 403, 'diagnoses are none of a carer\'s');
  await open(page, 'handover');
  await page.locator('.an-pane-row', { hasText: 'P.101-G1' }).click();
  await page.getByText('Nhiệt độ: 39,4 °C').first().waitFor();
}));

await test('the taker signs under another account; nobody signs twice; after that there is only the addendum', () => withPage({}, async (page) => {
  await signIn(page, 'nurse2');
  await open(page, 'handover');
  await button(page, 'Xem và ký nhận').click();
  await page.getByText('Nhiệt độ: 39,4 °C').waitFor();
  await button(page, 'Ký nhận ca').click();
  await page.getByText('Biên bản đã đủ hai chữ ký').waitFor();
  const [h] = await documents(page);
  equal([h.status, h.attester.length], ['final', 2], 'two signatures');
  truth(h.attester[0].party.reference !== h.attester[1].party.reference, 'of two people');
  equal(await button(page, 'Ký nhận ca').count(), 0, 'nothing left to sign');
  await page.getByRole('textbox', { name: 'Phụ lục' }).fill('Đã báo y sĩ lúc 13:50');
  await button(page, 'Ký phụ lục').click();
  await page.getByText('Đã báo y sĩ lúc 13:50').waitFor();
  const all = await documents(page);
  equal(all.length, 2, 'a document of its own');
  equal(all.find((x) => x.relatesTo).relatesTo[0].targetReference.reference, `Composition/${h.id}`, 'that belongs to the first');
  equal((await find(page, `Composition?_id=${h.id}`))[0].meta.versionId, h.meta.versionId, 'the first is untouched');
  await shot(page, 'handover-final');
  /* and from now on my last shift is this one */
  await open(page, 'handover');
  await page.getByText('lần nhận ca gần nhất của bạn').waitFor();
}));

await test('a count that differs is said, signed all the same, and told to the head', () => withPage({}, async (page) => {
  await signIn(page, 'nurse2');
  await open(page, 'handover');
  const counts = page.locator('.an-count-line input[id^=count-]');
  await counts.first().waitFor();
  const controlled = await counts.count();
  for (let i = 0; i < controlled; i += 1) await counts.nth(i).fill(i === 0 ? '19' : '20');
  await page.reload();
  await counts.first().waitFor();
  equal(await counts.first().inputValue(), '19', 'what was counted outlives a reload');
  await page.getByText('Số đã đếm trước đó.').waitFor();
  await button(page, 'Ký giao ca').click();
  await page.getByText('phải còn 20').first().waitFor();
  await page.getByText('Lệch -1').waitFor();
  await page.getByRole('textbox', { name: 'Giải thích chỗ lệch' }).fill('Một viên rơi vỡ');
  await button(page, 'Ký giao ca').click();
  await page.getByText(/phải còn 20 .* đếm được 19 .* lệch -1 \(Một viên rơi vỡ\)/).waitFor();
  const tasks = (await find(page, `Task?code=urn:ansinh:task|controlled-difference`)).filter((x) => /lệch -1/.test(x.description));
  equal(tasks.map((x) => [x.status, x.performerType[0].coding[0].code]), [['requested', 'facility-head']], 'the head\'s task');
}));

/* A controlled medicine that is due now, ordered by the doctor for the person in a bed. */
async function controlledDose(number, text) {
  let dose;
  await withPage({}, async (page) => {
    await signIn(page, 'doctor');
    const [bed] = await find(page, `Encounter?status=in-progress&location=Location/demo-bed-1-${number}`);
    const made = await fhir(page, 'POST', 'MedicationRequest', {
      resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: bed.subject, encounter: { reference: `Encounter/${bed.id}` },
      authoredOn: '2026-11-01', medicationCodeableConcept: { text },
      extension: [{ url: 'urn:ansinh:extension:controlled', valueBoolean: true }],
      dosageInstruction: [{ text: '1 miếng', timing: { repeat: { timeOfDay: [`${wardHour(Date.now() - minutes(2))}:00`] } }, doseAndRate: [{ doseQuantity: { value: 1, unit: 'miếng' } }] }],
    });
    equal(made.status, 201, `the order: ${JSON.stringify(made.body).slice(0, 300)}`);
    dose = { order: made.body.id, patient: bed.subject.reference.split('/')[1] };
  });
  return dose;
}

await test('signed, the answer lost, the page loaded again, signed once more: one handover', () => withPage({}, async (page) => {
  await signIn(page, 'nurse2');
  const before = (await documents(page)).length;
  await open(page, 'handover');
  const counts = page.locator('.an-count-line input[id^=count-]');
  await counts.first().waitFor();
  const fill = async () => { for (let i = 0; i < await counts.count(); i += 1) await counts.nth(i).fill('7'); };
  await fill();
  await button(page, 'Ký giao ca').click();
  await page.getByText('Có chỗ lệch với sổ.').waitFor();
  line.mode = 'lose';
  line.loses = (url) => /\/fhir\/?$/.test(url);
  await button(page, 'Ký giao ca').click();
  await eventually('it has arrived', async () => (await handovers()).length === before + 1);
  await page.locator('main [role=alert]', { hasNotText: 'Có chỗ lệch' }).first().waitFor();
  line.mode = 'pass';
  await page.reload();
  await counts.first().waitFor();
  equal(await counts.first().inputValue(), '7', 'what was counted is kept');
  await button(page, 'Ký giao ca').click(); /* the book says seven by now */
  await page.getByText('Chờ người nhận ký. Người nhận đăng nhập').waitFor();
  equal((await documents(page)).length, before + 1, 'one');
}));

await test('a dose that I gave in another window says so, and offers no second one', () => withPage({}, async (page) => withPage({}, async (second) => {
  const doctor = await clientAs(server, 'doctor');
  const [bed] = await doctor.find('Encounter?status=in-progress&location=Location/demo-bed-1-6');
  const made = await doctor.create({
    resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: bed.subject, encounter: { reference: `Encounter/${bed.id}` }, authoredOn: '2026-11-01', medicationCodeableConcept: { text: 'Thử Cửa Sổ 5 mg' },
    dosageInstruction: [{ text: '1 viên', timing: { repeat: { timeOfDay: [`${wardHour(Date.now() - minutes(2))}:00`] } }, doseAndRate: [{ doseQuantity: { value: 1, unit: 'viên' } }] }],
  });
  const given = (p) => p.getByRole('button', { name: 'Đã uống: Thử Cửa Sổ 5 mg' });
  for (const p of [page, second]) {
    await signIn(p, 'nurse');
    await open(p, `drugs?p=${bed.subject.reference.split('/')[1]}`);
    await given(p).waitFor();
  }
  await given(page).click();
  const stored = () => doctor.find(`MedicationAdministration?request=MedicationRequest/${made.id}`);
  await eventually('stored', async () => (await stored()).length === 1);
  await given(second).click();
  const told = second.locator('.an-halted', { hasText: 'Chính bạn đã ghi liều này lúc' });
  await told.waitFor();
  await shot(second, 'handover-own-dose');
  equal(await told.getByRole('button').allInnerTexts(), ['Đã hiểu'], 'nothing but to close it');
  await told.getByRole('button').click();
  await told.waitFor({ state: 'detached' });
  equal([await given(second).count(), (await stored()).length], [0, 1], 'done, and still one');
})));

await test('a controlled dose is signed by a second person under their own name', async () => {
  const dose = await controlledDose(2, 'Fentanyl thử 25 mcg');
  await withPage({}, async (page) => {
    await signIn(page, 'nurse');
    await open(page, `drugs?p=${dose.patient}`);
    await page.getByRole('button', { name: 'Đã uống: Fentanyl thử 25 mcg' }).click();
    await button(page, 'Đứng cạnh đây, ký ngay sau khi ghi').click();
    await eventually('stored', async () => (await find(page, `MedicationAdministration?request=MedicationRequest/${dose.order}`)).length === 1);
    await open(page, 'drugs');
    await page.getByText('Chờ người thứ hai ký (1)').waitFor();
    equal(await page.getByRole('button', { name: /^Ký thứ hai/ }).count(), 0, 'the giver cannot be the second');
  });
  await withPage({}, async (page) => {
    await signIn(page, 'nurse2');
    await open(page, 'drugs');
    await page.getByText('Chờ người thứ hai ký (1)').waitFor();
    await page.getByRole('button', { name: 'Ký thứ hai: Fentanyl thử 25 mcg' }).click();
    await eventually('signed', async () => (await page.getByText(/Chờ người thứ hai ký/).count()) === 0);
    const [g] = await find(page, `MedicationAdministration?request=MedicationRequest/${dose.order}`);
    equal(g.performer.map((p) => p.function?.coding[0].code ?? 'giver'), ['giver', 'witness'], 'two hands');
    truth(g.performer[0].actor.reference !== g.performer[1].actor.reference, 'of two people');
  });
});

await test('a colleague signs a controlled dose on the spot with a PIN, and nobody else is signed in by that', async () => {
  const dose = await controlledDose(3, 'Fentanyl hai 25 mcg');
  await withPage({}, async (page) => {
    const door = (path, body) => page.evaluate(async ([p, b]) => {
      const response = await fetch(`/auth/${p}`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Ansinh': '1' }, body: JSON.stringify(b) });
      return response.status;
    }, [path, body]);
    equal([await door('sign-in', { name: 'administrator', password: DEMO_PASSWORD }), await door('device', { name: 'Máy tính bảng khoa 1' }), await door('sign-out', {}),
      await door('sign-in', { name: 'nurse2', password: DEMO_PASSWORD }), await door('sign-in', { name: 'nurse', password: DEMO_PASSWORD })], [200, 200, 204, 200, 200], 'a shared tablet');
    await page.reload();
    await page.locator('.an-user-button').waitFor();
    const me = () => page.evaluate(async () => (await fetch('/auth/me')).json());
    const before = await me();
    const second = before.people.find((p) => p.account !== before.account.id);
    await open(page, `drugs?p=${dose.patient}`);
    await page.getByRole('button', { name: 'Đã uống: Fentanyl hai 25 mcg' }).click();
    equal(await page.getByRole('button', { name: `Người ký thứ hai: ${before.account.display}` }).count(), 0, 'not the giver');
    await button(page, `Người ký thứ hai: ${second.display}`).click();
    for (const [digits, wrong] of [['0000', true], ['1942', false]]) {
      for (const d of digits) await page.locator('.an-pad').getByRole('button', { name: d, exact: true }).click();
      if (wrong) {
        await shot(page, 'drugs-second');
        equal(await axe(page), [], 'axe');
      }
      await button(page, 'Ký').click();
      if (wrong) await page.getByText('Số PIN chưa đúng').waitFor();
      if (wrong) equal((await find(page, `MedicationAdministration?request=MedicationRequest/${dose.order}`)).length, 0, 'nothing is recorded before the right PIN');
    }
    await eventually('stored', async () => (await find(page, `MedicationAdministration?request=MedicationRequest/${dose.order}`)).length === 1);
    const [g] = await find(page, `MedicationAdministration?request=MedicationRequest/${dose.order}`);
    equal(g.performer.map((p) => p.function?.coding[0].code ?? 'giver'), ['giver', 'witness'], 'two hands');
    equal([g.performer[0].actor.reference, g.performer[1].actor.display], [before.account.practitioner, second.display], 'whose');
    equal((g.extension ?? []).some((e) => e.url.endsWith('signed-alone')), false, 'not signed alone');
    await page.getByText(`Người ký thứ hai: ${second.display}`).waitFor();
    equal((await me()).account.id, before.account.id, 'still the first one');
  });
});

await test('handing over can be read and worked by everybody (axe, three sizes, two languages, no sideways scrolling)', async () => {
  for (const size of Object.keys(SIZES)) {
    for (const [lang, scheme] of [['vi', 'light'], ['en', 'dark']]) {
      await withPage({ size, lang, scheme }, async (page) => {
        await signIn(page, 'nurse');
        await open(page, 'handover');
        await page.locator('.an-panes-list').waitFor();
        const wide = await tooWide(page);
        truth(wide <= 0, `${size} ${lang}: ${wide} px too wide`);
        await shot(page, `handover-${size}-${lang}`);
        equal(await axe(page), [], `axe at ${size} ${lang}`);
      });
    }
  }
});

await test('with a roster it begins where my last shift ended', () => withPage({}, async (page) => {
  await signIn(page, 'nurse');
  await setDuty(page, { ward: WARD, person: 'demo-staff-11', facility: 'demo-facility', days: [-2] });
  await page.context().clearCookies();
  await page.goto(line.url);
  await page.reload();
  await signIn(page, 'carer');
  await open(page, 'handover');
  await page.getByText(/^Từ \d{2}\/\d{2} 06:00 đến bây giờ \(hết ca trước của bạn theo lịch trực\)$/).waitFor();
}));

await end();
process.exit(finish());
