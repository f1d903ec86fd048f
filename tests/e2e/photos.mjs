/* Photos with sign-in on, in a demo ward: a portrait on the person's page, the board and the round; a wound's photo, made small and bare of what the camera
 * wrote, also with the line down; what is no picture; who sees none. The pictures are drawn here.
 *
 *   ANSINH=/path/to/ansinh node photos.mjs */

import { axe, equal, eventually, finish, shot, SIZES, test, truth } from './harness.mjs';
import { button, fhir, find, signIn, stage, tooWide } from './kit/stage.mjs';

const { line, withPage, open, end } = await stage('photos', { demo: ['--facilities', '1', '--residents', '8', '--days', '1'] });
const WARD = 'demo-ward';

/* A JPEG as a camera makes it: large, and with a segment of its own that says where it was taken. */
async function cameraJpeg(page, width, height) {
  const base64 = await page.evaluate(async ([w, h]) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [w, h];
    const g = canvas.getContext('2d');
    for (let i = 0; i < 40; i += 1) { g.fillStyle = `hsl(${i * 9} 60% ${40 + i}%)`; g.fillRect((i * w) / 40, 0, w / 40 + 1, h); }
    g.fillStyle = '#fff';
    g.beginPath();
    g.arc(w / 2, h / 2, Math.min(w, h) / 4, 0, 7);
    g.fill();
    const blob = await new Promise((done) => { canvas.toBlob(done, 'image/jpeg', 0.95); });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = '';
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return btoa(text);
  }, [width, height]);
  const jpeg = Buffer.from(base64, 'base64');
  const said = Buffer.from('Exif\0\0GPS 21.0278 N 105.8342 E');
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, said.length + 2]), said]);
  return { name: 'IMG_1.jpg', mimeType: 'image/jpeg', buffer: Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]) };
}
/* The page's policy lets nothing be fetched from data:, so the size is read from the JPEG's frame. */
function frameOf(data) {
  const b = Buffer.from(data, 'base64');
  for (let i = 2; i + 9 < b.length;) {
    if (b[i] === 0xff && b[i + 1] >= 0xc0 && b[i + 1] <= 0xc2) return [b.readUInt16BE(i + 7), b.readUInt16BE(i + 5)];
    i += 2 + b.readUInt16BE(i + 2);
  }
  return [0, 0];
}
const inBed = async (page, n) => (await find(page, `Encounter?status=in-progress&location=Location/demo-bed-1-${n}`))[0].subject.reference.split('/')[1];

await test('a portrait is taken, shown on the board and in the round, and says what it is for', () => withPage({}, async (page) => {
  await signIn(page, 'nurse');
  const id = await inBed(page, 1);
  await open(page, `person/${id}`);
  await button(page, 'Thêm ảnh chân dung').click();
  const dialog = page.getByRole('dialog', { name: /^Ảnh chân dung: / });
  await dialog.getByText('Chưa có đồng ý chụp ảnh để truyền thông').waitFor();
  await dialog.locator('input[type=file]').setInputFiles({ name: 'x.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') });
  await dialog.getByText('Tệp này không phải ảnh.').waitFor();
  await dialog.locator('input[type=file]').setInputFiles(await cameraJpeg(page, 3000, 2000));
  await dialog.locator('img.an-face').waitFor();
  await shot(page, 'photos-portrait');
  equal(await axe(page), [], 'axe');
  await dialog.getByRole('button', { name: 'Lưu ảnh này' }).click();
  await eventually('stored', async () => (await find(page, `Patient?_id=${id}`))[0].photo?.length === 1);
  const { data } = (await find(page, `Patient?_id=${id}`))[0].photo[0];
  equal(frameOf(data), [320, 213], 'made small');
  truth(data.length < 64 * 1024, `and light: ${data.length}`);
  await button(page, 'Đổi ảnh chân dung').waitFor();
  await open(page, `ward/${WARD}`);
  await page.locator('.an-board-card img.an-face').first().waitFor();
  equal(await page.locator('.an-board-card img.an-face').count(), 1, 'one face on the board, letters for the others');
  await shot(page, 'photos-board');
  await open(page, `ward/${WARD}/drugs?p=${id}`);
  await page.locator('.an-round-who img.an-face').waitFor();
}));

await test('a wound is photographed: small, bare of what the camera wrote, shown when asked for', () => withPage({}, async (page) => {
  await signIn(page, 'nurse');
  const id = await inBed(page, 2);
  const wound = await fhir(page, 'POST', 'Condition', {
    resourceType: 'Condition', clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] }, verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'confirmed' }] },
    code: { coding: [{ system: 'urn:ansinh:wound', code: 'pressure' }], text: 'Loét' }, bodySite: [{ coding: [{ system: 'urn:ansinh:body-site', code: 'sacrum' }] }], subject: { reference: `Patient/${id}` },
  });
  equal(wound.status, 201, JSON.stringify(wound.body).slice(0, 200));
  await open(page, `person/${id}/wounds`);
  const take = page.getByLabel(/^Chụp hoặc chọn ảnh: /).first();
  await take.waitFor();
  await take.setInputFiles(await cameraJpeg(page, 4000, 3000));
  await eventually('stored', async () => (await find(page, `Media?patient=${id}`)).length === 1);
  const [media] = await find(page, `Media?patient=${id}`);
  equal([media.partOf[0].reference, media.content.contentType], [`Condition/${wound.body.id}`, 'image/jpeg'], 'of this wound');
  equal(frameOf(media.content.data), [1280, 960], 'made small');
  truth(!Buffer.from(media.content.data, 'base64').includes('Exif') && !Buffer.from(media.content.data, 'base64').includes('GPS'), 'bare');
  await page.getByRole('button', { name: /^Xem ảnh / }).click();
  await page.locator('.an-photo img').waitFor();
  await shot(page, 'photos-wound');
  equal(await axe(page), [], 'axe');
  /* with the line down it waits, and is sent once */
  line.mode = 'gone';
  await take.setInputFiles(await cameraJpeg(page, 800, 600));
  await page.getByText('Một ảnh đang chờ gửi.').waitFor();
  line.mode = 'pass';
  await eventually('sent', async () => (await find(page, `Media?patient=${id}`)).length === 2, 40_000);
  await eventually('nothing waits', async () => (await page.getByText('Một ảnh đang chờ gửi.').count()) === 0);
  /* of the wrong person: asked, then struck through */
  if (await button(page, 'Ảnh nhầm, gạch bỏ').count() === 0) await page.getByRole('button', { name: /^Xem ảnh / }).first().click();
  await button(page, 'Ảnh nhầm, gạch bỏ').first().click();
  equal((await find(page, `Media?patient=${id}`)).map((m) => m.status), ['completed', 'completed'], 'asked first');
  await page.getByRole('dialog', { name: 'Gạch bỏ ảnh này?' }).getByRole('button', { name: 'Gạch bỏ' }).click();
  await eventually('struck, not deleted', async () => (await find(page, `Media?patient=${id}`)).filter((m) => m.status === 'entered-in-error').length === 1);
}));

await test('an incident is photographed while it is reported: with the line down it goes along, once', () => withPage({ size: 'phone' }, async (page) => {
  await signIn(page, 'nurse');
  const id = await inBed(page, 3);
  await open(page, `person/${id}/incident`);
  await button(page, 'Tổn thương da').click();
  await button(page, 'Nhẹ').click();
  const take = page.getByLabel('Chụp hoặc chọn ảnh: Báo sự cố');
  await take.setInputFiles({ name: 'x.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') });
  await page.getByText('Tệp này không phải ảnh.').waitFor();
  await take.setInputFiles(await cameraJpeg(page, 1600, 1200));
  await page.getByAltText('Ảnh 1, chưa lưu').waitFor();
  await take.setInputFiles(await cameraJpeg(page, 800, 600));
  await page.getByAltText('Ảnh 2, chưa lưu').waitFor();
  await button(page, 'Bỏ ảnh này, số 2').click();
  equal((await find(page, `Media?patient=${id}`)).length, 0, 'nothing is sent before it is saved');
  await shot(page, 'photos-report');
  equal(await axe(page), [], 'axe');
  line.mode = 'gone';
  await button(page, 'Ghi sự cố').click();
  line.mode = 'pass';
  await eventually('both are there', async () => (await find(page, `Media?patient=${id}`)).length === 1 && (await find(page, `AdverseEvent?subject=Patient/${id}`)).length === 1, 45_000);
  const [media] = await find(page, `Media?patient=${id}`);
  const [event] = await find(page, `AdverseEvent?subject=Patient/${id}`);
  equal([media.partOf[0].reference, media.type.coding[1].code], [`AdverseEvent/${event.id}`, 'incident'], 'of this incident');
  equal(frameOf(media.content.data), [1280, 960], 'made small');
  truth(!Buffer.from(media.content.data, 'base64').includes('Exif'), 'bare');
}));

await test('a carer, whose role reads no documents, sees no photo and takes no portrait', () => withPage({}, async (page) => {
  await signIn(page, 'carer');
  const id = await inBed(page, 2);
  equal((await fhir(page, 'GET', `Media?patient=${id}`)).status, 403, 'the server');
  await open(page, `person/${id}/wounds`);
  await page.locator('main h1').first().waitFor();
  await page.locator('.an-incident').waitFor();
  equal(await page.getByLabel(/^Chụp hoặc chọn ảnh: /).count(), 0, 'the page');
  await open(page, `person/${await inBed(page, 1)}`);
  await page.locator('.an-identity img.an-face').waitFor();
  equal(await button(page, 'Đổi ảnh chân dung').count(), 0, 'the face, and no way to change it');
}));

await test('a person with a photo can be read at three sizes (axe, no sideways scrolling)', async () => {
  for (const size of Object.keys(SIZES)) {
    await withPage({ size, lang: size === 'phone' ? 'en' : 'vi', scheme: size === 'phone' ? 'dark' : 'light' }, async (page) => {
      await signIn(page, 'nurse');
      await open(page, `person/${await inBed(page, 1)}`);
      await page.locator('.an-identity img.an-face').waitFor();
      await eventually('all parts are there', async () => (await page.locator('.mantine-Skeleton-root').count()) === 0);
      const wide = await tooWide(page);
      truth(wide <= 0, `${size}: ${wide} px too wide`);
      await shot(page, `photos-person-${size}`);
      equal(await axe(page), [], `axe at ${size}`);
    });
  }
});

await end();
process.exit(finish());
