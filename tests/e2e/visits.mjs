/* Visits with sign-in on, in a demo province: a whole visit by keyboard and by touch, the signature and its proof, the addendum, a facility
 * without a licence, a line that fails.
 *
 *   ANSINH=/path/to/ansinh node visits.mjs */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { axe, equal, eventually, finish, shot, SIZES, test, truth } from './harness.mjs';
import { button, fhir, find, signIn, stage, tooWide } from './kit/stage.mjs';
import { wardDay, wardInstant } from './kit/ward.mjs';

SIZES.tablet = { width: 820, height: 1180 };
SIZES.desktop = { width: 1280, height: 900 };

/* Two small lists as an operator has them: codes are text, the names the official ones. */
const LISTS = mkdtempSync(join(tmpdir(), 'ansinh-lists-'));
writeFileSync(join(LISTS, 'icd10.tsv'), ['code\tvi\ten\tchapter\tblock\ttype', 'I10\tTăng huyết áp vô căn (nguyên phát)\tEssential (primary) hypertension\tI00-I99\tI10-I15\tI10',
  'G44\tHội chứng đau đầu khác\tOther headache syndromes\tG00-G99\tG40-G47\tG44', 'G44.2\tĐau đầu do căng thẳng\tTension-type headache\tG00-G99\tG40-G47\tG44'].join('\n'));
writeFileSync(join(LISTS, 'techniques.tsv'), ['code\tvi\tchapter', '1.164\tThông bàng quang\t01', '1.201\tSoi đáy mắt cấp cứu\t01'].join('\n'));

/* The third facility of the demo (drug rehabilitation) is licensed, the first (the elderly) is not. */
const { server, line, withPage, open: openAt, end } = await stage('visits', { demo: ['--facilities', '3', '--residents', '36', '--days', '2'] });

const notes = (page, patient) => find(page, `Composition?patient=${patient}&type=urn:ansinh:document|visit&_sort=-date`);
const open = (page, patient, more = '') => openAt(page, `person/${patient}/visit${more}`);
/* Somebody of the signed-in account's facility, each test another one. */
let turn = 0;
async function somebody(page, facility) {
  const stays = await find(page, `Encounter?status=in-progress&class=IMP&service-provider=Organization/${facility}&_count=50&_sort=_id`);
  truth(stays.length > turn, `${facility} has people in beds`);
  const patient = stays[turn % stays.length].subject.reference.split('/')[1];
  turn += 1;
  return patient;
}
const documentId = (page) => /\/visit\/([^/?]+)$/.exec(page.url())?.[1] ?? '';
const typeCode = async (page, label, text) => {
  const box = page.getByRole('combobox', { name: label });
  await box.fill(text);
  return box;
};

await test('without a list the doctor is told how it is loaded, and writes in plain words', () => withPage({}, async (page) => {
  await signIn(page, 'doctor');
  const patient = await somebody(page, 'demo-facility');
  await open(page, patient);
  await page.getByRole('heading', { name: 'Theo dõi sức khỏe', exact: true }).waitFor();
  const box = await typeCode(page, 'Thêm chẩn đoán (ICD-10)', 'đau lưng');
  await page.getByText('ansinh list import icd10 TỆP').waitFor();
  /* the short list knows it; what was typed may stand without a code all the same: the last choice */
  await page.getByRole('option', { name: /M54\.5/ }).waitFor();
  await box.press('ArrowUp');
  await box.press('Enter');
  await page.getByText('chưa mã hóa', { exact: true }).waitFor();
  await box.fill('suy tim');
  await page.getByRole('option', { name: /I50\.9/ }).click();
  await page.getByText('I50.9 Suy tim, không đặc hiệu').waitFor();
  await page.getByRole('textbox', { name: 'Lý do', exact: true }).fill('Đau lưng');
  await button(page, 'Ký phiếu').click();
  await button(page, 'Ký').click();
  await page.getByText('Nội dung đúng như lúc ký').waitFor();
  await page.getByText('đau lưng (chưa mã hóa)').waitFor();
  const [d] = await notes(page, patient);
  equal([d.status, d.title, d.category[0].coding[0].code], ['final', 'Phiếu theo dõi sức khỏe', 'health-monitoring'], 'no medical record is claimed');
  truth(!(await page.locator('main').innerText()).includes('Phiếu khám bệnh'), 'nor by the paper');
  const [c] = (await find(page, `Condition?encounter=${d.encounter.reference}`)).filter((x) => x.code.text === 'đau lưng');
  equal([c.code.text, c.code.coding], ['đau lưng', undefined], 'uncoded');
  await shot(page, 'visits-monitoring');
}));

await server.crash(); /* lists are imported while nobody serves */
for (const kind of ['icd10', 'techniques']) execFileSync(process.env.ANSINH, ['list', 'import', kind, join(LISTS, `${kind}.tsv`), '--data', server.data, '--quiet', '--leave-out'], { stdio: 'pipe' });
await server.again();

let signed;
await test('a whole visit by keyboard: readings of today, codes in Vietnamese, signed, and provable', () => withPage({ size: 'desktop' }, async (page) => {
  await signIn(page, 'doctor-drugs');
  const patient = await somebody(page, 'demo-facility-3');
  const [stay] = await find(page, `Encounter?patient=${patient}&status=in-progress&class=IMP`);
  const pulse = await fhir(page, 'POST', 'Observation', {
    resourceType: 'Observation', status: 'final', subject: { reference: `Patient/${patient}` }, encounter: { reference: `Encounter/${stay.id}` },
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }],
    code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, effectiveDateTime: wardInstant(Date.now() - 60_000), valueQuantity: { value: 88, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
  });
  equal(pulse.status, 201, 'a pulse of today');
  await open(page, patient);
  await page.getByRole('heading', { name: 'Khám bệnh', exact: true }).waitFor();
  /* from here on keys alone */
  const to = async (locator) => {
    await locator.focus();
    return locator;
  };
  await to(page.getByRole('textbox', { name: 'Lý do', exact: true }));
  await page.keyboard.type('Đau đầu ba ngày');
  await to(page.getByRole('textbox', { name: 'Bệnh sử, tiền sử', exact: true }));
  await page.keyboard.type('Không sốt, không nôn');
  await to(button(page, 'Lấy số đo hôm nay'));
  await page.keyboard.press('Enter');
  await to(page.getByLabel('Tuần hoàn', { exact: true }));
  await page.keyboard.type('T1, T2 đều rõ');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter'); /* "normal" beside it writes over what was typed: asked for */
  equal(await page.getByLabel('Tuần hoàn', { exact: true }).inputValue(), 'Chưa phát hiện bất thường', 'normal at one press');
  await to(page.getByRole('combobox', { name: 'Thêm chẩn đoán (ICD-10)' }));
  await page.keyboard.type('dau dau cang');
  await page.getByRole('option', { name: /G44\.2/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByText('G44.2 Đau đầu do căng thẳng').waitFor();
  await to(button(page, 'Xét nghiệm'));
  await page.keyboard.press('Enter');
  await to(page.getByLabel('Chỉ định gì'));
  await page.keyboard.type('Công thức máu');
  await to(button(page, 'Thêm chỉ định'));
  await page.keyboard.press('Enter');
  await to(page.getByRole('textbox', { name: 'Lời dặn', exact: true }));
  await page.keyboard.type('Uống đủ nước');
  await to(button(page, '7 ngày'));
  await page.keyboard.press('Enter');
  await shot(page, 'visits-desktop');
  await to(button(page, 'Ký phiếu'));
  await page.keyboard.press('Enter');
  await page.getByText(/Ký bằng tên Bác sĩ/).waitFor();
  await button(page, 'Ký').and(page.locator(':focus')).waitFor(); /* the dialog takes the focus a moment after its text shows */
  await page.keyboard.press('Enter');
  await page.getByText('Nội dung đúng như lúc ký').waitFor();
  const id = documentId(page);
  const [d] = await notes(page, patient);
  equal([d.id, d.status, d.title, d.attester.length], [id, 'final', 'Phiếu khám bệnh', 1], 'signed');
  truth(/giấy phép hành nghề số \d+/.test(d.author[0].display), `the licence of the author: ${d.author[0].display}`);
  truth(!JSON.stringify(d).includes('urn:uuid:'), 'references are real addresses');
  const [encounter] = await find(page, `Encounter?_id=${d.encounter.reference.split('/')[1]}`);
  equal([encounter.status, encounter.class.code, encounter.partOf.reference, encounter.serviceProvider.reference], ['finished', 'AMB', `Encounter/${stay.id}`, 'Organization/demo-facility-3'], 'the visit within the stay');
  const [condition] = await find(page, `Condition?encounter=Encounter/${encounter.id}`);
  equal(condition.code.coding[0].code, 'G44.2', 'coded');
  equal((await find(page, `ServiceRequest?encounter=Encounter/${encounter.id}`)).map((o) => [o.status, o.code.text]), [['active', 'Công thức máu']], 'the order');
  equal((await find(page, `Appointment?patient=${patient}`)).map((a) => [a.status, a.requestedPeriod[0].start]), [['proposed', wardDay(Date.now() + 7 * 86_400_000)]], 'the next visit');
  truth(JSON.stringify(d.section).includes(`Observation/${pulse.body.id}`) && /88 .*phút \(đo lúc \d\d:\d\d\)/.test(JSON.stringify(d.section)), 'the pulse with its time');
  const { body: proof } = await fhir(page, 'GET', `Composition/${id}/$signature`);
  truth((await page.locator('.an-note-hash').innerText()) === proof.parameter.find((p) => p.name === 'hash').valueString, 'the proof on the page is the server\'s');
  await shot(page, 'visits-signed');
  signed = { patient, id };
  /* never changed, whatever program tries */
  const edit = await fhir(page, 'PUT', `Composition/${id}`, { ...d, title: 'Khác' }, { 'If-Match': `W/"${d.meta.versionId}"` });
  equal([edit.status, edit.body.issue[0].code], [422, 'business-rule'], 'an edit is refused');
  /* the result of the order closes it */
  await open(page, patient);
  await button(page, 'Ghi kết quả: Công thức máu').click();
  await page.getByLabel('Kết quả', { exact: true }).last().fill('4,50');
  await page.getByLabel('Đơn vị').fill('T/L');
  await page.getByRole('textbox', { name: 'Lý do', exact: true }).fill('Xem kết quả');
  await page.getByRole('textbox', { name: 'Nhận định', exact: true }).fill('Bình thường');
  await button(page, 'Ký phiếu').click();
  await button(page, 'Ký').click();
  await page.getByText('Công thức máu: 4,50 T/L').waitFor();
  equal((await find(page, `ServiceRequest?encounter=Encounter/${encounter.id}`))[0].status, 'completed', 'the order is done');
}));

await test('an addendum by the same doctor; a nurse reads and cannot write; a carer does not see the note', async () => {
  await withPage({}, async (page) => {
    await signIn(page, 'doctor-drugs');
    await open(page, signed.patient, `/${signed.id}`);
    await page.getByLabel('Nội dung thêm').fill('Đã dặn người nhà');
    await page.reload();
    equal(await page.getByLabel('Nội dung thêm').inputValue(), 'Đã dặn người nhà', 'not yet signed, and not lost');
    await button(page, 'Ký phụ lục').click();
    await page.getByText('Đã dặn người nhà').waitFor();
    await page.getByText(/Phụ lục của Bác sĩ/).waitFor();
    await page.getByText('Nội dung đúng như lúc ký').waitFor();
    const [added] = await find(page, `Composition?related-ref=Composition/${signed.id}`);
    equal(added.relatesTo[0].code, 'appends', 'an addendum');
    await shot(page, 'visits-addendum');
  });
  await withPage({}, async (page) => {
    await signIn(page, 'nurse-drugs');
    const [d] = await find(page, 'Composition?type=urn:ansinh:document|visit');
    truth(d !== undefined, 'a nurse reads notes of the ward');
    await open(page, d.subject.reference.split('/')[1], `/${d.id}`);
    await page.getByText('Bác sĩ hoặc y sĩ mới ghi và ký phiếu này.').waitFor();
    equal(await page.getByRole('button', { name: 'Ký phụ lục' }).count(), 0, 'no addendum');
    const forged = await fhir(page, 'POST', 'Composition', { ...d, id: undefined, meta: undefined, author: d.author, attester: d.attester });
    equal(forged.status, 422, 'nobody signs for another');
  });
  await withPage({}, async (page) => {
    await signIn(page, 'carer');
    equal(await find(page, 'Composition?type=urn:ansinh:document|visit'), [], 'notes are none of a carer\'s');
  });
});

await test('a visit that was a mistake takes along what it wrote, unless it is let stand; what it closed is open again', () => withPage({}, async (page) => {
  await signIn(page, 'doctor-drugs');
  const { patient, id } = signed;
  const all = await notes(page, patient);
  const [first, second] = [all.find((d) => d.id === id), all.find((d) => d.id !== id)];
  const ofVisit = (d, type) => find(page, `${type}?encounter=${d.encounter.reference}`);
  const dialog = page.getByRole('dialog', { name: 'Gạch bỏ phiếu' });
  const strike = async (d) => {
    await open(page, patient, `/${d.id}`);
    await button(page, 'Gạch bỏ phiếu').click();
    await dialog.getByText('Phiếu này đã ghi những mục dưới đây').waitFor();
  };
  const done = async (why) => {
    truth(await dialog.getByRole('button', { name: 'Gạch bỏ phiếu' }).isDisabled(), 'not without a reason');
    await dialog.getByLabel('Vì sao gạch bỏ').fill(why);
    await dialog.getByRole('button', { name: 'Gạch bỏ phiếu' }).click();
    await page.getByText(why).first().waitFor();
  };
  /* the one with the result: the order it answered waits again */
  await strike(second);
  equal(await dialog.locator('.an-strike-along label').allInnerTexts(), ['Kết quả: Công thức máu'], 'what it wrote');
  await dialog.getByText(/^1 mục phiếu này đã dời/).waitFor();
  await shot(page, 'visits-strike');
  equal(await axe(page), [], 'axe');
  await done('nhầm người');
  equal((await ofVisit(second, 'Observation')).map((o) => o.status), ['entered-in-error'], 'the result');
  equal((await ofVisit(first, 'ServiceRequest')).map((o) => o.status), ['active'], 'the order waits again');
  equal((await fhir(page, 'GET', second.encounter.reference)).body.status, 'entered-in-error', 'the visit is none');
  /* the first: its diagnosis is right all the same */
  await strike(first);
  equal((await dialog.locator('.an-strike-along label').allInnerTexts()).map((x) => x.split(':')[0]), ['Chẩn đoán', 'Chỉ định', 'Hẹn khám'], 'what it wrote');
  await dialog.getByLabel(/^Chẩn đoán: /).uncheck();
  await done('ghi hai lần');
  equal((await ofVisit(first, 'Condition')).map((c) => [c.clinicalStatus?.coding[0].code, c.verificationStatus.coding[0].code]), [['active', 'confirmed']], 'stands');
  equal([(await ofVisit(first, 'ServiceRequest'))[0].status, (await find(page, `Appointment?patient=${patient}`))[0].status], ['entered-in-error', 'entered-in-error'], 'order and next visit go');
  equal((await fhir(page, 'GET', `Composition/${id}`)).body.extension.find((e) => e.url === 'urn:ansinh:extension:reason').valueString, 'ghi hai lần', 'why');
}));

await test('a technique outside the list must say why; without a licence only an emergency', async () => {
  await withPage({}, async (page) => {
    await signIn(page, 'doctor-drugs');
    const patient = await somebody(page, 'demo-facility-3');
    await open(page, patient);
    await page.getByRole('textbox', { name: 'Lý do', exact: true }).fill('Mờ mắt');
    await page.getByRole('textbox', { name: 'Nhận định', exact: true }).fill('Cần soi đáy mắt');
    await typeCode(page, 'Thêm kỹ thuật đã làm (danh mục kỹ thuật)', '1.201');
    await page.getByRole('option', { name: /1\.201.*ngoài danh mục/ }).click();
    await button(page, 'Ký phiếu').click();
    await page.getByText('Lý do làm kỹ thuật ngoài danh mục').waitFor();
    await shot(page, 'visits-outside');
    await button(page, 'có người được phép hướng dẫn tại chỗ').click();
    await page.getByLabel('Nói rõ').fill('Bác sĩ bệnh viện huyện đứng cạnh');
    await button(page, 'Ký phiếu').click();
    await button(page, 'Ký').click();
    await page.getByText(/ngoài danh mục: có người được phép/).waitFor();
    const [p] = await find(page, `Procedure?patient=${patient}`);
    equal(p.extension[0].valueCodeableConcept.coding[0].code, 'supervised', 'the reason is kept');
    /* and by hand, without a reason */
    const bare = await fhir(page, 'POST', 'Procedure', { ...p, id: undefined, meta: undefined, identifier: undefined, extension: undefined });
    equal([bare.status, bare.body.issue[0].code], [422, 'business-rule'], 'the server asks for it, too');
  });
  await withPage({}, async (page) => {
    await signIn(page, 'doctor');
    const patient = await somebody(page, 'demo-facility');
    await open(page, patient);
    await typeCode(page, 'Thêm kỹ thuật đã làm (danh mục kỹ thuật)', 'thong bang quang');
    await page.getByRole('option', { name: /1\.164/ }).click();
    await page.getByText('Kỹ thuật này cơ sở không được làm').waitFor();
    equal(await page.getByRole('group', { name: 'Vì sao' }).getByRole('button').allInnerTexts(), ['cấp cứu'], 'only an emergency');
  });
});

await test('the line goes down: the draft stays, is signed when it is back, and once', () => withPage({}, async (page) => {
  await signIn(page, 'doctor-drugs');
  const patient = await somebody(page, 'demo-facility-3');
  await open(page, patient);
  await page.getByRole('textbox', { name: 'Lý do', exact: true }).fill('Ho');
  await page.getByRole('textbox', { name: 'Nhận định', exact: true }).fill('Phổi trong');
  await page.reload();
  await page.getByText(/Bản nháp của bạn từ/).waitFor();
  equal(await page.getByRole('textbox', { name: 'Lý do', exact: true }).inputValue(), 'Ho', 'kept through a reload');
  /* the answer is lost, the note has arrived */
  line.mode = 'lose';
  await button(page, 'Ký phiếu').click();
  await button(page, 'Ký').click();
  await page.getByText('Chưa biết máy chủ đã nhận chưa').waitFor();
  equal(await page.getByRole('textbox', { name: 'Lý do', exact: true }).isDisabled(), true, 'frozen as signed');
  await shot(page, 'visits-unsure');
  line.mode = 'gone';
  await button(page, 'Gửi lại ngay').click();
  await page.getByText('Chưa biết máy chủ đã nhận chưa').waitFor();
  line.mode = 'pass';
  await button(page, 'Gửi lại ngay').click();
  await page.getByText('Nội dung đúng như lúc ký').waitFor();
  equal((await notes(page, patient)).filter((d) => d.title === 'Phiếu khám bệnh' && JSON.stringify(d).includes('Phổi trong')).length, 1, 'one note');
  await open(page, patient);
  equal(await page.getByRole('textbox', { name: 'Lý do', exact: true }).inputValue(), '', 'nothing of it is left on the device');
}));

await test('the same visit open in two tabs: what the second typed is neither lost nor taken for signed, and becomes a note of its own', () => withPage({}, async (page) => {
  await signIn(page, 'doctor-drugs');
  const patient = await somebody(page, 'demo-facility-3');
  const field = (tab, name) => tab.getByRole('textbox', { name, exact: true });
  const asks = async (tab) => {
    await button(tab, 'Ký phiếu').click();
    await button(tab, 'Ký').click();
  };
  await open(page, patient);
  await field(page, 'Lý do').fill('Ho ba ngày');
  await button(page, 'Xét nghiệm').click();
  await page.getByLabel('Chỉ định gì').fill('Công thức máu');
  await button(page, 'Thêm chỉ định').click();
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange'))); /* what is typed is sealed now, not in a moment */
  /* the second finds what the first typed, once it lies sealed on this device */
  const second = await page.context().newPage();
  await eventually('the second tab has the draft of the first', async () => {
    await second.goto('about:blank');
    await second.goto(page.url());
    return second.getByText(/Bản nháp của bạn từ/).waitFor({ timeout: 2000 }).then(() => true, () => false);
  });
  equal(await field(second, 'Lý do').inputValue(), 'Ho ba ngày', 'the draft of the first');
  await field(second, 'Nhận định').fill('Viêm họng, thẻ hai');
  await field(page, 'Nhận định').fill('Viêm phế quản, thẻ một');
  await asks(page);
  await page.getByText('Nội dung đúng như lúc ký').waitFor();
  await asks(second);
  await second.getByText('Phiếu này đã được ký ở thẻ khác').waitFor();
  equal(await field(second, 'Nhận định').inputValue(), 'Viêm họng, thẻ hai', 'nothing is lost');
  equal((await notes(page, patient)).filter((d) => JSON.stringify(d).includes('thẻ hai')).length, 0, 'nor taken for signed');
  equal(await axe(second), [], 'axe, signed elsewhere');
  await shot(second, 'visits-elsewhere');
  await button(second, 'Viết thành phiếu mới').click();
  await asks(second);
  await second.getByText('Nội dung đúng như lúc ký').waitFor();
  await second.getByText('Viêm họng, thẻ hai').waitFor();
  const made = await notes(page, patient);
  equal([made.filter((d) => JSON.stringify(d).includes('thẻ một')).length, made.filter((d) => JSON.stringify(d).includes('thẻ hai')).length], [1, 1], 'two notes, one each');
  equal((await find(page, `ServiceRequest?patient=${patient}&_count=50`)).filter((o) => o.code?.text === 'Công thức máu').length, 1, 'what both ordered is ordered once');
  await second.close();
}));

await test('what was typed and not taken into its list is no part of a signature: said, and kept through a reload', () => withPage({}, async (page) => {
  await signIn(page, 'doctor-drugs');
  const patient = await somebody(page, 'demo-facility-3');
  await open(page, patient);
  await page.getByRole('textbox', { name: 'Lý do', exact: true }).fill('Ho');
  await page.getByRole('textbox', { name: 'Nhận định', exact: true }).fill('Phổi trong');
  await page.getByRole('combobox', { name: 'Thêm chẩn đoán (ICD-10)' }).fill('viem hong');
  await button(page, 'Xét nghiệm').click();
  await page.getByLabel('Chỉ định gì').fill('Soi đờm');
  await page.reload();
  await page.getByText(/Bản nháp của bạn từ/).waitFor();
  equal([await page.getByRole('combobox', { name: 'Thêm chẩn đoán (ICD-10)' }).inputValue(), await page.getByLabel('Chỉ định gì').inputValue()], ['viem hong', 'Soi đờm'], 'kept');
  await button(page, 'Ký phiếu').click();
  await page.getByText(/Chẩn đoán đã gõ mà chưa chọn/).waitFor();
  await page.getByText(/Chỉ định đã gõ mà chưa bấm/).waitFor();
  equal(await axe(page), [], 'axe, half typed');
  await shot(page, 'visits-half');
  await page.getByRole('combobox', { name: 'Thêm chẩn đoán (ICD-10)' }).press('Escape');
  await button(page, 'Thêm chỉ định').click();
  await button(page, 'Ký phiếu').click();
  await button(page, 'Ký').click();
  await page.getByText('Nội dung đúng như lúc ký').waitFor();
  equal((await find(page, `ServiceRequest?patient=${patient}&_count=50`)).filter((o) => o.code.text === 'Soi đờm').length, 1, 'the order goes with it');
}));

await test('a template of one\'s own fills what is empty; the six-monthly check needs a class', () => withPage({}, async (page) => {
  await signIn(page, 'assistant-doctor');
  const patient = await somebody(page, 'demo-facility');
  await open(page, patient);
  await page.getByRole('textbox', { name: 'Lời dặn', exact: true }).fill('Ăn nhạt, tập nhẹ');
  await button(page, 'Lưu thành mẫu').click();
  await page.getByLabel('Tên mẫu').fill('Khám định kỳ');
  await button(page, 'Chỉ của tôi').click();
  await page.getByText('Đã lưu mẫu “Khám định kỳ”.').waitFor();
  await page.getByRole('textbox', { name: 'Lời dặn', exact: true }).fill('');
  await page.locator('.an-visit-template select').selectOption({ label: 'Của tôi: Khám định kỳ' });
  equal(await page.getByRole('textbox', { name: 'Lời dặn', exact: true }).inputValue(), 'Ăn nhạt, tập nhẹ', 'filled');
  await button(page, 'Định kỳ 6 tháng').click();
  await page.getByRole('textbox', { name: 'Lý do', exact: true }).fill('Khám định kỳ');
  await button(page, 'Toàn thân: bình thường').click();
  await button(page, 'Ký phiếu').click();
  await page.getByRole('alert').getByText('Phân loại sức khỏe').waitFor();
  await button(page, 'Loại III · Trung bình').click();
  await button(page, 'Ký phiếu').click();
  await page.getByText(/Ký bằng tên Y sĩ/).waitFor();
  await button(page, 'Ký').click();
  await page.getByText('Nội dung đúng như lúc ký').waitFor();
  await page.getByText('Loại III').waitFor();
  const [o] = await find(page, `Observation?patient=${patient}&code=urn:ansinh:health-class|class`);
  equal(o.valueCodeableConcept.coding[0].code, 'III', 'the class');
}));

for (const size of ['phone', 'tablet', 'desktop']) {
  for (const lang of ['vi', 'en']) {
    await test(`looks right and passes axe: ${size}, ${lang}`, () => withPage({ size, lang }, async (page) => {
      await signIn(page, 'doctor-drugs');
      await open(page, signed.patient);
      await page.getByRole('heading', { name: lang === 'vi' ? 'Khám bệnh' : 'Visit', exact: true }).waitFor();
      await page.getByRole('combobox', { name: /ICD-10/ }).fill('dau dau');
      await page.getByRole('option', { name: /G44/ }).first().waitFor();
      await shot(page, `visits-${size}-${lang}`);
      equal(await tooWide(page), 0, 'px too wide');
      equal(await axe(page), [], 'axe, the form');
      await page.getByRole('combobox', { name: /ICD-10/ }).fill('');
      await open(page, signed.patient, `/${signed.id}`);
      await page.locator('.an-note-hash').waitFor();
      await shot(page, `visits-note-${size}-${lang}`);
      equal(await axe(page), [], 'axe, the note');
    }));
  }
}

await end();
rmSync(LISTS, { recursive: true, force: true });
process.exit(finish());
