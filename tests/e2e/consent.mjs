/* Consents and rights in the browser, sign-in on, in a demo facility: given and withdrawn in the same number of taps, a child of eight with its
 * mother, a guardianship that ends, the line down; requests with their days left; the paper; and what others do not see.
 *
 *   ANSINH=/path/to/ansinh node consent.mjs */

import { axe, equal, eventually, finish, shot, SIZES, test, truth } from './harness.mjs';
import { card, fhir, find, signIn, stage, tooWide } from './kit/stage.mjs';

const { line, withPage, open: openAt, end } = await stage('consent', { demo: ['--facilities', '1', '--residents', '16', '--days', '1'] });

const made = async (page, type, body) => {
  const { status, body: stored } = await fhir(page, 'POST', type, { resourceType: type, ...body });
  truth(status === 201, `${type}: ${status} ${JSON.stringify(stored).slice(0, 300)}`);
  return stored.id;
};
const open = async (page, id) => {
  await openAt(page, `person/${id}/consent`);
  await page.getByRole('heading', { name: /^(Ai đại diện|Who represents)$/ }).waitFor();
};
const consents = (page, id, purpose) => find(page, `Consent?patient=Patient/${id}&purpose=${purpose}&_sort=_lastUpdated`);
const person = async (page, birthDate, name) => {
  const [one] = await find(page, 'Patient?_count=1');
  return made(page, 'Patient', { active: true, birthDate, name: [{ text: name }], managingOrganization: one.managingOrganization });
};
const yearsAgo = (n) => {
  const day = new Date(Date.now() + 7 * 3600_000);
  return `${day.getUTCFullYear() - n}-01-01`;
};

await test('given and withdrawn by an adult, in the same number of taps', () => withPage({}, async (page) => {
  await signIn(page, 'social-worker');
  const id = await person(page, '1950', 'Nguyễn Thị Thử');
  await open(page, id);
  await page.getByText('Ngày sinh chưa rõ: tính theo tuổi nhỏ hơn.').waitFor();
  const family = card(page, 'Cho gia đình biết tình hình sức khỏe');
  await family.getByText('Chưa đồng ý').waitFor();
  let taps = 0;
  const tap = async (what) => { taps += 1; await what.click(); };
  await tap(family.getByRole('button', { name: /^Ghi đồng ý/ }));
  equal(await family.locator('input:checked').count(), 0, 'nothing is ticked beforehand');
  await family.getByRole('button', { name: 'Lưu đồng ý' }).click();
  await family.getByText('Cần chính người đó đồng ý.').waitFor();
  equal((await consents(page, id, 'family-sharing')).length, 0, 'nothing is kept without who');
  await tap(family.getByLabel('Chính người đó (Nguyễn Thị Thử)'));
  await tap(family.getByRole('button', { name: 'Lưu đồng ý' }));
  await family.getByText(/^Đã đồng ý từ/).waitFor();
  await eventually('stored', async () => (await consents(page, id, 'family-sharing')).length === 1);
  const [c] = await consents(page, id, 'family-sharing');
  equal([c.status, c.performer.map((p) => p.reference), c.policyRule.coding[0].code], ['active', [`Patient/${id}`], 'law-91-2025']);
  await eventually('settled', async () => (await family.getByText('chờ gửi').count()) === 0);
  const toGive = taps;
  taps = 0;
  await tap(family.getByRole('button', { name: /^Rút lại/ }));
  await tap(family.getByLabel('Chính người đó (Nguyễn Thị Thử)'));
  await tap(family.getByRole('button', { name: 'Lưu rút lại' }));
  await eventually('withdrawn', async () => (await consents(page, id, 'family-sharing'))[0].status === 'inactive');
  equal(taps, toGive, 'as easy as giving');
  const [gone] = await consents(page, id, 'family-sharing');
  equal([gone.id, gone.meta.versionId], [c.id, '2'], 'one entry with its history');
  await family.getByText('Trước đây (1)').click();
  await family.getByText(/Rút lại ngày .* người rút: chính người đó/).waitFor();
  await shot(page, 'consent-withdrawn');
}));

await test('decisions of a court or an authority: written with number, day, place and period; what is guarded is not shown again', () => withPage({}, async (page) => {
  await signIn(page, 'social-worker');
  const id = await person(page, yearsAgo(40), 'Hà Văn Quyết');
  await open(page, id);
  const fill = async (kind) => {
    await page.getByRole('button', { name: 'Ghi quyết định', exact: true }).click();
    await page.getByRole('button', { name: 'Lưu quyết định' }).click();
    await page.getByText('Chọn quyết định về việc gì.').waitFor();
    await page.getByLabel(kind).check();
    await page.getByRole('button', { name: 'Lưu quyết định' }).click();
    await page.getByText('Quyết định cần số, ngày và nơi quyết định.').waitFor();
    await page.getByLabel('Số quyết định').fill('15/2026/QĐST-VDS');
    await page.getByLabel('Ngày quyết định').fill('2026-01-15');
    await page.getByLabel('Nơi quyết định').fill('Tòa án nhân dân khu vực 3');
    await page.getByLabel('Có hiệu lực từ ngày').fill('2026-02-01');
  };
  await fill('Tuyên bố hạn chế năng lực hành vi dân sự');
  await page.getByLabel('Đến hết ngày (nếu có thời hạn)').fill('2026-01-31');
  await page.getByRole('button', { name: 'Lưu quyết định' }).click();
  await page.getByText('Ngày hết hiệu lực trước ngày có hiệu lực.').waitFor();
  await page.getByLabel('Đến hết ngày (nếu có thời hạn)').fill('');
  await shot(page, 'consent-decision');
  await page.getByRole('button', { name: 'Lưu quyết định' }).click();
  await page.getByText('Hạn chế năng lực hành vi dân sự (theo quyết định)').waitFor();
  await page.getByText('Quyết định số 15/2026/QĐST-VDS ngày 15/01/2026, Tòa án nhân dân khu vực 3').waitFor();
  equal(await page.getByRole('button', { name: 'Lưu quyết định' }).count(), 0, 'the form is closed');
  await fill('Bắt buộc chữa bệnh');
  await page.getByText('Quyết định này được bảo vệ đặc biệt').waitFor();
  equal(await axe(page), [], 'serious findings of axe');
  await page.getByRole('button', { name: 'Lưu quyết định' }).click();
  await page.getByText('Đã lưu quyết định. Chỉ người được phân công xem được.').waitFor();
  equal(await page.getByRole('listitem').filter({ hasText: 'Bắt buộc chữa bệnh' }).count(), 0, 'shown to who is not assigned');
}));

await test('a child of eight: its mother alone for most, both of them where private life is published', () => withPage({}, async (page) => {
  await signIn(page, 'social-worker');
  const id = await person(page, yearsAgo(8), 'Lý A Thử');
  await open(page, id);
  await page.getByText('8 tuổi', { exact: true }).waitFor();
  const images = card(page, 'Chụp ảnh, ghi hình để truyền thông'), app = card(page, 'Dùng ứng dụng di động');
  await images.getByText('Chưa có ai được đại diện: thêm người đại diện trước.').waitFor();
  equal(await images.getByRole('button', { name: /^Ghi đồng ý/ }).count(), 0, 'nobody to ask');
  await page.getByRole('button', { name: 'Thêm người đại diện' }).click();
  await page.getByRole('button', { name: 'Lưu người đại diện' }).click();
  await page.getByText('Chọn quan hệ.').waitFor();
  await page.getByLabel('Giám hộ (theo quyết định)').check();
  await page.getByLabel('Họ và tên').fill('Vừ Thị Mẹ');
  await page.getByRole('button', { name: 'Lưu người đại diện' }).click();
  await page.getByText('Giám hộ và đại diện theo pháp luật cần số, ngày và nơi quyết định.').waitFor();
  await page.getByLabel('Mẹ', { exact: true }).check();
  await page.getByRole('button', { name: 'Lưu người đại diện' }).click();
  await page.getByText('Vừ Thị Mẹ').first().waitFor();
  await images.getByRole('button', { name: /^Ghi đồng ý/ }).click();
  await images.getByText('Trẻ từ 7 tuổi và việc công bố đời tư: cả trẻ và người đại diện cùng đồng ý.').waitFor();
  await images.getByLabel('Vừ Thị Mẹ').check();
  await images.getByRole('button', { name: 'Lưu đồng ý' }).click();
  await images.getByText('Cần chính người đó đồng ý.').waitFor();
  await shot(page, 'consent-child');
  await images.getByLabel('Chính người đó (Lý A Thử)').check();
  await images.getByRole('button', { name: 'Lưu đồng ý' }).click();
  await eventually('stored', async () => (await consents(page, id, 'images')).length === 1);
  const [c] = await consents(page, id, 'images');
  equal(c.performer.length, 2, 'both');
  equal(c.provision.period.end, `${Number(yearsAgo(8).slice(0, 4)) + 17}-12-31`, 'until the day before the 18th birthday');
  await app.getByRole('button', { name: /^Ghi đồng ý/ }).click();
  equal(await app.getByLabel(/Chính người đó/).count(), 0, 'the child is not asked here');
  await app.getByLabel('Vừ Thị Mẹ').check();
  await app.getByRole('button', { name: 'Lưu đồng ý' }).click();
  await eventually('stored', async () => (await consents(page, id, 'app')).length === 1);
  /* in writing: without the paper nothing is kept */
  const test_ = card(page, 'Xét nghiệm HIV tự nguyện');
  await test_.getByRole('button', { name: /^Ghi đồng ý/ }).click();
  await test_.getByLabel('Vừ Thị Mẹ').check();
  await test_.getByRole('button', { name: 'Lưu đồng ý' }).click();
  await test_.getByText('Trường hợp này luật yêu cầu bằng văn bản: kèm ảnh hoặc tệp.').waitFor();
  /* the representation ends: nobody may act any more */
  await page.getByRole('button', { name: 'Kết thúc từ hôm nay: Vừ Thị Mẹ' }).click();
  await page.getByRole('dialog', { name: 'Kết thúc việc đại diện?' }).getByRole('button', { name: 'Kết thúc từ hôm nay' }).click();
  await page.getByText('đã hết').waitFor();
  await card(page, 'Tham gia đợt sàng lọc bằng bảng hỏi').getByText('Chưa có ai được đại diện: thêm người đại diện trước.').waitFor();
}));

await test('a paper goes along, is drawn smaller, and may come later', () => withPage({}, async (page) => {
  await signIn(page, 'social-worker');
  const id = await person(page, '1960-05-01', 'Trần Văn Giấy');
  await open(page, id);
  const picture = Buffer.from(await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [2400, 1200];
    canvas.getContext('2d').fillRect(0, 0, 1200, 1200);
    return canvas.toDataURL('image/png').split(',')[1];
  }), 'base64');
  const app = card(page, 'Dùng ứng dụng di động');
  await app.getByRole('button', { name: /^Ghi đồng ý/ }).click();
  await app.getByLabel(/Chính người đó/).check();
  await app.getByLabel('Ảnh hoặc tệp giấy đồng ý (nếu có)').setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('x') });
  await app.getByRole('button', { name: 'Lưu đồng ý' }).click();
  await app.getByText('Chỉ nhận ảnh (JPEG, PNG, WebP) hoặc tệp PDF.').waitFor();
  await app.getByLabel('Ảnh hoặc tệp giấy đồng ý (nếu có)').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: picture });
  await app.getByRole('button', { name: 'Lưu đồng ý' }).click();
  await app.getByText('có giấy kèm theo').waitFor();
  const [c] = await consents(page, id, 'app');
  truth(c.sourceAttachment.contentType === 'image/jpeg' && c.sourceAttachment.data.length < 200_000, 'drawn smaller');
  const family = card(page, 'Cho gia đình biết tình hình sức khỏe');
  await family.getByRole('button', { name: /^Ghi đồng ý/ }).click();
  await family.getByLabel(/Chính người đó/).check();
  await family.getByRole('button', { name: 'Lưu đồng ý' }).click();
  await family.getByLabel('Thêm ảnh giấy đồng ý').setInputFiles({ name: 'b.png', mimeType: 'image/png', buffer: picture });
  await family.getByText('có giấy kèm theo').waitFor();
  await family.getByRole('button', { name: /^Rút lại/ }).click();
  await family.getByLabel(/Chính người đó/).check();
  await family.getByRole('button', { name: 'Lưu rút lại' }).click();
  await eventually('withdrawn', async () => (await consents(page, id, 'family-sharing'))[0].status === 'inactive');
}));

await test('with the line down it waits, and goes out once', () => withPage({}, async (page) => {
  await signIn(page, 'social-worker');
  const id = await person(page, '1955', 'Phạm Thị Mạng');
  await open(page, id);
  const family = card(page, 'Cho gia đình biết tình hình sức khỏe');
  await family.getByRole('button', { name: /^Ghi đồng ý/ }).click();
  await family.getByLabel(/Chính người đó/).check();
  line.mode = 'gone';
  await family.getByRole('button', { name: 'Lưu đồng ý' }).click();
  await family.getByText(/chờ gửi/).waitFor();
  await page.getByText(/chưa gửi/).first().waitFor();
  line.mode = 'pass';
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await eventually('sent', async () => (await consents(page, id, 'family-sharing')).length === 1, 40_000);
  /* the answer is lost after the server has acted: still once */
  await eventually('settled', async () => (await family.getByText('chờ gửi').count()) === 0, 40_000);
  line.mode = 'lose';
  await family.getByRole('button', { name: /^Rút lại/ }).click();
  await family.getByLabel(/Chính người đó/).check();
  await family.getByRole('button', { name: 'Lưu rút lại' }).click();
  await family.getByText('Trước đây (1)').waitFor();
  line.mode = 'pass';
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await eventually('withdrawn', async () => (await consents(page, id, 'family-sharing')).map((c) => c.status).join() === 'inactive', 40_000);
}));

await test('a ground for handing on without consent: paper, place and days; with the line down too; stopped before its days are over', () => withPage({ size: 'phone' }, async (page) => {
  await signIn(page, 'social-worker');
  const id = await person(page, '1952', 'Đinh Thị Chuyển');
  const grounds = async () => (await find(page, `Basic?subject=Patient/${id}&code=urn:ansinh:decision|sharing-ground`));
  await open(page, id);
  const treatment = card(page, 'Khám, điều trị tiếp ở nơi khác (giấy chuyển, cấp cứu)');
  const part = treatment.getByRole('region', { name: 'Chuyển dữ liệu không cần đồng ý' });
  equal(await card(page, 'Chuyển dữ liệu cho cơ sở khám chữa bệnh khác theo nguyện vọng').getByRole('button', { name: 'Ghi căn cứ' }).count(), 0, 'where only consent will do there is no such way');
  await part.getByRole('button', { name: 'Ghi căn cứ' }).click();
  const save = part.getByRole('button', { name: 'Lưu căn cứ' });
  await save.click();
  await part.getByText('Chọn nơi nhận dữ liệu.').waitFor();
  await part.getByLabel('Nơi nhận dữ liệu').selectOption({ index: 1 });
  await save.click();
  await part.getByText('Ghi số của giấy tờ làm căn cứ.').waitFor();
  await part.getByLabel('Số giấy chuyển hoặc giấy tờ làm căn cứ').fill('12/GCV');
  await save.click();
  await part.getByText('Ghi từ ngày nào đến hết ngày nào.').waitFor();
  const day = (n) => new Date(Date.now() + 7 * 3600_000 + n * 86_400_000).toISOString().slice(0, 10);
  await part.getByLabel('Từ ngày').fill(day(-2));
  await part.getByLabel('Đến hết ngày').fill(day(20));
  await shot(page, 'consent-ground-phone');
  equal(await axe(page), [], 'serious findings of axe');
  line.mode = 'gone';
  await save.click();
  await part.getByText(/chờ gửi/).waitFor();
  line.mode = 'pass';
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await eventually('sent', async () => (await grounds()).length === 1, 40_000);
  const [ground] = await grounds();
  equal(ground.extension[1].valuePeriod, { start: day(-2), end: day(20) });
  await eventually('settled', async () => (await part.getByText('chờ gửi').count()) === 0, 40_000);
  await part.getByRole('button', { name: 'Dừng ngay việc chuyển theo giấy số 12/GCV' }).click();
  await part.getByText('Trước đây (1)').waitFor();
  await eventually('ended', async () => (await grounds())[0].extension.some((e) => e.url === 'urn:ansinh:extension:withdrawal'), 40_000);
  equal((await grounds()).length, 1, 'one entry with its history');
  await part.getByText('Trước đây (1)').click();
  await part.getByText(/đã dừng/).waitFor();
  await shot(page, 'consent-ground-ended');
}));

await test('requests: taken, acknowledged, extended once, answered; the head sees them, a nurse does not', async () => {
  let id;
  await withPage({}, async (page) => {
    await signIn(page, 'records-clerk');
    id = await person(page, '1948', 'Hồ Thị Hỏi');
    await open(page, id);
    await page.getByRole('button', { name: 'Nhận yêu cầu' }).click();
    await page.getByRole('button', { name: 'Lưu yêu cầu' }).click();
    await page.getByText('Chọn loại yêu cầu.').waitFor();
    await page.getByLabel('Cung cấp bản sao').check();
    await page.getByLabel('Ghi lời yêu cầu (nếu có)').fill('Xin bản sao bệnh án năm nay');
    await page.getByRole('button', { name: 'Lưu yêu cầu' }).click();
    const lines = page.locator('.an-consent-requests');
    await lines.getByText('Mới nhận').waitFor();
    await lines.getByRole('button', { name: 'Xác nhận đã nhận' }).click();
    await lines.getByText('còn 10 ngày').waitFor();
    await lines.getByRole('button', { name: 'Gia hạn' }).click();
    await lines.getByLabel('Lý do gia hạn (chỉ một lần)').fill('Hồ sơ giấy nhiều năm');
    await lines.getByRole('button', { name: 'Lưu', exact: true }).click();
    await lines.getByText('Đã gia hạn một lần: Hồ sơ giấy nhiều năm').waitFor();
    equal(await lines.getByRole('button', { name: 'Gia hạn' }).count(), 0, 'once');
    await lines.getByText('còn 20 ngày').waitFor();
    await shot(page, 'consent-requests');
  });
  await withPage({ size: 'desktop' }, async (page) => {
    await signIn(page, 'facility-head');
    await page.goto(`${line.url}/#/requests`);
    await page.getByRole('link', { name: 'Mở hồ sơ: Hồ Thị Hỏi' }).waitFor();
    equal(await axe(page), [], 'axe');
    await shot(page, 'requests-desktop');
    const row = page.locator('.an-consent-requests > li', { hasText: 'Hồ Thị Hỏi' });
    await row.getByRole('button', { name: 'Trả lời' }).click();
    await row.getByRole('button', { name: 'Lưu', exact: true }).click();
    await row.getByText('Ghi vài chữ rồi bấm lại.').waitFor();
    await row.getByLabel('Đã trả lời thế nào?').fill('Đã giao bản sao cho gia đình');
    await row.getByRole('button', { name: 'Lưu', exact: true }).click();
    await eventually('answered', async () => (await page.getByText('Hồ Thị Hỏi').count()) === 0);
    const [task] = await find(page, `Task?patient=Patient/${id}&code=urn:ansinh:data-request|`);
    equal([task.status, task.output[0].valueString], ['completed', 'Đã giao bản sao cho gia đình']);
  });
  await withPage({}, async (page) => {
    await signIn(page, 'nurse');
    equal((await find(page, 'Task?code=urn:ansinh:data-request|')).length, 0, 'a nurse sees none');
    await page.goto(`${line.url}/#/requests`);
    await page.getByText(/Bạn không có quyền xem/).first().waitFor();
    const [mine] = await find(page, 'Patient?_count=1');
    await open(page, mine.id);
    equal(await page.getByRole('button', { name: /^(Ghi đồng ý|Ghi căn cứ|Rút lại|Nhận yêu cầu)/ }).count(), 0, 'and reads only');
  });
});

await test('the paper to sign has its official head and says who has to sign', () => withPage({ size: 'desktop' }, async (page) => {
  await signIn(page, 'social-worker');
  const id = await person(page, yearsAgo(9), 'Giàng A Ký');
  await open(page, id);
  await card(page, 'Chụp ảnh, ghi hình để truyền thông').getByRole('link', { name: /^In phiếu/ }).click();
  await page.getByRole('heading', { name: 'PHIẾU ĐỒNG Ý' }).waitFor();
  await page.locator('.an-sheet').getByText('Người được chăm sóc', { exact: true }).waitFor();
  await page.getByText(/^Người đại diện \(quan hệ/).waitFor();
  await page.getByText(/^Cơ sở: /).waitFor();
  equal(await axe(page), [], 'axe');
  await shot(page, 'consent-paper');
}));

await test('consents can be read and worked by everybody (axe, three sizes, two languages, no sideways scrolling)', async () => {
  let id;
  await withPage({}, async (page) => {
    await signIn(page, 'social-worker');
    id = await person(page, yearsAgo(8), 'Sùng Thị Bé');
    await made(page, 'RelatedPerson', { active: true, patient: { reference: `Patient/${id}` }, name: [{ text: 'Sùng Thị Mẹ' }],
      relationship: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'MTH' }] }] });
    await open(page, id);
    const app = card(page, 'Dùng ứng dụng di động');
    await app.getByRole('button', { name: /^Ghi đồng ý/ }).click();
    await app.getByLabel('Sùng Thị Mẹ').check();
    await app.getByRole('button', { name: 'Lưu đồng ý' }).click();
    await eventually('stored', async () => (await consents(page, id, 'app')).length === 1);
  });
  for (const size of Object.keys(SIZES)) {
    for (const [lang, scheme] of [['vi', 'light'], ['en', 'dark']]) {
      await withPage({ size, lang, scheme }, async (page) => {
        await signIn(page, 'social-worker');
        await open(page, id);
        await page.getByRole('button', { name: /^(Ghi đồng ý|Record consent)/ }).first().click();
        const wide = await tooWide(page);
        truth(wide <= 0, `${size} ${lang}: ${wide} px too wide`);
        await shot(page, `consent-${size}-${lang}`);
        equal(await axe(page), [], `axe at ${size} ${lang}`);
      });
    }
  }
});

await end();
process.exit(finish());
