/* Orders for medicines, sign-in on, in a demo ward: prescribing with stops for allergy and duplicate, a change that replaces, a prescription
 * from outside with its photo and the second check before the first dose, the depot calendar, coming back from hospital.
 *
 *   ANSINH=/path/to/ansinh node prescribe.mjs */

import { axe, equal, finish, shot, SIZES, test } from './harness.mjs';
import { button, card, fhir, find, signIn, stage, tooWide } from './kit/stage.mjs';
import { wardDay, wardHour, wardInstant } from './kit/ward.mjs';

SIZES.tablet = { width: 820, height: 1180 };
SIZES.desktop = { width: 1280, height: 900 };
const { withPage, open, end } = await stage('prescribe', { demo: ['--facilities', '1', '--residents', '12', '--days', '2'] });

/* The person in a bed of the ward, by its number. */
const inBed = async (page, n) => {
  const [stay] = await find(page, `Encounter?status=in-progress&location=Location/demo-bed-1-${n}`);
  return { id: stay.subject.reference.split('/')[1], stay: stay.id };
};
const orderNamed = async (page, patient, text) => (await find(page, `MedicationRequest?patient=${patient}&_count=100`)).filter((o) => o.medicationCodeableConcept?.text === text);

await test('an order is stopped by an allergy and by the same substance, and goes in with its reason', () => withPage({}, async (page) => {
  await signIn(page, 'doctor');
  const { id } = await inBed(page, 3);
  await fhir(page, 'POST', 'AllergyIntolerance', { resourceType: 'AllergyIntolerance', patient: { reference: `Patient/${id}` }, code: { text: 'Penicilin' }, reaction: [{ manifestation: [{ text: 'phù mặt' }] }] });
  await open(page, `person/${id}/medicines`);
  await button(page, 'Kê thuốc').click();
  const form = card(page, 'Kê thuốc');
  await form.getByLabel('Tên thuốc, hàm lượng').fill('Amoxicillin 500 mg');
  await form.getByText('Người này dị ứng với thuốc này').waitFor();
  await form.getByText('phù mặt').waitFor();
  await form.getByLabel('Mỗi lần').fill('1');
  await form.getByLabel('Đơn vị (viên, ml…)').fill('viên');
  await form.getByLabel('Số ngày').fill('7');
  await form.getByRole('button', { name: 'uống', exact: true }).click();
  await form.getByRole('button', { name: '07:30', exact: true }).click();
  await form.getByRole('button', { name: '20:00', exact: true }).click();
  await button(page, 'Kê đơn này').click();
  await form.getByText('Lý do vẫn kê').waitFor();
  equal((await orderNamed(page, id, 'Amoxicillin 500 mg')).length, 0, 'not without a reason');
  await shot(page, 'prescribe-allergy');
  await form.getByLabel('Vẫn kê vì').fill('Đã thử phản ứng âm tính');
  await button(page, 'Kê đơn này').click();
  await card(page, 'Thuốc đang dùng').getByText('Amoxicillin 500 mg').waitFor();
  const [order] = await orderNamed(page, id, 'Amoxicillin 500 mg');
  equal([order.extension[0].valueString, order.dosageInstruction[0].timing.repeat.timeOfDay, order.requester.reference.startsWith('Practitioner/')], ['Đã thử phản ứng âm tính', ['07:30:00', '20:00:00'], true], 'why, when, who');
  await card(page, 'Thuốc đang dùng').getByText('còn 7 ngày').waitFor();
  /* once more the same substance, in another spelling */
  await button(page, 'Kê thuốc').click();
  await form.getByLabel('Tên thuốc, hàm lượng').fill('Amoxycilin 250 mg');
  await form.getByText('Amoxicillin 500 mg: uống').waitFor();
  await button(page, 'Thôi').click();
  /* a change replaces */
  await button(page, 'Đổi: Amoxicillin 500 mg').click();
  const change = card(page, 'Đổi');
  equal(await change.getByLabel('Mỗi lần').inputValue(), '1', 'what stands is in the form');
  await change.getByLabel('Mỗi lần').fill('0,5');
  await change.getByLabel('Vẫn kê vì').fill('Như trên');
  await change.getByLabel('Vì sao').fill('Chức năng thận giảm');
  await button(page, 'Kê đơn này').click();
  await card(page, 'Thuốc đang dùng').getByText('0,5 viên').waitFor();
  const both = await orderNamed(page, id, 'Amoxicillin 500 mg');
  const [now, was] = [both.find((o) => o.status === 'active'), both.find((o) => o.status === 'stopped')];
  equal([now.priorPrescription.reference, was.statusReason.text, was.id], [`MedicationRequest/${order.id}`, 'Chức năng thận giảm', order.id], 'linked');
  /* by hand, an order that stands is not rewritten */
  const rewritten = await fhir(page, 'PUT', `MedicationRequest/${now.id}`, { ...now, dosageInstruction: [{ text: '9 viên' }] }, { 'If-Match': `W/"${now.meta.versionId}"` });
  equal([rewritten.status, rewritten.body.issue[0].code], [422, 'business-rule'], 'the server refuses');
}));

await test('an order half typed outlives a reload, and another form asks before it is let go of; as needed it keeps its hours apart', () => withPage({}, async (page) => {
  await signIn(page, 'doctor');
  const { id } = await inBed(page, 5);
  await open(page, `person/${id}/medicines`);
  await button(page, 'Kê thuốc').click();
  const form = card(page, 'Kê thuốc');
  await form.getByLabel('Tên thuốc, hàm lượng').fill('Ibuprofen 200 mg');
  await form.getByLabel('Mỗi lần').fill('1');
  await form.getByLabel('Đơn vị (viên, ml…)').fill('viên');
  await form.getByLabel('Dùng khi cần').check();
  await form.getByLabel('Cách nhau ít nhất mấy giờ').fill('8');
  await page.reload();
  await form.getByLabel('Tên thuốc, hàm lượng').waitFor();
  equal([await form.getByLabel('Tên thuốc, hàm lượng').inputValue(), await form.getByLabel('Cách nhau ít nhất mấy giờ').inputValue()], ['Ibuprofen 200 mg', '8'], 'after a reload');
  await button(page, 'Chép đơn bên ngoài').click();
  await page.getByRole('dialog', { name: 'Đang ghi dở: Ibuprofen 200 mg' }).waitFor();
  await shot(page, 'prescribe-half-typed');
  equal(await axe(page), [], 'axe');
  await button(page, 'Ghi tiếp').click();
  await form.getByRole('button', { name: 'uống', exact: true }).click();
  await form.getByLabel('Nhiều nhất mấy lần một ngày').fill('3');
  await button(page, 'Kê đơn này').click();
  await card(page, 'Thuốc đang dùng').getByText('cách nhau ít nhất 8 giờ').waitFor();
  const [{ dosageInstruction: [d] }] = await orderNamed(page, id, 'Ibuprofen 200 mg');
  equal([d.asNeededBoolean, d.timing.repeat.period, d.timing.repeat.periodUnit, d.maxDosePerPeriod.numerator.value], [true, 8, 'h', 3], 'as the round reads it');
  /* a change that is let go of */
  await button(page, 'Đổi: Ibuprofen 200 mg').click();
  equal(await card(page, 'Đổi').getByLabel('Cách nhau ít nhất mấy giờ').inputValue(), '8', 'a change begins with it');
  await card(page, 'Đổi').getByLabel('Vì sao').fill('đau dạ dày');
  await page.reload();
  equal(await card(page, 'Đổi').getByLabel('Vì sao').inputValue(), 'đau dạ dày', 'and is still a change');
  await button(page, 'Kê thuốc').click();
  await button(page, 'Bỏ phần đang ghi').click();
  equal(await form.getByLabel('Tên thuốc, hàm lượng').inputValue(), '', 'a new one is empty');
  await page.reload();
  await card(page, 'Thuốc đang dùng').waitFor();
  equal(await form.count(), 0, 'nothing is kept of what was let go of');
}));

/* A picture that a browser can decode: 1 x 1. */
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64');
const due = () => wardHour(Date.now() - 60_000);
let copied;
/* The form of a copy, with its prescriber and the day of yesterday. */
async function copying(page, who, prescriber) {
  await open(page, `person/${who}/medicines`);
  await button(page, 'Chép đơn bên ngoài').click();
  const form = card(page, 'Chép đơn bên ngoài');
  await form.getByLabel('Bác sĩ kê, nơi kê').fill(prescriber);
  await form.getByLabel('Ngày trên giấy').fill(wardDay(Date.now() - 86_400_000));
  return form;
}
const fill = async (form, medicine) => {
  await form.getByLabel('Tên thuốc, hàm lượng').fill(medicine);
  await form.getByLabel('Mỗi lần').fill('1');
  await form.getByLabel('Đơn vị (viên, ml…)').fill('viên');
  await form.getByRole('button', { name: 'uống', exact: true }).click();
  await form.getByRole('button', { name: '07:30', exact: true }).click();
};

await test('a prescription from outside: copied with its photo, not given before a second person has compared it', async () => {
  await withPage({}, async (page) => {
    await signIn(page, 'nurse');
    const { id } = await inBed(page, 5);
    await open(page, `person/${id}/medicines`);
    equal(await button(page, 'Kê thuốc').count(), 0, 'a nurse prescribes nothing');
    await button(page, 'Chép đơn bên ngoài').click();
    const form = card(page, 'Chép đơn bên ngoài');
    await form.getByLabel('Bác sĩ kê, nơi kê').fill('BS Lê Văn Ngoài');
    await form.getByLabel('Ngày trên giấy').fill(wardDay(Date.now() - 86_400_000));
    await form.getByLabel('Ảnh chụp đơn').setInputFiles({ name: 'x.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not a picture') });
    await form.getByText('Tệp này không phải ảnh.').waitFor();
    await form.getByLabel('Ảnh chụp đơn').setInputFiles({ name: 'don.png', mimeType: 'image/png', buffer: PNG });
    await form.getByRole('img', { name: 'Ảnh đơn thuốc bên ngoài' }).waitFor();
    await form.getByLabel('Tên thuốc, hàm lượng').fill('Fluconazol 150 mg');
    await form.getByLabel('Mỗi lần').fill('1');
    await form.getByLabel('Đơn vị (viên, ml…)').fill('viên');
    await form.getByRole('button', { name: 'uống', exact: true }).click();
    await form.getByLabel('Giờ khác').fill(due());
    await button(page, 'Thêm giờ').click();
    await button(page, 'Lưu bản chép').click();
    await page.getByText('Chưa có người thứ hai đối chiếu').waitFor();
    await page.getByText(/Đơn bên ngoài của BS Lê Văn Ngoài/).waitFor();
    equal(await button(page, 'Tôi đã đối chiếu với giấy, đúng').count(), 0, 'not by who copied it');
    await shot(page, 'prescribe-copied');
    const [order] = await orderNamed(page, id, 'Fluconazol 150 mg');
    equal([order.requester, order.recorder.reference.startsWith('Practitioner/')], [{ display: 'BS Lê Văn Ngoài' }, true], 'the transcriber is not the prescriber');
    const [photo] = await find(page, `DocumentReference?_id=${order.supportingInformation[0].reference.split('/')[1]}`);
    equal([photo.content[0].attachment.contentType, photo.content[0].attachment.data.length > 100], ['image/jpeg', true], 'the photo');
    /* nobody gives it: not the round, not by hand */
    await open(page, `ward/demo-ward/drugs?p=${id}`);
    await page.getByText(/chưa có người thứ hai đối chiếu, chưa được cho: Fluconazol/).waitFor();
    const dose = { resourceType: 'MedicationAdministration', status: 'completed', medicationCodeableConcept: { text: 'Fluconazol 150 mg' }, subject: { reference: `Patient/${id}` }, effectiveDateTime: wardInstant(Date.now()), request: { reference: `MedicationRequest/${order.id}` } };
    const early = await fhir(page, 'POST', 'MedicationAdministration', dose);
    equal([early.status, early.body.issue[0].expression[0]], [422, 'MedicationAdministration.request'], 'the server refuses');
    copied = { id, order: order.id };
  });
  await withPage({}, async (page) => {
    await signIn(page, 'nurse2');
    await open(page, `person/${copied.id}/medicines`);
    await button(page, 'Xem ảnh đơn').click();
    const paper = page.getByRole('img', { name: 'Ảnh đơn thuốc bên ngoài' });
    await paper.waitFor();
    equal(await paper.evaluate((i) => i.naturalWidth > 0), true, 'the photo is there to compare with');
    await button(page, 'Tôi đã đối chiếu với giấy, đúng').click();
    await page.getByText(/đối chiếu: Điều dưỡng/).waitFor();
    await open(page, `ward/demo-ward/drugs?p=${copied.id}`);
    await page.getByText('Fluconazol 150 mg').first().waitFor();
    equal(await page.getByText(/chưa được cho: Fluconazol/).count(), 0, 'now it may be given');
    const row = page.locator('.an-dose', { hasText: 'Fluconazol' }).first();
    await row.getByRole('button').first().click();
    const deadline = Date.now() + 20_000;
    let given = [];
    while (given.length === 0 && Date.now() < deadline) given = await find(page, `MedicationAdministration?request=MedicationRequest/${copied.order}`).catch(() => []);
    equal(given.map((g) => g.status), ['completed'], 'the first dose');
  });
});

await test('the second line of a paper asks for neither prescriber, day nor photo again', () => withPage({}, async (page) => {
  await signIn(page, 'nurse');
  const { id } = await inBed(page, 9);
  const form = await copying(page, id, 'BS Nhiều Dòng');
  await form.getByLabel('Ảnh chụp đơn').setInputFiles({ name: 'don.png', mimeType: 'image/png', buffer: PNG });
  await form.getByRole('img', { name: 'Ảnh đơn thuốc bên ngoài' }).waitFor();
  const line = async (medicine, amount, last) => {
    await form.getByLabel('Tên thuốc, hàm lượng').fill(medicine);
    await form.getByLabel('Mỗi lần').fill(amount);
    await form.getByLabel('Đơn vị (viên, ml…)').fill('viên');
    await form.getByRole('button', { name: 'uống', exact: true }).click();
    await form.getByRole('button', { name: '07:30', exact: true }).click();
    await button(page, last ? 'Lưu bản chép' : 'Lưu, chép dòng tiếp').click();
  };
  await line('Bisoprolol 2,5 mg', '1/2', false);
  await form.getByText('Đã chép 1 dòng của đơn này').waitFor();
  equal([await form.getByLabel('Tên thuốc, hàm lượng').inputValue(), await form.getByLabel('Mỗi lần').inputValue(), await form.getByRole('button', { name: '07:30', exact: true }).getAttribute('aria-pressed')], ['', '', 'false'], 'nothing of the line before');
  await shot(page, 'prescribe-next-line');
  equal(await axe(page), [], 'axe, the next line');
  await line('Rosuvastatin 10 mg', '1', false);
  await form.getByText('Đã chép 2 dòng của đơn này').waitFor();
  await line('Clopidogrel 75 mg', '1', true);
  await form.waitFor({ state: 'detached' });
  const made = (await Promise.all(['Bisoprolol 2,5 mg', 'Rosuvastatin 10 mg', 'Clopidogrel 75 mg'].map((m) => orderNamed(page, id, m)))).flat();
  equal(made.map((o) => [o.requester.display, o.dosageInstruction[0].doseAndRate[0].doseQuantity.value]), [['BS Nhiều Dòng', 0.5], ['BS Nhiều Dòng', 1], ['BS Nhiều Dòng', 1]], 'three orders of one paper');
  equal(new Set(made.map((o) => o.supportingInformation[0].reference)).size, 1, 'one photo');
}));

await test('a copy of what is taken already replaces it, when a prescriber has compared it; a wrong copy is copied again, or dropped', async () => {
  let who;
  const name = 'Perindopril 8 mg';
  const check = 'Đúng như giấy, ngừng Perindopril 4 mg, viên';
  await withPage({}, async (page) => {
    await signIn(page, 'nurse');
    who = (await inBed(page, 11)).id;
  });
  await withPage({}, async (page) => {
    await signIn(page, 'doctor');
    await open(page, `person/${who}/medicines`);
    await button(page, 'Kê thuốc').click();
    const form = card(page, 'Kê thuốc');
    await fill(form, 'Perindopril 4 mg, viên');
    await button(page, 'Kê đơn này').click();
    await form.waitFor({ state: 'detached' });
  });
  await withPage({}, async (page) => {
    await signIn(page, 'nurse');
    const form = await copying(page, who, 'BS Lê Văn Ngoài');
    await fill(form, 'Perindopril 80 mg');
    await button(page, 'Thay: Perindopril 4 mg, viên').click();
    await form.getByText(/Thuốc đang dùng vẫn cho như cũ/).waitFor();
    equal([await form.getByText('Đang có thuốc cùng hoạt chất').count(), await form.getByLabel('Vẫn kê vì').count()], [0, 0], 'no reason is asked for');
    await shot(page, 'prescribe-replaces');
    equal(await axe(page), [], 'axe, what is replaced');
    await button(page, 'Lưu bản chép').click();
    await form.waitFor({ state: 'detached' });
    /* it was 8, not 80 */
    await button(page, 'Sửa bản chép: Perindopril 80 mg').click();
    const again = card(page, 'Sửa bản chép');
    equal([await again.getByLabel('Bác sĩ kê, nơi kê').inputValue(), await again.getByLabel('Mỗi lần').inputValue()], ['BS Lê Văn Ngoài', '1'], 'what was copied stands in the form');
    await again.getByLabel('Tên thuốc, hàm lượng').fill(name);
    await button(page, 'Lưu bản chép').click();
    await again.waitFor({ state: 'detached' });
    equal((await orderNamed(page, who, 'Perindopril 80 mg')).map((o) => [o.status, o.statusReason.text]), [['entered-in-error', 'Chép sai, Điều dưỡng Đào Thị Ánh chép lại']], 'the wrong one is struck');
  });
  await withPage({}, async (page) => {
    await signIn(page, 'nurse2');
    await open(page, `person/${who}/medicines`);
    await page.getByText('Bác sĩ hoặc y sĩ đối chiếu, vì bản chép thay thuốc đang dùng').waitFor();
    equal([await button(page, check).count(), await button(page, 'Tôi đã đối chiếu với giấy, đúng').count()], [0, 0], 'a nurse ends no order');
  });
  await withPage({}, async (page) => {
    await signIn(page, 'doctor');
    await open(page, `person/${who}/medicines`);
    await button(page, check).click();
    await page.getByText(/đối chiếu: /).waitFor();
    const orders = [...await orderNamed(page, who, name), ...await orderNamed(page, who, 'Perindopril 4 mg, viên')];
    equal(orders.map((o) => [o.status, o.statusReason?.text, o.priorPrescription !== undefined]), [['active', undefined, true], ['stopped', 'Thay bằng Perindopril 8 mg', false]], 'one of the two is taken');
  });
  /* copied by who may prescribe: nothing ends before the second look, and whoever looks ends it */
  await withPage({}, async (page) => {
    await signIn(page, 'doctor');
    const form = await copying(page, who, 'BS Lê Văn Ngoài');
    await fill(form, 'Perindopril 10 mg');
    await button(page, `Thay: ${name}`).click();
    await form.getByText(/ngừng khi người thứ hai đối chiếu/).waitFor();
    await button(page, 'Lưu bản chép').click();
    await form.waitFor({ state: 'detached' });
    equal((await orderNamed(page, who, name)).map((o) => o.status), ['active'], 'nobody is without it meanwhile');
  });
  await withPage({}, async (page) => {
    await signIn(page, 'nurse');
    await open(page, `person/${who}/medicines`);
    await button(page, `Đúng như giấy, ngừng ${name}`).click();
    await page.getByText(/Thay Perindopril 8 mg/).waitFor({ state: 'detached' });
    equal([...await orderNamed(page, who, name), ...await orderNamed(page, who, 'Perindopril 10 mg')].map((o) => [o.status, o.statusReason?.text]), [['stopped', 'Thay bằng Perindopril 10 mg'], ['active', undefined]], 'ended by the check of a nurse');
  });
  await withPage({}, async (page) => {
    await signIn(page, 'nurse');
    const form = await copying(page, who, 'BS Lê Văn Ngoài');
    await fill(form, 'Domperidon 10 mg');
    await button(page, 'Lưu bản chép').click();
    await form.waitFor({ state: 'detached' });
    await button(page, 'Bỏ bản chép: Domperidon 10 mg').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Vì sao').fill('chép nhầm người');
    await dialog.getByRole('button', { name: 'Bỏ bản chép', exact: true }).click();
    await page.getByText('Domperidon 10 mg').waitFor({ state: 'detached' });
    equal((await orderNamed(page, who, 'Domperidon 10 mg')).map((o) => [o.status, o.statusReason.text]), [['entered-in-error', 'chép nhầm người']], 'dropped, with its reason');
  });
});

await test('an order that another has stopped while it was being changed: said, nothing typed is lost, and it goes on', () => withPage({}, async (page) => {
  await signIn(page, 'doctor');
  const { id, stay } = await inBed(page, 10);
  const order = (await fhir(page, 'POST', 'MedicationRequest', {
    resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { reference: `Patient/${id}` }, encounter: { reference: `Encounter/${stay}` }, authoredOn: wardInstant(Date.now()),
    requester: { reference: (await fhir(page, 'GET', 'MedicationRequest?_count=1')).body.entry[0].resource.requester.reference }, medicationCodeableConcept: { text: 'Perindopril 5 mg' },
    dosageInstruction: [{ text: 'uống, 1 viên, 07:30', doseAndRate: [{ doseQuantity: { value: 1, unit: 'viên' } }], timing: { repeat: { timeOfDay: ['07:30:00'], frequency: 1, period: 1, periodUnit: 'd' } } }],
  })).body;
  equal(order.resourceType, 'MedicationRequest', JSON.stringify(order).slice(0, 300));
  await open(page, `person/${id}/medicines`);
  await button(page, 'Đổi: Perindopril 5 mg').click();
  const form = card(page, 'Đổi');
  await form.getByLabel('Mỗi lần').fill('1/2');
  await form.getByRole('button', { name: 'uống', exact: true }).click();
  await form.getByLabel('Vì sao').fill('Huyết áp thấp');
  const put = (more) => fhir(page, 'GET', `MedicationRequest/${order.id}`).then(({ body }) => fhir(page, 'PUT', `MedicationRequest/${order.id}`, { ...body, ...more }, { 'If-Match': `W/"${body.meta.versionId}"` }));
  /* held: it still stands */
  equal((await put({ status: 'on-hold' })).status, 200, 'held by another');
  await button(page, 'Kê đơn này').click();
  await form.getByText('Người khác vừa sửa đơn này').waitFor();
  /* stopped: it stands no more */
  equal((await put({ status: 'stopped', statusReason: { text: 'Ho khan' } })).status, 200, 'stopped by another');
  await button(page, 'Kê đơn này').click();
  await form.getByText('Người khác vừa ngừng hoặc đổi đơn này').waitFor();
  await form.getByText(/Ho khan\./).waitFor();
  equal([await form.getByLabel('Mỗi lần').inputValue(), await button(page, 'Kê đơn này').isDisabled()], ['1/2', true], 'what was typed is there, and is not sent by the old button');
  await shot(page, 'prescribe-overtaken');
  equal(await axe(page), [], 'axe, overtaken');
  await button(page, 'Kê thành đơn mới').click();
  await button(page, 'Kê đơn này').click();
  await card(page, 'Kê thuốc').waitFor({ state: 'detached' });
  const made = (await orderNamed(page, id, 'Perindopril 5 mg')).filter((o) => o.id !== order.id);
  equal(made.map((o) => [o.status, o.dosageInstruction[0].doseAndRate[0].doseQuantity.value, o.priorPrescription]), [['active', 0.5, undefined]], 'a new order, that replaces nothing');
}));

await test('a thousand is not one, and nobody passes by the list of controlled medicines', () => withPage({}, async (page) => {
  await signIn(page, 'doctor');
  const { id } = await inBed(page, 4);
  await open(page, `person/${id}/medicines`);
  await button(page, 'Kê thuốc').click();
  const form = card(page, 'Kê thuốc');
  await form.getByLabel('Tên thuốc, hàm lượng').fill('Zolpidem 10 mg');
  await form.getByText('có trong danh mục gây nghiện hoặc hướng thần').waitFor();
  await form.getByLabel('Mỗi lần').fill('1.000');
  await form.getByLabel('Đơn vị (viên, ml…)').fill('mg');
  await form.getByRole('button', { name: 'uống', exact: true }).click();
  await form.getByRole('button', { name: '20:00', exact: true }).click();
  await button(page, 'Kê đơn này').click();
  await form.getByText(/không chấm hàng nghìn/).waitFor();
  await form.getByText('Thuốc kiểm soát đặc biệt hay dạng được miễn').waitFor();
  await shot(page, 'prescribe-controlled');
  equal(await axe(page), [], 'axe');
  await form.getByLabel('Mỗi lần').fill('10');
  await form.getByLabel(/^Thuốc kiểm soát đặc biệt/).check();
  await button(page, 'Kê đơn này').click();
  await form.waitFor({ state: 'detached' });
  const [made] = await orderNamed(page, id, 'Zolpidem 10 mg');
  equal([made.extension.some((e) => e.url === 'urn:ansinh:extension:controlled' && e.valueBoolean), made.dosageInstruction[0].doseAndRate[0].doseQuantity.value], [true, 10], 'under control');
  /* what is changed begins with what stood */
  await button(page, 'Đổi: Zolpidem 10 mg').click();
  await card(page, 'Đổi').getByText(/^Đang dùng: uống, 10 mg/).waitFor();
}));

await test('two in the morning and one in the evening, Mondays and Thursdays: one order, and a change begins with all of it', () => withPage({}, async (page) => {
  await signIn(page, 'doctor');
  const { id } = await inBed(page, 9);
  await open(page, `person/${id}/medicines`);
  await button(page, 'Kê thuốc').click();
  const form = card(page, 'Kê thuốc');
  await form.getByLabel('Tên thuốc, hàm lượng').fill('Valproat natri 200 mg');
  await form.getByLabel('Mỗi lần').fill('1');
  await form.getByLabel('Đơn vị (viên, ml…)').fill('viên');
  await form.getByRole('button', { name: 'uống', exact: true }).click();
  await form.getByRole('button', { name: '07:30', exact: true }).click();
  equal(await form.getByLabel('Liều khác nhau theo giờ').count(), 0, 'one hour has one dose');
  await form.getByRole('button', { name: '20:00', exact: true }).click();
  await form.getByLabel('Liều khác nhau theo giờ').check();
  await form.getByLabel('Lúc 07:30').fill('2');
  await form.getByRole('button', { name: 'Theo thứ', exact: true }).click();
  await button(page, 'Kê đơn này').click();
  await form.getByText('Ngày dùng: chọn thứ').waitFor();
  for (const day of ['thứ 2', 'thứ 5']) await form.getByRole('button', { name: day, exact: true }).click();
  await shot(page, 'prescribe-uneven');
  equal(await axe(page), [], 'axe');
  await button(page, 'Kê đơn này').click();
  await form.waitFor({ state: 'detached' });
  const [made] = await orderNamed(page, id, 'Valproat natri 200 mg');
  equal(made.dosageInstruction.map((d) => [d.text, d.doseAndRate[0].doseQuantity.value, d.timing.repeat.timeOfDay, d.timing.repeat.dayOfWeek]), [
    ['uống, 2 viên, 07:30, thứ 2, thứ 5', 2, ['07:30:00'], ['mon', 'thu']], ['uống, 1 viên, 20:00, thứ 2, thứ 5', 1, ['20:00:00'], ['mon', 'thu']]], 'one order, two doses');
  await button(page, 'Đổi: Valproat natri 200 mg').click();
  const change = card(page, 'Đổi');
  equal([await change.getByLabel('Lúc 07:30').inputValue(), await change.getByLabel('Lúc 20:00').inputValue()], ['2', '1'], 'what stood');
  equal(await change.getByRole('button', { name: 'thứ 5', exact: true }).getAttribute('aria-pressed'), 'true', 'its days');
  await change.getByRole('button', { name: 'Cách ngày', exact: true }).click();
  await change.getByLabel('Ngày đầu', { exact: true }).fill(wardDay(Date.now() + 86_400_000));
  await change.getByLabel(/^Vì sao/).fill('theo hẹn khám');
  await change.getByRole('button', { name: 'Kê đơn này', exact: true }).click();
  await change.waitFor({ state: 'detached' });
  const [now] = (await orderNamed(page, id, 'Valproat natri 200 mg')).filter((o) => o.status === 'active');
  equal(now.dosageInstruction.map((d) => [d.timing.repeat.period, d.timing.repeat.periodUnit, d.timing.repeat.boundsPeriod.start]), [[2, 'd', wardDay(Date.now() + 86_400_000)], [2, 'd', wardDay(Date.now() + 86_400_000)]], 'every second day from tomorrow');
}));

await test('a depot has its calendar; an order is stopped with a reason', () => withPage({}, async (page) => {
  await signIn(page, 'assistant-doctor');
  const { id } = await inBed(page, 6);
  await open(page, `person/${id}/medicines`);
  await button(page, 'Kê thuốc').click();
  const form = card(page, 'Kê thuốc');
  await form.getByLabel('Tên thuốc, hàm lượng').fill('Fluphenazin decanoat 25 mg/ml');
  await form.getByLabel('Mỗi lần').fill('1');
  await form.getByLabel('Đơn vị (viên, ml…)').fill('ml');
  await form.getByRole('button', { name: 'tiêm bắp', exact: true }).click();
  await form.getByRole('button', { name: '07:30', exact: true }).click();
  await form.getByLabel('Thuốc tiêm kéo dài: mỗi mấy tuần').fill('4');
  await button(page, 'Kê đơn này').click();
  await form.getByText('Ngày đầu: từ hôm nay').waitFor();
  /* tomorrow: 07:30 of today may be over, and then it is refused */
  await form.getByLabel('Ngày tiêm đầu', { exact: true }).fill(wardDay(Date.now() + 86_400_000));
  await button(page, 'Kê đơn này').click();
  const depots = card(page, 'Lịch tiêm kéo dài');
  await depots.waitFor();
  const day = (n) => wardDay(Date.now() + n * 86_400_000).split('-').reverse().join('/');
  equal(await depots.locator('strong').allInnerTexts(), [day(1), day(29), day(57), day(85)], 'every four weeks');
  await shot(page, 'prescribe-depot');
  await button(page, 'Ngừng: Fluphenazin decanoat 25 mg/ml').click();
  await page.getByRole('dialog').getByLabel('Vì sao').fill('Run tay');
  await page.getByRole('dialog').getByRole('button', { name: 'Ngừng', exact: true }).click();
  await page.getByText(/Thuốc đã ngừng/).waitFor();
  equal((await orderNamed(page, id, 'Fluphenazin decanoat 25 mg/ml')).map((o) => [o.status, o.statusReason.text]), [['stopped', 'Run tay']], 'stopped');
}));

await test('back from hospital: three columns, nothing decided beforehand, one transaction', () => withPage({ size: 'desktop' }, async (page) => {
  await signIn(page, 'doctor');
  const { id } = await inBed(page, 7);
  await fhir(page, 'POST', 'MedicationRequest', {
    resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { reference: `Patient/${id}` }, medicationCodeableConcept: { text: 'Bisoprolol 2,5 mg' }, authoredOn: '2026-10-01',
    dosageInstruction: [{ text: '1 viên sáng', timing: { repeat: { timeOfDay: ['07:30:00'] } } }],
  });
  await open(page, `person/${id}/back`);
  await page.getByLabel('Thuốc bệnh viện ghi, mỗi dòng một thuốc').fill('Bisoprolol 5 mg, sáng 1 viên\nClopidogrel 75 mg, trưa 1 viên');
  const lines = page.locator('.an-back-line');
  await lines.filter({ hasText: 'Clopidogrel' }).waitFor();
  equal(await page.locator('.an-back-line [aria-pressed=true]').count(), 0, 'nothing is decided');
  for (const one of await lines.all()) await one.getByRole('button').first().click(); /* keep, or take what is new */
  await lines.filter({ hasText: 'Bisoprolol' }).getByRole('button', { name: 'theo bệnh viện' }).click();
  equal(await button(page, 'Lưu danh sách mới').isDisabled(), true, 'who prescribed it is asked for');
  await page.getByLabel('Bác sĩ kê, nơi kê').fill('BV Đa khoa tỉnh');
  await page.getByLabel('Ngày trên giấy').fill(wardDay(Date.now()));
  await shot(page, 'prescribe-back');
  await button(page, 'Lưu danh sách mới').click();
  await page.waitForFunction(() => window.location.hash.endsWith('/medicines'));
  await page.getByText('Clopidogrel 75 mg').first().waitFor();
  equal((await orderNamed(page, id, 'Bisoprolol 2,5 mg')).map((o) => o.status), ['active'], 'the one before goes on: the copy has no times yet, and nobody has compared it');
  const [taken] = await orderNamed(page, id, 'Bisoprolol 5 mg');
  equal([taken.reportedBoolean, taken.requester.display, taken.dosageInstruction[0].text], [true, 'BV Đa khoa tỉnh', 'sáng 1 viên'], 'the hospital\'s, in its name');
  /* its times: an order of this house, which ends both */
  await page.getByText('bản chép chưa có giờ uống').waitFor();
  await button(page, 'Đổi: Bisoprolol 5 mg').click();
  const form = card(page, 'Đổi');
  await fill(form, 'Bisoprolol 5 mg');
  equal(await form.getByText('Đang có thuốc cùng hoạt chất').count(), 0, 'what ends with it is no duplicate');
  await form.getByText(/^Thay Bisoprolol 2,5 mg/).waitFor();
  await form.getByLabel('Vì sao').fill('Đặt giờ uống');
  await button(page, 'Kê đơn này').click();
  await form.waitFor({ state: 'detached' });
  const after = [...await orderNamed(page, id, 'Bisoprolol 2,5 mg'), ...await orderNamed(page, id, 'Bisoprolol 5 mg')].map((o) => [o.status, o.reportedBoolean === true]);
  equal(after.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))), [['active', false], ['stopped', false], ['stopped', true]], 'one of the three is taken');
}));

await test('back from hospital: that the medicines are not reconciled is said at the bed until somebody has looked, also when nothing changes', async () => {
  let id;
  const ofTask = async (page) => (await find(page, `Task?patient=${id}&code=urn:ansinh:task|reconcile-medicines`)).map((x) => x.status);
  await withPage({}, async (page) => {
    await signIn(page, 'nurse');
    ({ id } = await inBed(page, 8));
    await open(page, `person/${id}/stay`);
    await button(page, 'Đi bệnh viện').click();
    await page.getByRole('button', { name: 'Ghi', exact: true }).click();
    await page.getByText('Còn thiếu hoặc chưa đúng: Có giữ giường không?').waitFor();
    await page.locator('label').filter({ hasText: 'Không, để giường trống' }).click();
    await page.getByRole('button', { name: 'Ghi', exact: true }).click();
    await button(page, 'Đã trở về').click();
    await page.getByLabel('Khoa, khu').selectOption({ index: 1 });
    await page.locator('.an-stay-room label', { hasText: 'trống' }).first().click();
    await page.getByRole('button', { name: 'Ghi', exact: true }).click();
    await page.getByText('Về từ bệnh viện: đối chiếu thuốc').waitFor();
    await page.getByText('Bác sĩ hoặc y sĩ đối chiếu.').waitFor();
    equal(await ofTask(page), ['requested'], 'with the return itself');
    await open(page, `ward/demo-ward/drugs?p=${id}`);
    await page.getByText(/thuốc chưa được đối chiếu: hỏi bác sĩ/).waitFor();
    equal(await axe(page), [], 'axe of the round');
    await shot(page, 'prescribe-unreconciled');
    await open(page, `person/${id}/medicines`);
    await page.getByText('Báo bác sĩ hoặc y sĩ đối chiếu với giấy ra viện.').waitFor();
  });
  await withPage({}, async (page) => {
    await signIn(page, 'doctor');
    for (const text of ['Bisoprolol 2,5 mg', 'Furosemid 40 mg']) {
      await fhir(page, 'POST', 'MedicationRequest', { resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { reference: `Patient/${id}` }, medicationCodeableConcept: { text }, authoredOn: '2026-10-01', dosageInstruction: [{ text: '1 viên sáng' }] });
    }
    await open(page, `person/${id}/stay`);
    await page.getByRole('link', { name: 'Đối chiếu thuốc' }).click();
    const lines = page.locator('.an-back-line');
    await lines.first().waitFor();
    await lines.first().getByRole('button', { name: 'giữ như trước' }).click();
    await page.reload();
    await page.locator('.an-back-line [aria-pressed=true]').waitFor();
    for (const one of (await lines.all()).slice(1)) await one.getByRole('button', { name: 'giữ như trước' }).click();
    await button(page, 'Lưu danh sách mới').click();
    await page.waitForFunction(() => window.location.hash.endsWith('/medicines'));
    await page.getByRole('heading', { name: 'Thuốc đang dùng' }).waitFor();
    equal(await page.getByText('thuốc chưa được đối chiếu').count(), 0, 'nothing more to say');
    const [done] = await find(page, `Task?patient=${id}&code=urn:ansinh:task|reconcile-medicines`);
    equal([done.status, done.note[0].text.includes('giữ như trước'), done.note[0].authorReference.reference.startsWith('Practitioner/')], ['completed', true, true], 'who looked, and what was decided');
  });
});

for (const size of ['phone', 'tablet', 'desktop']) {
  for (const lang of ['vi', 'en']) {
    await test(`looks right and passes axe: ${size}, ${lang}`, () => withPage({ size, lang }, async (page) => {
      await signIn(page, 'doctor');
      await open(page, `person/${copied.id}/medicines`);
      await button(page, lang === 'vi' ? 'Kê thuốc' : 'Prescribe').click();
      await shot(page, `prescribe-${size}-${lang}`);
      equal(await tooWide(page), 0, 'px too wide');
      equal(await axe(page), [], 'axe, the form');
      await open(page, `person/${copied.id}/back`);
      await page.locator('.an-back-line').first().waitFor();
      await shot(page, `prescribe-back-${size}-${lang}`);
      equal(await tooWide(page), 0, 'px too wide');
      equal(await axe(page), [], 'axe, the three columns');
    }));
  }
}

await end();
process.exit(finish());
