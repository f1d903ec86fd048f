/* The ward's sheets as they come out of the printer: heads, values, a page for each person, nothing cut off at A4, nothing said at
 * the bedside that does not belong there.
 *
 *   ANSINH=/path/to/ansinh node paper.mjs */

import { axe, equal, fhirAt, finish, shot, SIZES, test, truth } from './harness.mjs';
import { stage, tooWide } from './kit/stage.mjs';
import { makeWard, minutes, order, reading, wardDay, wardInstant } from './kit/ward.mjs';

const { server, line, withPage, open: openAt, end } = await stage('paper', { auth: 'off' });
const fhir = fhirAt(server.base);
const now = Date.now();
const { ward, residents: [a, b] } = await makeWard(fhir, 'Khoa Giấy', ['Vừ Thị Mỷ', 'Giàng A Páo']);
await reading(fhir, a, '8867-4', 76, '/min', now - minutes(10));
await reading(fhir, a, '8867-4', 172, '/min', now - minutes(60 * 30));
await reading(fhir, a, '8310-5', 38.2, 'Cel', now - minutes(10));
const problem = (text, code) => fhir.create({
  resourceType: 'Condition', subject: { reference: `Patient/${a.patient.id}` }, recordedDate: '2026-01-06',
  code: { text, coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code }] },
  clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
});
await problem('Tăng huyết áp', 'I10');
await problem('Tâm thần phân liệt', 'F20.0');
const o = await order(fhir, a, 'Metformin 500 mg', ['07:30']);
const dose = (status, key, more = {}) => fhir.create({
  resourceType: 'MedicationAdministration', status, medicationCodeableConcept: { text: 'Metformin 500 mg' }, subject: { reference: `Patient/${a.patient.id}` },
  request: { reference: `MedicationRequest/${o.id}` }, effectiveDateTime: wardInstant(now - minutes(10)), dosage: { dose: { value: 1, unit: 'viên' } },
  identifier: [{ system: 'urn:ansinh:id:dose', value: `${o.id}/${key}` }], performer: [{ actor: { display: 'Điều dưỡng Hà' } }], ...more,
});
await dose('completed', 'one');
await dose('completed', 'two');
await dose('not-done', 'three', { statusReason: [{ coding: [{ system: 'urn:ansinh:dose-reason', code: 'refused' }] }] });
await dose('entered-in-error', 'four');

const open = async (page, path) => {
  await openAt(page, path);
  await page.locator('.an-sheet').first().waitFor();
};
const pages = (pdf) => (pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length;
const print = (page) => page.pdf({ preferCSSPageSize: true });

await test('from the person\'s page to the chart: head, days, values, the reading off the scale with its number', () => withPage({}, async (page) => {
  await page.goto(`${line.url}/#/person/${a.patient.id}`);
  await page.getByRole('link', { name: 'In phiếu' }).click();
  await page.locator('.an-sheet').waitFor();
  const text = await page.locator('.an-sheet').innerText();
  for (const word of ['Cơ sở: Trung tâm Thử nghiệm', 'Khoa Giấy', 'Phiếu theo dõi chức năng sống', 'Vừ Thị Mỷ', 'P.1-G1', 'KN-1000', 'Tăng huyết áp', 'Dữ liệu cá nhân nhạy cảm', 'In bởi']) {
    truth(text.includes(word), `the sheet says ${word}`);
  }
  truth(!text.includes('Tâm thần'), 'a bedside paper names no mental illness');
  equal(await page.locator('.an-paper-pulse circle').count(), 2, 'points of the pulse');
  equal(await page.locator('.an-paper-pulse text').allTextContents().then((all) => all.join()), '172', 'off the scale');
  truth(await page.locator('.an-paper-vitals td', { hasText: '38,2' }).count() === 1, 'the temperature stands in its half day');
  await shot(page, 'paper-vitals');
}));

await test('the disclosure adds up what was given and shows what was not', () => withPage({}, async (page) => {
  await open(page, `person/${a.patient.id}/paper/medicines`);
  const cells = await page.locator('.an-paper-table tbody tr').first().locator('td, th').allInnerTexts();
  const today = `${wardDay(now).slice(8)}/${wardDay(now).slice(5, 7)}`;
  equal([cells[1], cells[2], cells.at(-1)], ['Metformin 500 mg', 'viên', '2'], 'medicine, unit, total');
  truth(cells.some((c) => /^2; Từ chối$/.test(c)), `today ${today}: ${cells.join('|')}`);
  truth(!(await page.locator('.an-sheet').innerText()).includes('Tăng huyết áp'), 'no diagnosis where many read');
  await page.getByText('Người được chăm sóc hoặc người nhà ký').waitFor();
}));

await test('the care sheet says what was seen and done, and by whom', () => withPage({}, async (page) => {
  await open(page, `person/${a.patient.id}/paper/care`);
  const text = await page.locator('.an-paper-table').innerText();
  for (const word of ['Nhiệt độ 38,2 °C', 'Đã cho thuốc: Metformin 500 mg', 'Thuốc chưa dùng: Metformin 500 mg (Từ chối)', 'Điều dưỡng Hà']) truth(text.includes(word), word);
}));

await test('a whole ward prints a page for each person, A4, nothing wider than the paper', () => withPage({}, async (page) => {
  for (const sheet of ['vitals', 'care', 'medicines']) {
    await open(page, `ward/${ward.id}/paper/${sheet}`);
    equal(await page.locator('.an-sheet').count(), 2, 'sheets');
    const pdf = await print(page);
    equal(pages(pdf), 2, `${sheet}: pages`);
    const box = /MediaBox\s*\[([^\]]*)\]/.exec(pdf.toString('latin1'))?.[1] ?? '';
    truth(/^0 0 59[45]\.?\d* 84[12]/.test(box.trim()), `A4: ${box}`);
    await page.setViewportSize({ width: 703, height: 1000 }); /* 186 mm: A4 less its margins */
    await page.emulateMedia({ media: 'print' });
    const wide = await tooWide(page);
    truth(wide <= 0, `${sheet}: ${wide} px wider than the paper`);
    equal(await page.getByRole('button').evaluateAll((all) => all.filter((x) => x.offsetParent !== null).length), 0, 'nothing to press on paper');
    await page.emulateMedia({ media: null });
    await page.setViewportSize(SIZES.tablet);
  }
  equal((await fhir.find(`Observation?patient=${b.patient.id}`)).length, 0, 'the second has none, and still a sheet');
}));

await test('the sheets can be read by everybody (axe, three sizes, two languages)', async () => {
  for (const size of Object.keys(SIZES)) {
    for (const [lang, scheme] of [['vi', 'light'], ['en', 'dark']]) {
      await withPage({ size, lang, scheme }, async (page) => {
        for (const sheet of ['vitals', 'medicines']) {
          await open(page, `person/${a.patient.id}/paper/${sheet}`);
          equal(await axe(page), [], `axe ${sheet} at ${size} ${lang}`);
        }
      });
    }
  }
});

await end();
process.exit(finish());
