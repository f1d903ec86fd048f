/* The drug round in a real browser at tablet size: taps counted, two nurses at once, the server killed in the middle.
 *
 *   ANSINH=/path/to/ansinh node drugs.mjs */

import { axe, equal, eventually, fhirAt, finish, shot, SIZES, test, truth } from './harness.mjs';
import { button, stage, tooWide } from './kit/stage.mjs';
import { doses, makeWard, minutes, order, reading, wardDay, wardHour, wardInstant } from './kit/ward.mjs';

/* a tap is a click somebody makes: counted in the page itself, so that none goes by */
const { server, line, withPage, open, end } = await stage('drugs', {
  auth: 'off',
  before: (page) => {
    page.taps = async () => page.evaluate(() => window.anTaps ?? 0);
    return page.addInitScript(() => document.addEventListener('click', (e) => { if (e.isTrusted) window.anTaps = (window.anTaps ?? 0) + 1; }, true));
  },
});
const fhir = fhirAt(server.base);
const now = Date.now();
const due = wardHour(now - minutes(5));
const day = wardDay(now - minutes(5));
const keyOf = (o, time = due, on = day) => `${o.id}/${on}T${time}`;

const openRound = async (page, ward, patient) => {
  await open(page, `ward/${ward.id}/drugs${patient ? `?p=${patient.id}` : ''}`);
  await page.waitForSelector(patient ? '.an-round-who' : '.an-round-list');
};
const given = (page, name) => page.getByRole('button', { name: `Đã uống: ${name}` });
const other = (page, name) => page.getByRole('button', { name: `Khác: ${name}` });
const row = (page, name) => page.locator('.an-dose', { hasText: name });

await test('a dose is given with two taps from the list, and one more on the next card', async () => {
  const { ward, residents: [a, b, c] } = await makeWard(fhir, 'Khoa Một', ['Vừ Thị Mỷ', 'Giàng A Páo', 'Lý Mẩy']);
  const [oa, ob] = [await order(fhir, a, 'Metformin 500 mg', [due]), await order(fhir, b, 'Omeprazol 20 mg', [due])];
  await order(fhir, c, 'Calci 500 mg', [wardHour(now + minutes(100))]);
  await withPage({}, async (page) => {
    await openRound(page, ward);
    await page.reload();
    await page.waitForSelector('.an-round-list');
    equal(await page.locator('.an-round-row').allInnerTexts().then((all) => all.map((x) => x.split('\n')[0])), ['P.1-G1', 'P.1-G2', 'P.1-G3'], 'in the order of the beds');
    await page.getByRole('link', { name: /Vừ Thị Mỷ/ }).click();
    await given(page, 'Metformin 500 mg').click();
    equal(await page.taps(), 2, 'taps for the first dose');
    await eventually('stored', async () => (await doses(fhir, a.patient)).length === 1);
    truth((await page.locator('.an-round-who').innerText()).includes('Sinh năm 1940 · P.1-G1 · Mã …1000'), 'two marks of identity');
    await button(page, 'Tiếp: P.1-G2').click();
    await given(page, 'Omeprazol 20 mg').click();
    equal(await page.taps(), 4, 'taps for two doses');
    await eventually('stored', async () => (await doses(fhir, b.patient)).length === 1);
    await page.getByText('2/2 liều').waitFor();
    await button(page, 'Hết người đến giờ').waitFor();
  });
  const [g] = await doses(fhir, a.patient);
  equal([g.status, g.request.reference, g.subject.reference, g.context.reference],
    ['completed', `MedicationRequest/${oa.id}`, `Patient/${a.patient.id}`, `Encounter/${a.stay.id}`], 'the record');
  equal(g.identifier.find((i) => i.system === 'urn:ansinh:id:dose').value, keyOf(oa), 'the name of the dose');
  equal(g.extension.find((e) => e.url === 'urn:ansinh:extension:scheduled-time').valueDateTime, `${day}T${due}:00+07:00`, 'its time');
  truth(Math.abs(Date.parse(g.effectiveDateTime) - Date.now()) < minutes(5), 'given now');
  equal((await doses(fhir, b.patient))[0].request.reference, `MedicationRequest/${ob.id}`, 'the other one');
});

await test('on a phone every name of the round is read whole, whatever is late', async () => {
  const long = 'Công Tằng Tôn Nữ Nguyễn Thị Huyền Trân Hoàng Phương Quỳnh Anh';
  const { ward, residents } = await makeWard(fhir, 'Khoa Điện thoại', [long, 'QUACH THI HUONG']);
  for (const r of residents) await order(fhir, r, 'Metformin 500 mg', [due, wardHour(now + minutes(20)), wardHour(now + minutes(40))]);
  await withPage({ size: 'phone' }, async (page) => {
    await openRound(page, ward);
    await shot(page, 'drugs-list-phone-vi');
    for (const r of await page.locator('.an-round-row').all()) {
      const [whole, name] = [await r.boundingBox(), await r.locator('.an-person-name').boundingBox()];
      truth(name.width > 0.7 * whole.width, `the name has ${Math.round(name.width)} of ${Math.round(whole.width)} px`);
    }
    equal([await tooWide(page), await axe(page)], [0, []], 'fits, axe');
  });
});

await test('the line went before the round was opened: it has the orders of a moment ago, with their hour; a dose arrives once, also one of an order that was stopped meanwhile: it was given', async () => {
  const { ward, residents: [a, b] } = await makeWard(fhir, 'Khoa Đêm', ['Vừ Thị Mỷ', 'Giàng A Páo']);
  await order(fhir, a, 'Metformin 500 mg', [due]);
  const stopped = await order(fhir, b, 'Omeprazol 20 mg', [due]);
  await withPage({}, async (page) => {
    await open(page, `ward/${ward.id}`);
    await page.getByRole('link', { name: 'Phát thuốc', exact: true }).waitFor();
    await eventually('asked for beforehand, quietly', async () => line.requests.some((r) => r.url.includes('$stock')), 20_000);
    await eventually('its code too', () => page.evaluate(() => performance.getEntriesByType('resource').filter((e) => /\/Round-[^/]*\.js$/.test(e.name)).length > 1));
    await page.waitForTimeout(500);
    line.mode = 'gone';
    await page.getByRole('link', { name: 'Phát thuốc', exact: true }).click();
    await page.getByText(/^Mất kết nối\. Số liệu lúc \d.*Y lệnh kê, đổi hoặc ngừng sau giờ đó chưa thấy ở đây\.$/).waitFor();
    await shot(page, 'drugs-opened-without-line');
    equal(await axe(page), [], 'axe');
    await fhir.put({ ...(await fhir.get(`MedicationRequest/${stopped.id}`)), status: 'stopped' });
    for (const [r, name] of [[a, 'Metformin 500 mg'], [b, 'Omeprazol 20 mg']]) {
      await page.evaluate(([w, p]) => { window.location.hash = `#/ward/${w}/drugs?p=${p}`; }, [ward.id, r.patient.id]);
      await given(page, name).click();
      await row(page, name).getByText(/chờ gửi/).waitFor();
    }
    equal([await doses(fhir, a.patient), await doses(fhir, b.patient)].map((x) => x.length), [0, 0], 'nothing has arrived');
    line.mode = 'pass';
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await eventually('it arrived', async () => (await doses(fhir, a.patient)).length === 1, 40_000);
    await page.getByText(/^Mất kết nối/).waitFor({ state: 'detached' });
    equal((await doses(fhir, a.patient)).length, 1, 'once');
    await page.getByText('Đã ghi trước đó, 2 ngày (1)').waitFor(); /* the order has left the round, the dose has not: dose-after-stop.json tells of it */
    equal((await doses(fhir, b.patient)).map((d) => d.status), ['completed'], 'what was given is written');
  });
});

await test('what is not given carries its reason; "other" asks for words; nothing is given early by one slip', async () => {
  const { ward, residents: [a] } = await makeWard(fhir, 'Khoa Hai', ['Vừ Thị Mỷ']);
  for (const n of ['Thuốc A', 'Thuốc B', 'Thuốc C', 'Thuốc D', 'Thuốc E']) await order(fhir, a, n, [due]);
  await order(fhir, a, 'Thuốc muộn', [wardHour(now + minutes(90))]);
  await withPage({}, async (page) => {
    await openRound(page, ward, a.patient);
    for (const [n, why] of [['Thuốc A', 'Từ chối'], ['Thuốc B', 'Giữ lại'], ['Thuốc C', 'Vắng'], ['Thuốc D', 'Nôn']]) {
      await other(page, n).click();
      await row(page, n).getByRole('button', { name: why, exact: true }).click();
    }
    await other(page, 'Thuốc E').click();
    await button(page, 'Lý do khác').click();
    await page.getByText('Ghi rõ lý do rồi bấm lại.').waitFor();
    await page.getByRole('textbox', { name: 'Ghi rõ lý do' }).fill('Hết thuốc trong tủ');
    await button(page, 'Lý do khác').click();
    await eventually('all stored', async () => (await doses(fhir, a.patient)).length === 5);
    equal(await given(page, 'Thuốc muộn').count(), 0, 'buttons for a dose that is not due');
  });
  const all = (await doses(fhir, a.patient)).map((g) => [g.medicationCodeableConcept.text, g.status, g.statusReason[0].coding[0].code, g.statusReason[0].text]).sort();
  equal(all, [
    ['Thuốc A', 'not-done', 'refused', 'Từ chối'], ['Thuốc B', 'not-done', 'withheld', 'Giữ lại'], ['Thuốc C', 'not-done', 'absent', 'Vắng'],
    ['Thuốc D', 'not-done', 'vomited', 'Nôn'], ['Thuốc E', 'not-done', 'other', 'Hết thuốc trong tủ'],
  ], 'reasons');
});

await test('a hold rule, an allergy and a look-alike name are shown before the tap', async () => {
  const { ward, residents: [a, b] } = await makeWard(fhir, 'Khoa Ba', ['Vừ Thị Mỷ', 'Giàng A Páo']);
  for (const n of ['Digoxin 0,25 mg', 'Amoxicilin 500 mg', 'Hydroxyzin 25 mg']) await order(fhir, a, n, [due]);
  await order(fhir, b, 'Hydralazin 25 mg', [due]);
  await reading(fhir, a, '8867-4', 52, '/min', now - minutes(30));
  await fhir.create({ resourceType: 'AllergyIntolerance', patient: { reference: `Patient/${a.patient.id}` }, code: { text: 'Penicillin' } });
  await withPage({}, async (page) => {
    await openRound(page, ward, a.patient);
    await page.locator('.an-round-who').getByText('Dị ứng: Penicillin').waitFor();
    await row(page, 'Digoxin').getByText(/Mạch 52 lần\/phút lúc .* dưới 60/).waitFor();
    await row(page, 'Digoxin').getByText('chờ bác sĩ').waitFor();
    await row(page, 'Amoxicilin').getByText('Dừng lại: hồ sơ ghi dị ứng Penicillin.').waitFor();
    await row(page, 'Hydroxyzin').getByText('Tên dễ nhầm với Hydralazin 25 mg').waitFor();
    equal([await given(page, 'Digoxin 0,25 mg').count(), await given(page, 'Amoxicilin 500 mg').count(), await given(page, 'Hydroxyzin 25 mg').count()],
      [0, 0, 1], 'a big "given" only where nothing stands against it');
    await shot(page, 'drugs-warnings');
    await row(page, 'Digoxin').getByRole('button', { name: /^Giữ lại/ }).click();
    await other(page, 'Amoxicilin 500 mg').click();
    await button(page, 'Vẫn cho uống').click();
    await button(page, 'Bác sĩ đã xem và đồng ý').click();
    await eventually('stored', async () => (await doses(fhir, a.patient)).length === 2);
  });
  const by = Object.fromEntries((await doses(fhir, a.patient)).map((g) => [g.medicationCodeableConcept.text, g]));
  truth(by['Digoxin 0,25 mg'].statusReason[0].text.includes('52'), 'withheld says why');
  equal(by['Amoxicilin 500 mg'].extension.find((e) => e.url.endsWith('given-despite')).valueString, 'Bác sĩ đã xem và đồng ý', 'given all the same says why');
});

await test('undo within seconds strikes through, and the dose can be given again', async () => {
  const { ward, residents: [a] } = await makeWard(fhir, 'Khoa Bốn', ['Vừ Thị Mỷ']);
  const o = await order(fhir, a, 'Metformin 500 mg', [due]);
  await withPage({}, async (page) => {
    await openRound(page, ward, a.patient);
    await given(page, 'Metformin 500 mg').click();
    await eventually('stored', async () => (await doses(fhir, a.patient)).length === 1);
    await button(page, 'Hoàn tác').click();
    await eventually('struck through', async () => (await doses(fhir, a.patient))[0].status === 'entered-in-error');
    await given(page, 'Metformin 500 mg').click();
    await eventually('given again', async () => (await doses(fhir, a.patient)).length === 2);
    await page.getByText('1/1 liều').waitFor();
  });
  const all = await doses(fhir, a.patient);
  equal(all.map((g) => g.status).sort(), ['completed', 'entered-in-error'], 'nothing deleted');
  equal(all.every((g) => g.identifier.some((i) => i.value === keyOf(o))), true, 'both of the same dose');
  equal(all.find((g) => g.status === 'entered-in-error').statusReason.at(-1).coding[0].code, 'undone', 'with the reason');
});

await test('two nurses give one dose at once: one is stored, the other is told by whom and when', async () => {
  const { ward, residents: [a] } = await makeWard(fhir, 'Khoa Năm', ['Vừ Thị Mỷ']);
  await order(fhir, a, 'Metformin 500 mg', [due]);
  await withPage({}, async (one) => withPage({}, async (two) => {
    await Promise.all([openRound(one, ward, a.patient), openRound(two, ward, a.patient)]);
    await Promise.all([given(one, 'Metformin 500 mg').click(), given(two, 'Metformin 500 mg').click()]);
    const told = async (page) => page.getByText('Lần bấm này không ghi.').count();
    await eventually('one is told', async () => (await told(one)) + (await told(two)) === 1);
    await eventually('the other sees it done', async () => (await one.getByText(/^Đã uống \d/).count()) + (await two.getByText(/^Đã uống \d/).count()) >= 1);
    equal((await doses(fhir, a.patient)).length, 1, 'stored');
    const second = (await told(one)) === 1 ? one : two;
    await shot(second, 'drugs-taken');
    await button(second, 'Đã hiểu').click();
    await second.getByText(/^Đã uống \d/).waitFor();
    equal((await doses(fhir, a.patient)).length, 1, 'still one');
  }));
});

await test('the server is killed in the middle of a round: every tap is stored once, with its own time', async () => {
  const { ward, residents } = await makeWard(fhir, 'Khoa Sáu', ['Một Thị A', 'Hai Thị B', 'Ba Thị C', 'Bốn Thị D']);
  for (const r of residents) await order(fhir, r, 'Metformin 500 mg', [due]);
  await withPage({}, async (page) => {
    await openRound(page, ward, residents[0].patient);
    await given(page, 'Metformin 500 mg').click();
    await eventually('the first is stored', async () => (await doses(fhir, residents[0].patient)).length === 1);
    await server.crash();
    const tapped = Date.now();
    for (let i = 1; i < 4; i += 1) {
      await button(page, `Tiếp: P.1-G${i + 1}`).click();
      await given(page, 'Metformin 500 mg').click();
      await page.getByText(/^Đã uống \d/).waitFor();
    }
    await page.getByText('Còn 3 việc chưa gửi').waitFor();
    await page.getByText('chờ gửi').waitFor();
    await page.getByText('4/4 liều').waitFor();
    await shot(page, 'drugs-waiting');
    await new Promise((done) => { setTimeout(done, 2500); });
    await server.again();
    await eventually('all stored', async () => (await Promise.all(residents.map((r) => doses(fhir, r.patient)))).every((all) => all.length === 1), 45_000);
    await eventually('nothing waits', async () => (await page.getByText(/việc chưa gửi/).count()) === 0);
    for (const r of residents.slice(1)) {
      const [g] = await doses(fhir, r.patient);
      truth(Date.parse(g.effectiveDateTime) <= tapped + 20_000 && Date.parse(g.meta.lastUpdated) > Date.parse(g.effectiveDateTime), 'its own time beside the time received');
    }
    await page.reload();
    await page.getByText('4/4 liều').waitFor();
  });
});

await test('what was tapped survives closing the page; an answer lost on the way is not a second dose', async () => {
  const { ward, residents: [a] } = await makeWard(fhir, 'Khoa Bảy', ['Vừ Thị Mỷ']);
  await order(fhir, a, 'Metformin 500 mg', [due]);
  await order(fhir, a, 'Omeprazol 20 mg', [due]);
  await withPage({}, async (page) => {
    await openRound(page, ward, a.patient);
    line.mode = 'lose';
    await given(page, 'Metformin 500 mg').click();
    await eventually('arrived', async () => (await doses(fhir, a.patient)).length === 1);
    line.mode = 'gone';
    await given(page, 'Omeprazol 20 mg').click();
    await page.getByText('Còn 2 việc chưa gửi').waitFor();
    const context = page.context();
    await page.close();
    line.mode = 'pass';
    const again = await context.newPage();
    await again.goto(`${line.url}/#/ward/${ward.id}/drugs`);
    await eventually('both stored once', async () => (await doses(fhir, a.patient)).length === 2);
    await again.getByText('2/2 liều').waitFor();
    equal((await doses(fhir, a.patient)).map((g) => g.status), ['completed', 'completed'], 'given');
  });
});

await test('a person who has left is refused in words', async () => {
  const { ward, residents: [a] } = await makeWard(fhir, 'Khoa Tám', ['Vừ Thị Mỷ']);
  await order(fhir, a, 'Metformin 500 mg', [due]);
  await withPage({}, async (page) => {
    await openRound(page, ward, a.patient);
    await fhir.put({ ...a.stay, status: 'finished', period: { ...a.stay.period, end: wardInstant(Date.now() - minutes(10)) } });
    await given(page, 'Metformin 500 mg').click();
    await page.getByText('Không ghi: người này đã ra khỏi cơ sở trước giờ cho thuốc.').waitFor();
    equal((await doses(fhir, a.patient)).length, 0, 'stored');
    await shot(page, 'drugs-left');
  });
});

await test('an as-needed medicine keeps its interval and asks for its effect', async () => {
  const { ward, residents: [a] } = await makeWard(fhir, 'Khoa Chín', ['Vừ Thị Mỷ']);
  const limits = {
    asNeededBoolean: true, timing: { repeat: { frequency: 1, period: 6, periodUnit: 'h' } },
    maxDosePerPeriod: { numerator: { value: 4, unit: 'viên' }, denominator: { value: 1, unit: 'ngày', code: 'd' } },
  };
  const o = await order(fhir, a, 'Paracetamol 500 mg', [], {}, limits);
  const p = await order(fhir, a, 'Bisacodyl 5 mg', [], {}, limits);
  const before = now - minutes(60);
  await fhir.create({
    resourceType: 'MedicationAdministration', status: 'completed', medicationCodeableConcept: { text: 'Bisacodyl 5 mg' },
    subject: { reference: `Patient/${a.patient.id}` }, request: { reference: `MedicationRequest/${p.id}` }, effectiveDateTime: wardInstant(before),
    identifier: [{ system: 'urn:ansinh:id:dose', value: `${p.id}/${wardDay(before)}#1` }], dosage: { dose: { value: 1, unit: 'viên' } },
  });
  await withPage({}, async (page) => {
    await openRound(page, ward, a.patient);
    await row(page, 'Bisacodyl').getByText('Chưa được: cần đủ khoảng cách').waitFor();
    equal(await page.getByRole('button', { name: 'Cho uống: Bisacodyl 5 mg' }).count(), 0, 'too early');
    await button(page, 'Đỡ nhiều').click();
    await eventually('effect stored', async () => (await fhir.find(`Observation?patient=${a.patient.id}&code=urn:ansinh:care|prn-effect`)).length === 1);
    await row(page, 'Paracetamol').getByText('còn được 4 trong 24 giờ').waitFor();
    await page.getByRole('button', { name: 'Cho uống: Paracetamol 500 mg' }).click();
    await eventually('given', async () => (await doses(fhir, a.patient)).length === 2);
    await row(page, 'Paracetamol').getByText('Chưa được: cần đủ khoảng cách').waitFor();
  });
  const mine = (await doses(fhir, a.patient)).find((g) => g.request.reference.endsWith(o.id));
  equal(mine.identifier.find((i) => i.system === 'urn:ansinh:id:dose').value, `${o.id}/${wardDay(Date.parse(mine.effectiveDateTime))}#1`, 'the first of the day');
});

await test('an as-needed medicine without a least time between two asks before it is given again within the hour', async () => {
  const { ward, residents: [a] } = await makeWard(fhir, 'Khoa Chín B', ['Vừ Thị Mỷ']);
  const o = await order(fhir, a, 'Salbutamol 100 µg', [], {}, { asNeededBoolean: true, maxDosePerPeriod: { numerator: { value: 4, unit: 'viên' }, denominator: { value: 1, code: 'd' } } });
  const at = now - minutes(3);
  await fhir.create({
    resourceType: 'MedicationAdministration', status: 'completed', medicationCodeableConcept: { text: 'Salbutamol 100 µg' }, subject: { reference: `Patient/${a.patient.id}` },
    request: { reference: `MedicationRequest/${o.id}` }, effectiveDateTime: wardInstant(at), identifier: [{ system: 'urn:ansinh:id:dose', value: `${o.id}/${wardDay(at)}#1` }],
    dosage: { dose: { value: 1, unit: 'viên' } },
  });
  await withPage({}, async (page) => {
    await openRound(page, ward, a.patient);
    await row(page, 'Salbutamol').getByText(/^Liều trước mới cho lúc \d/).waitFor();
    await page.getByRole('button', { name: 'Cho uống: Salbutamol 100 µg' }).click();
    await page.getByText('Vì sao vẫn cho?').waitFor();
    equal((await doses(fhir, a.patient)).length, 1, 'one tap gives nothing');
    await shot(page, 'drugs-prn-soon');
    equal(await axe(page), [], 'axe');
    await button(page, 'Đã xem lại, vẫn cần thêm').click();
    await eventually('given', async () => (await doses(fhir, a.patient)).length === 2);
  });
  const why = (await doses(fhir, a.patient)).flatMap((g) => (g.extension ?? []).filter((e) => e.url.endsWith('given-despite'))).map((e) => e.valueString);
  equal(why, ['Đã xem lại, vẫn cần thêm'], 'with its reason');
});

await test('a controlled medicine with one signature says why, and waits for the second', async () => {
  const { ward, residents: [a] } = await makeWard(fhir, 'Khoa Mười', ['Vừ Thị Mỷ']);
  await order(fhir, a, 'Morphin 10 mg', [due], { extension: [{ url: 'urn:ansinh:extension:controlled', valueBoolean: true }] });
  await withPage({}, async (page) => {
    await openRound(page, ward, a.patient);
    await given(page, 'Morphin 10 mg').click();
    equal((await doses(fhir, a.patient)).length, 0, 'nothing is stored before the question is answered');
    await button(page, 'Khẩn cấp: một mình, ký bù sau').click();
    await eventually('stored', async () => (await doses(fhir, a.patient)).length === 1);
    await page.getByText('Chờ người thứ hai ký').waitFor();
    await page.getByRole('link', { name: 'Danh sách' }).click();
    await page.getByText('Chờ người thứ hai ký (1)').waitFor();
  });
  equal((await doses(fhir, a.patient))[0].extension.find((e) => e.url.endsWith('signed-alone')).valueString, 'Khẩn cấp: một mình, ký bù sau', 'the reason');
});

await test('the round can be read and worked by everybody (axe, three sizes, two languages, no sideways scrolling)', async () => {
  const { ward, residents: [a, b] } = await makeWard(fhir, 'Khoa Mười Một', ['Nguyễn Thị Ngọc Phượng Hoàng', 'Giàng A Páo']);
  for (const n of ['Digoxin 0,25 mg', 'Amoxicilin + acid clavulanic 500 mg/125 mg', 'Hydroxyzin 25 mg']) await order(fhir, a, n, [due]);
  await order(fhir, a, 'Paracetamol 500 mg', [], {}, { asNeededBoolean: true });
  await order(fhir, b, 'Hydralazin 25 mg', [due]);
  await reading(fhir, a, '8867-4', 52, '/min', now - minutes(30));
  await fhir.create({ resourceType: 'AllergyIntolerance', patient: { reference: `Patient/${a.patient.id}` }, code: { text: 'Penicillin' } });
  for (const size of Object.keys(SIZES)) {
    for (const [lang, scheme] of [['vi', 'light'], ['en', 'dark']]) {
      for (const patient of [undefined, a.patient]) {
        await withPage({ size, lang, scheme }, async (page) => {
          await openRound(page, ward, patient);
          const wide = await tooWide(page);
          truth(wide <= 0, `${size} ${lang}: ${wide} px too wide`);
          await shot(page, `drugs-${patient ? 'card' : 'list'}-${size}-${lang}`);
          equal(await axe(page), [], `axe at ${size} ${lang}`);
        });
      }
    }
  }
});

await end();
process.exit(finish());
