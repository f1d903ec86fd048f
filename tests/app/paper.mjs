/* Papers and 24-hour packs on the real program: every form is a PDF with the words it must have, shows what its printer may see and nothing
 * else, and leaves its entry; packs are made by themselves, are whole or not there whatever is killed, and only two are kept. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FULL, Server, ask, equal, finish, newFolder, run, sleep, soon, test, truth } from '../node.mjs';

const PASSWORD = 'ansinh-demo-2026';
const ROUNDS = Number(process.env.ROUNDS ?? (FULL ? 20 : 5));
const folder = newFolder('paper'), data = join(folder, 'data');
const json = { 'content-type': 'application/fhir+json' };

/* ---- reading PDF ---- */

let made = 0;
function wordsOf(bytes) {
  truth(bytes.subarray(0, 5).toString() === '%PDF-', 'it does not begin as a PDF');
  truth(bytes.subarray(-6).toString() === '%%EOF\n', 'it does not end as a PDF');
  const path = join(folder, `read-${made++}.pdf`);
  writeFileSync(path, bytes);
  const text = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 << 20 });
  return text.normalize('NFC');
}
const flat = (text) => text.replace(/\s+/g, ' ');
const holds = (text, part) => truth(flat(text).includes(part), `"${part}" is not on it: ${flat(text).slice(0, 500)}`);
const lacks = (text, part) => truth(!flat(text).includes(part), `"${part}" is on it`);
/* A word of papers.json that is not there stands as its key. */
const isWhole = (text) => truth(!/\b(care|sign|pack|medicine|vitals|answer|unit|sealed|summary|admission|referral|handover|services|transfer|title)\.[a-z]/.test(text), `a word is missing: ${/\b\w+\.[a-z][\w.-]*/.exec(text)?.[0]}`);

/* ---- asking ---- */

const cookies = new Map();
async function signIn(server, name) {
  const reply = await ask(server, 'POST', '/auth/sign-in', { name, password: PASSWORD }, { 'x-ansinh': '1', 'content-type': 'application/json' });
  equal(reply.status, 200, reply.text);
  cookies.set(name, (reply.headers['set-cookie'] ?? []).map((c) => c.split(';')[0]).join('; '));
}
function fetchAs(server, name, path, method = 'GET') {
  return fetch(`${server.base}${path}`, { method, headers: { ...(name ? { cookie: cookies.get(name) } : {}), ...(method === 'GET' ? {} : { 'x-ansinh': '1', ...json }) } });
}
async function read(server, name, path) {
  const reply = await fetchAs(server, name, path);
  equal(reply.status, 200, `${path}: ${reply.status}`);
  return reply.json();
}
async function paper(server, name, path) {
  const reply = await fetchAs(server, name, path);
  if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${(await reply.text()).slice(0, 300)}`);
  equal(reply.headers.get('content-type'), 'application/pdf');
  equal(reply.headers.get('cache-control'), 'no-store');
  return wordsOf(Buffer.from(await reply.arrayBuffer()));
}
const list = async (server, name, query) => ((await read(server, name, `/fhir/${query}`)).entry ?? []).map((e) => e.resource);

/* ---- packs on the disk ---- */

const packDir = join(data, 'pack');
const housesOf = (dir = packDir) => (existsSync(dir) ? readdirSync(dir) : []);
const packsOf = (house, dir = packDir) => readdirSync(join(dir, house)).filter((n) => !n.endsWith('.part')).sort().reverse();
const manifest = (path) => JSON.parse(readFileSync(join(path, 'pack.json'), 'utf8'));

/* Whatever was killed: a folder with a name of a pack holds all of it. */
function checkWhole(dir = packDir) {
  let seen = 0;
  for (const house of housesOf(dir)) {
    for (const name of packsOf(house, dir)) {
      const path = join(dir, house, name);
      for (const ward of manifest(path).wards) {
        for (const file of [ward.file, ward.file.replace(/\.pdf$/, '_kin.pdf')]) {
          const bytes = readFileSync(join(path, file));
          truth(bytes.subarray(0, 5).toString() === '%PDF-' && bytes.subarray(-6).toString() === '%%EOF\n', `${file} of ${name} is not whole`);
          equal(statSync(join(path, file)).mode & 0o777, 0o600, 'mode of a pack');
          seen++;
        }
      }
    }
  }
  return seen;
}

/* ---- */

equal((await run('demo', '--data', data, '--facilities', '3', '--residents', '60', '--days', '3', '--quiet')).code, 0);
let server = await new Server(data, 'sign-in', '--quiet', '--pack', '00:00', '--pack-after', '1').ready();
for (const name of ['nurse', 'carer', 'doctor', 'facility-head', 'auditor', 'administrator', 'nurse-drugs', 'records-clerk']) await signIn(server, name);
const mine = (await list(server, 'carer', 'Patient?_count=500')).filter((p) => p.name);
const here = mine[0], elsewhere = (await list(server, 'nurse-drugs', 'Patient?_count=500')).find((p) => !mine.some((m) => m.id === p.id));
const ward = (await list(server, 'nurse', 'Location?_count=500')).find((l) => l.physicalType?.coding?.[0]?.code === 'wa');

for (const [form, words] of [
  ['vitals', ['PHIẾU THEO DÕI CHỨC NĂNG SỐNG', 'Mạch (lần/phút)', 'Huyết áp (mmHg)', 'Điểm NEWS2', 'Sáng', 'Chiều']],
  ['care', ['PHIẾU CHĂM SÓC', 'Theo dõi diễn biến', 'ĐIỀU DƯỠNG']],
  ['medicine', ['PHIẾU THỰC HIỆN THUỐC', 'Tên thuốc, hàm lượng']],
  ['disclosure', ['PHIẾU CÔNG KHAI THUỐC HẰNG NGÀY', 'Người được chăm sóc hoặc người nhà ký']],
  ['services', ['PHIẾU CÔNG KHAI DỊCH VỤ CHĂM SÓC HẰNG NGÀY', 'Ngày giường', 'Người được chăm sóc hoặc người nhà ký', 'Thuốc ghi ở phiếu công khai thuốc']],
  ['summary', ['CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 'TÓM TẮT HỒ SƠ THEO DÕI SỨC KHỎE', 'không phải hồ sơ bệnh án', 'Thuốc đang dùng', 'NGƯỜI ĐỨNG ĐẦU CƠ SỞ']],
  ['referral', ['Độc lập - Tự do - Hạnh phúc', 'GIẤY GIỚI THIỆU ĐI KHÁM BỆNH, CHỮA BỆNH', 'Kính gửi', 'Hướng điều trị']],
  ['admission', ['QUYẾT ĐỊNH', 'Về việc tiếp nhận', 'Điều 1.', 'Điều 3.']],
]) {
  await test(`${form}: a PDF with its words, whose it is, and who printed it`, async () => {
    const text = await paper(server, 'nurse', `/fhir/Patient/${here.id}/$paper?form=${form}`);
    for (const word of [...words, here.name[0].text, 'Trung tâm Bảo trợ xã hội An Bình', 'Người in: Điều dưỡng', 'Trang 1/', 'Phiếu chỉ gồm những gì người in được xem']) holds(text, word);
    isWhole(text);
    lacks(text, '□');
  });
}

await test('a facility with a licence to treat has records and slips of the law; not one whose licence is over', async () => {
  const own = await new Server(join(folder, 'licence'), '--quiet').ready();
  const put = async (r) => truth((await ask(own, 'PUT', `/fhir/${r.resourceType}/${r.id}`, r)).status < 300, r.id);
  const title = async (form) => flat(await paper(own, '', `/fhir/Patient/x/$paper?form=${form}`));
  const licence = (end) => ({
    resourceType: 'HealthcareService', id: 'l', active: true, providedBy: { reference: 'Organization/o' }, category: [{ coding: [{ system: 'urn:ansinh:licence', code: 'treatment' }] }],
    extension: [{ url: 'urn:ansinh:valid-period', valuePeriod: { start: '2020-01-01', ...(end ? { end } : {}) } }],
  });
  await put({ resourceType: 'Organization', id: 'o', name: 'Bệnh viện Một' });
  await put({ resourceType: 'Patient', id: 'x', name: [{ text: 'Vừ Thị Mỷ' }], birthDate: '1950' });
  await put({ resourceType: 'Encounter', id: 's', status: 'in-progress', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' }, subject: { reference: 'Patient/x' },
    serviceProvider: { reference: 'Organization/o' }, period: { start: '2025-02-03' },
    hospitalization: { admitSource: { coding: [{ system: 'urn:ansinh:admission-way', code: 'special' }] } } });
  holds(await title('summary'), 'TÓM TẮT HỒ SƠ THEO DÕI SỨC KHỎE');
  /* forty medicines stand, none is left out; of results, which are many, the paper says how many are; the head of each further page claims no more than its first */
  for (let n = 1; n <= 40; n += 1) {
    await put({ resourceType: 'MedicationRequest', id: `m${n}`, status: 'active', intent: 'order', subject: { reference: 'Patient/x' }, authoredOn: `2025-03-${String(1 + (n % 28)).padStart(2, '0')}`,
      medicationCodeableConcept: { text: `Thuốc số ${n}, viên nén bao phim giải phóng kéo dài hàm lượng 875 mg/125 mg` }, dosageInstruction: [{ text: 'Uống sau ăn sáng và sau ăn tối, mỗi lần 1 viên' }, ...(n === 7 ? [{ text: 'tối uống 3 viên' }] : [])] });
    await put({ resourceType: 'Procedure', id: `p${n}`, status: 'completed', subject: { reference: 'Patient/x' }, performedDateTime: '2025-03-01', code: { text: `Thủ thuật số ${n}` } });
  }
  const many = await title('summary');
  for (let n = 1; n <= 40; n += 1) holds(many, `Thuốc số ${n},`);
  holds(many, 'mỗi lần 1 viên; tối uống 3 viên');
  holds(many, 'còn 10 mục cũ hơn không in ở đây');
  lacks(many, 'TÓM TẮT HỒ SƠ BỆNH ÁN');
  await put(licence());
  holds(await title('summary'), 'TÓM TẮT HỒ SƠ BỆNH ÁN');
  lacks(await title('summary'), 'không phải hồ sơ bệnh án');
  holds(await title('referral'), 'GIẤY CHUYỂN CƠ SỞ KHÁM BỆNH, CHỮA BỆNH');
  holds(await title('referral'), 'Vượt khả năng chuyên môn');
  await put(licence('2021-01-01'));
  holds(await title('referral'), 'GIẤY GIỚI THIỆU');
  const decision = await title('admission');
  for (const part of ['NĐ 20/2021/NĐ-CP, Điều 24, 27, 28', 'Vừ Thị Mỷ, sinh 1950', 'kể từ ngày 03/02/2025', 'Hoàn cảnh đặc biệt khó khăn']) holds(decision, part);
  await put({ resourceType: 'Contract', id: 'c', status: 'executed', subject: [{ reference: 'Patient/x' }], issued: '2025-02-02', identifier: [{ system: 'urn:ansinh:id:decision', value: '12/QĐ-TTBTXH' }] });
  holds(await title('admission'), 'Số: 12/QĐ-TTBTXH, 02/02/2025');
  await own.stop();
});

await test('services are counted by day: what was done, not what is struck, guarded or of other days; away all day is no day in a bed', async () => {
  const own = await new Server(join(folder, 'services'), '--quiet').ready();
  const put = async (r) => { const a = await ask(own, 'PUT', `/fhir/${r.resourceType}/${r.id}`, r); truth(a.status < 300, a.text.slice(0, 300)); };
  const about = { subject: { reference: 'Patient/x' } };
  await put({ resourceType: 'Organization', id: 'o', name: 'Bệnh viện Một' });
  await put({ resourceType: 'Patient', id: 'x', name: [{ text: 'Vừ Thị Mỷ' }], birthDate: '1950' });
  await put({ resourceType: 'Encounter', id: 's', status: 'in-progress', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' }, ...about,
    serviceProvider: { reference: 'Organization/o' }, period: { start: '2026-01-06T09:00:00+07:00' },
    extension: [{ url: 'urn:ansinh:extension:away', extension: [{ url: 'kind', valueCode: 'leave' }, { url: 'from', valueDateTime: '2026-01-08T07:00:00+07:00' }, { url: 'back', valueDateTime: '2026-01-10T18:00:00+07:00' }] }] });
  const done = (id, day, text, more = {}) => put({ resourceType: 'Procedure', id, status: 'completed', ...about, code: { text }, performedDateTime: `2026-01-${day}T09:00:00+07:00`, ...more });
  const tested = (id, day, text, more = {}) => put({ resourceType: 'Observation', id, status: 'final', ...about, category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }], code: { text },
    effectiveDateTime: `2026-01-${day}T00:30:00+07:00`, valueString: 'x', ...more });
  await done('a', '06', 'Tập vận động');
  await done('b', '06', 'Tập vận động');
  await done('c', '07', 'Tập vận động');
  await done('d', '07', 'Thay băng', { status: 'entered-in-error' });
  await done('e', '07', 'Chưa làm', { status: 'preparation' });
  await done('f', '20', 'Tuần khác');
  await done('g', '07', 'Tư vấn kín', { meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'HIV' }] } });
  await tested('h', '07', 'Công thức máu');
  await put({ resourceType: 'Observation', id: 'm', status: 'final', ...about, code: { coding: [{ system: 'urn:ansinh:care', code: 'hygiene' }] }, effectiveDateTime: '2026-01-11T07:00:00+07:00', valueString: 'x' });
  await put({ resourceType: 'HealthcareService', id: 'l', active: true, providedBy: { reference: 'Organization/o' }, category: [{ coding: [{ system: 'urn:ansinh:licence', code: 'treatment' }] }],
    extension: [{ url: 'urn:ansinh:valid-period', valuePeriod: { start: '2020-01-01' } }] });
  const text = await paper(own, '', '/fhir/Patient/x/$paper?form=services&start=2026-01-05&end=2026-01-11');
  holds(text, 'PHIẾU CÔNG KHAI DỊCH VỤ KHÁM BỆNH, CHỮA BỆNH');
  /* 6, 7, 8 and 10, 11: the ninth was away whole */
  for (const row of ['1 Ngày giường ngày 1 1 1 1 1 5', '2 Tập vận động lần 2 1 3', '3 Công thức máu lần 1 1', '4 Vệ sinh lần 1 1']) holds(text, row);
  for (const none of ['Thay băng', 'Chưa làm', 'Tuần khác', 'Tư vấn kín']) lacks(text, none);
  isWhole(text);
  /* out and in again, in and out on one day, over midnight, planned, struck through, out of the house at the week's end */
  const stay = (id, more) => put({ resourceType: 'Encounter', id, status: 'finished', class: { code: 'IMP' }, subject: { reference: 'Patient/y' }, serviceProvider: { reference: 'Organization/o' }, ...more });
  await put({ resourceType: 'Patient', id: 'y', name: [{ text: 'Lò Văn Sáu' }], birthDate: '1950' });
  await stay('y1', { period: { start: '2025-12-01T08:00:00+07:00', end: '2026-01-05T00:00:00+07:00' } }); /* gone as the week begins */
  await stay('y2', { period: { start: '2026-01-06T08:00:00+07:00', end: '2026-01-06T17:00:00+07:00' } });
  await stay('y3', { period: { start: '2026-01-07T23:30:00+07:00', end: '2026-01-08T00:30:00+07:00' } });
  await stay('y4', { period: { start: '2026-01-09', end: '2026-01-09' } });
  await stay('y5', { status: 'planned', period: { start: '2026-01-10' } });
  await stay('y6', { status: 'entered-in-error', period: { start: '2026-01-10', end: '2026-01-10' } });
  await stay('y7', { class: { code: 'AMB' }, period: { start: '2026-01-10T08:00:00+07:00', end: '2026-01-10T09:00:00+07:00' } });
  await stay('y8', { partOf: { reference: 'Encounter/y4' }, period: { start: '2026-01-11', end: '2026-01-11' } });
  await stay('y9', { period: { start: '2025-11-01' } }); /* over, and nobody knows since when */
  const week = await paper(own, '', '/fhir/Patient/y/$paper?form=services&start=2026-01-05&end=2026-01-11');
  holds(week, '1 Ngày giường ngày 1 1 1 1 4'); /* 6, 7, 8 and 9 */
  await own.stop();
});

await test('the sheet of a transfer says what was asked, and leaves what is not known to be written; called off there is none', async () => {
  const own = await new Server(join(folder, 'transfer'), '--quiet').ready();
  const put = async (r) => { const a = await ask(own, 'PUT', `/fhir/${r.resourceType}/${r.id}`, r); truth(a.status < 300, a.text.slice(0, 300)); };
  const part = (code, more) => ({ type: { coding: [{ system: 'urn:ansinh:transfer', code }] }, ...more });
  const asked = (more) => ({
    resourceType: 'Task', id: 't', status: 'requested', intent: 'order', code: { coding: [{ system: 'urn:ansinh:task', code: 'transfer' }] }, for: { reference: 'Patient/x' }, authoredOn: '2026-01-05T08:00:00+07:00',
    owner: { reference: 'Organization/o2' }, reasonCode: { coding: [{ system: 'urn:ansinh:transfer-reason', code: 'care' }], text: 'Cần chăm sóc tâm thần' }, restriction: { period: { end: '2026-01-09' } },
    input: [part('from', { valueReference: { reference: 'Organization/o' } }), part('summary', { valueString: 'Đi lại được, ăn tốt' }), part('medicines', { valueString: 'Amlodipin 30 viên' })], ...more,
  });
  await put({ resourceType: 'Organization', id: 'o', name: 'Trung tâm Một' });
  await put({ resourceType: 'Organization', id: 'o2', name: 'Trung tâm Hai' });
  await put({ resourceType: 'Patient', id: 'x', name: [{ text: 'Vừ Thị Mỷ' }], birthDate: '1950' });
  equal((await fetchAs(own, '', '/fhir/Patient/x/$paper?form=transfer')).status, 404);
  await put(asked());
  let text = await paper(own, '', '/fhir/Patient/x/$paper?form=transfer');
  for (const word of ['PHIẾU CHUYỂN CƠ SỞ', 'Cơ sở giao: Trung tâm Một', 'Cơ sở nhận: Trung tâm Hai', 'Lý do chuyển: Cần chăm sóc tâm thần', 'Dự kiến chuyển: 09/01/2026', 'Vừ Thị Mỷ', 'Đi lại được, ăn tốt', 'Amlodipin 30 viên',
    'Giấy tờ bàn giao', 'Tư trang', 'Người đi cùng', 'NGƯỜI GIAO', 'NGƯỜI NHẬN']) holds(text, word);
  truth(/Nhận lúc:(?! *\d)/.test(flat(text)), 'the hour is left to be written');
  isWhole(text);
  await put(asked({ status: 'completed', lastModified: '2026-01-09T10:30:00+07:00' }));
  text = await paper(own, '', '/fhir/Patient/x/$paper?form=transfer');
  holds(text, 'Nhận lúc: 09/01/2026 10:30');
  await put(asked({ status: 'cancelled' }));
  equal((await fetchAs(own, '', '/fhir/Patient/x/$paper?form=transfer')).status, 404);
  await own.stop();
});

await test('the handover sheet is the signed one, in its words', async () => {
  const own = await new Server(join(folder, 'handover'), '--quiet').ready();
  const put = async (r) => { const a = await ask(own, 'PUT', `/fhir/${r.resourceType}/${r.id}`, r); truth(a.status < 300, a.text.slice(0, 300)); };
  const at = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
  const div = (lines) => ({ status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><ul>${lines.map((l) => `<li>${l}</li>`).join('')}</ul></div>` });
  const handover = (id, minutes, line, more = {}) => ({
    resourceType: 'Composition', id, status: 'final', type: { coding: [{ system: 'urn:ansinh:document', code: 'handover' }] }, subject: { reference: 'Location/w' }, date: at(minutes),
    author: [{ display: 'Hà' }], title: 'Bàn giao', attester: [{ mode: 'professional', time: at(minutes), party: { display: 'Điều dưỡng Hà' } }, { mode: 'professional', time: at(minutes - 1), party: { display: 'Điều dưỡng Lan' } }],
    section: [{ title: 'Vừ Thị Mỷ, P.101-G1', section: [{ title: 'Tình trạng', text: div([line, 'Ăn &lt; nửa suất &amp; m&#x1ec7;t<!-- thôi --><style>li{}</style>']) }] }], ...more,
  });
  equal((await fetchAs(own, '', '/fhir/Location/w/$paper?form=handover')).status, 404);
  await put({ resourceType: 'Organization', id: 'o', name: 'Trung tâm Một' });
  await put({ resourceType: 'Location', id: 'w', name: 'Khoa Một', managingOrganization: { reference: 'Organization/o' } });
  equal((await fetchAs(own, '', '/fhir/Location/w/$paper?form=handover')).status, 404);
  await put(handover('old', 600, 'Chuyện cũ'));
  await put(handover('new', 30, 'NEWS2 tăng lên 5'));
  await put(handover('added', 10, 'Phần thêm', { relatesTo: [{ code: 'appends', targetReference: { reference: 'Composition/new' } }] }));
  const text = await paper(own, '', '/fhir/Location/w/$paper?form=handover');
  for (const part of ['PHIẾU BÀN GIAO CA TRỰC', 'Trung tâm Một', 'Khoa Một', 'Vừ Thị Mỷ, P.101-G1', 'Tình trạng: NEWS2 tăng lên 5', 'Ăn < nửa suất & mệt', 'Điều dưỡng Hà', 'Điều dưỡng Lan']) holds(text, part);
  lacks(text, 'Chuyện cũ');
  isWhole(text);
  await own.stop();
});

await test('the same question gives the same paper', async () => {
  const without = (text) => flat(text).replace(/lúc \d\d\/\d\d\/\d{4} \d\d:\d\d/g, '');
  const path = `/fhir/Patient/${here.id}/$paper?form=vitals&start=2026-01-01&end=2026-01-07`;
  equal(without(await paper(server, 'nurse', path)), without(await paper(server, 'nurse', path)));
});

await test('what its printer may not read is not on it, and it does not say so', async () => {
  /* a carer reads no diagnoses */
  const named = (await list(server, 'nurse', `Condition?patient=${mine.map((p) => `Patient/${p.id}`).join(',')}&clinical-status=active&_count=500`))
    .find((c) => !(c.meta.security ?? []).some((s) => s.code !== 'HTEST') && !/^F|^B2[0-4]|^Z21|^A5|^A6[0-4]/.test(c.code.coding?.[0]?.code ?? ''));
  const id = named.subject.reference.split('/')[1];
  const [hers, theirs] = [await paper(server, 'carer', `/fhir/Patient/${id}/$paper?form=vitals`), await paper(server, 'nurse', `/fhir/Patient/${id}/$paper?form=vitals`)];
  holds(theirs, named.code.text);
  lacks(hers, named.code.text);
  lacks(hers, 'Chẩn đoán');
});

await test('whom one does not see has no paper: as if there was nobody', async () => {
  for (const form of ['vitals', 'care', 'medicine']) {
    const [one, other] = [await fetchAs(server, 'carer', `/fhir/Patient/${elsewhere.id}/$paper?form=${form}`), await fetchAs(server, 'carer', `/fhir/Patient/nobody/$paper?form=${form}`)];
    equal([one.status, other.status], [404, 404]);
    equal(await one.text(), await other.text());
  }
  equal((await fetchAs(server, '', `/fhir/Patient/${here.id}/$paper?form=vitals`)).status, 401);
});

await test('a question that cannot be answered is refused in words', async () => {
  for (const query of ['', '?form=', '?form=none', '?form=pack', '?form=vitals&day=yesterday', '?form=vitals&start=2026-01-02&end=2026-01-01', '?form=vitals&start=2026-01-01&end=2026-12-31',
    '?form=vitals&day=2026-02-30', '?form=vitals&start=9999-12-31&end=9999-12-31', '?form=vitals&day=0001-01-01']) {
    const reply = await fetchAs(server, 'nurse', `/fhir/Patient/${here.id}/$paper${query}`);
    truth(reply.status === 400 || (reply.status === 200 && /9999|0001/.test(query)), `${query}: ${reply.status}`);
  }
});

await test('a print leaves its entry', async () => {
  const entry = await soon(async () => (await list(server, 'auditor', `AuditEvent?entity=Patient/${here.id}&_count=200`)).find((e) => JSON.stringify(e).includes('$paper')), 'the entry');
  truth(JSON.stringify(entry).includes(`Patient/${here.id}`), 'it does not name the person');
});

await test('what has no hours yet, and a copy nobody has compared, is in no hour of the pack and still on it; no paper says "none known" beside an allergy', async () => {
  const own = await new Server(join(folder, 'uneasy'), '--quiet').ready();
  const put = async (r) => truth((await ask(own, 'PUT', `/fhir/${r.resourceType}/${r.id}`, r)).status < 300, r.id);
  const subject = { reference: 'Patient/x' };
  await put({ resourceType: 'Organization', id: 'o', name: 'Trung tâm Một' });
  await put({ resourceType: 'Location', id: 'w', status: 'active', name: 'Khoa Một', managingOrganization: { reference: 'Organization/o' }, physicalType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code: 'wa' }] } });
  await put({ resourceType: 'Patient', id: 'x', name: [{ text: 'Vừ Thị Mỷ' }], birthDate: '1950' });
  await put({ resourceType: 'Encounter', id: 's', status: 'in-progress', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' }, subject, serviceProvider: { reference: 'Organization/o' },
    period: { start: '2025-02-03' }, location: [{ location: { reference: 'Location/w' }, status: 'active' }] });
  const order = (id, text, more) => put({ resourceType: 'MedicationRequest', id, status: 'active', intent: 'order', subject, authoredOn: '2026-01-01', medicationCodeableConcept: { text }, ...more });
  const daily = (text, repeat) => ({ dosageInstruction: [{ text, timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd', ...repeat } } }] });
  await order('timed', 'Amlodipin 5 mg', daily('1 viên sáng', { timeOfDay: ['07:30:00'] }));
  await order('timeless', 'Bisoprolol 2,5 mg', daily('sáng nửa viên', {}));
  await order('bare', 'Vitamin B1', {});
  await order('over', 'Amoxicilin 500 mg', daily('tối 1 viên', { boundsPeriod: { end: '2026-01-08' } }));
  await order('copied', 'Perindopril 8 mg', { ...daily('tối 1 viên', { timeOfDay: ['20:00:00'] }), reportedBoolean: true, requester: { display: 'BV tỉnh' } });
  const pack = flat(await paper(own, '', '/fhir/Location/w/$paper?form=pack'));
  for (const word of ['Bisoprolol 2,5 mg', 'sáng nửa viên', 'Vitamin B1', 'Perindopril 8 mg']) holds(pack, word);
  equal([/07:30/g, /Chưa có/g, /Chưa đối/g, /chưa phát/g].map((r) => pack.match(r)?.length), [1, 2, 1, 1], 'what is at an hour, without one, and not to be given');
  lacks(pack, 'Amoxicilin');
  lacks(pack, '20:00');
  const status = { clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] }, patient: subject };
  await put({ resourceType: 'AllergyIntolerance', id: 'none', ...status, code: { coding: [{ system: 'http://snomed.info/sct', code: '716186003' }], text: 'Không có dị ứng đã biết' } });
  holds(flat(await paper(own, '', '/fhir/Patient/x/$paper?form=summary')), 'Không có dị ứng đã biết');
  await put({ resourceType: 'AllergyIntolerance', id: 'one', ...status, code: { text: 'Dị ứng penicilin' } });
  for (const form of ['summary', 'referral']) {
    const text = flat(await paper(own, '', `/fhir/Patient/x/$paper?form=${form}`));
    holds(text, 'Dị ứng penicilin');
    lacks(text, 'Không có dị ứng đã biết');
    holds(text, 'Perindopril 8 mg; tối 1 viên (bản chép, chưa đối chiếu với giấy)');
    lacks(text, 'sáng (bản chép');
  }
  await own.stop();
});

await test('who may not read what a paper must say gets none, in words where a browser asked; what tells of the stay alone is printed', async () => {
  const at = async (who, path, accept) => fetch(`${server.base}${path}`, { headers: { cookie: cookies.get(who), ...(accept ? { accept } : {}) } });
  for (const form of ['summary', 'referral', 'vitals', 'care', 'medicine', 'disclosure']) equal((await at('records-clerk', `/fhir/Patient/${here.id}/$paper?form=${form}`)).status, 403, `${form} of a clerk`);
  equal((await at('records-clerk', `/fhir/Patient/${here.id}/$paper?form=admission`)).status, 200, 'the decision is theirs');
  equal((await at('carer', `/fhir/Patient/${here.id}/$paper?form=summary`)).status, 403, 'a summary without diagnoses');
  equal((await at('carer', `/fhir/Patient/${here.id}/$paper?form=vitals`)).status, 200, 'what a carer reads');
  const page = async (who, path) => { const r = await at(who, path, 'text/html,application/xhtml+xml,*/*;q=0.8'); return [r.status, r.headers.get('content-type'), await r.text()]; };
  for (const [who, path, status, word] of [['records-clerk', `/fhir/Patient/${here.id}/$paper?form=summary`, 403, 'Nhờ người xem được hồ sơ in giúp'], ['nurse', '/fhir/Patient/nobody/$paper?form=summary', 404, 'Không có hồ sơ hoặc phiếu này'],
    ['nurse', `/fhir/Patient/${here.id}/$paper?form=vitals&day=hm`, 400, 'Chọn lại ngày'], ['nobody', `/fhir/Patient/${here.id}/$paper?form=vitals`, 401, 'Phiên làm việc đã hết']]) {
    const [got, type, text] = await page(who, path);
    equal([got, type], [status, 'text/html; charset=utf-8'], path);
    holds(text, 'Chưa in được phiếu này');
    holds(text, word);
    lacks(text, 'OperationOutcome');
  }
  const [, type, text] = await page('records-clerk', `/fhir/Observation?patient=${here.id}`);
  truth(type.startsWith('application/fhir+json') && text.includes('OperationOutcome'), 'everything else is for programs');
});

await test('the pack of a ward: everybody in it, allergies, doses with boxes, nothing of the compartments', async () => {
  const text = await paper(server, 'nurse', `/fhir/Location/${ward.id}/$paper?form=pack`);
  for (const word of ['GÓI 24 GIỜ KHI MẤT ĐIỆN', ward.name, 'Thuốc trong 24 giờ tới', 'đã dùng', 'Khi mất điện hoặc máy hỏng', ...mine.map((p) => p.name[0].text)]) holds(text, word);
  isWhole(text);
});

await test('who is on leave or in hospital stands on a page of their own, with whom to call, and gets no medicine', async () => {
  const [stay] = await list(server, 'nurse', `Encounter?status=in-progress&patient=Patient/${here.id}`);
  const away = (kind, more) => ({ url: 'urn:ansinh:extension:away', extension: [{ url: 'kind', valueCode: kind }, { url: 'from', valueDateTime: '2026-01-02T08:00:00+07:00' }, ...more] });
  const put = async (changed) => {
    const reply = await fetch(`${server.base}/fhir/Encounter/${stay.id}`, { method: 'PUT', headers: { cookie: cookies.get('nurse'), 'x-ansinh': '1', ...json }, body: JSON.stringify({ ...stay, ...changed }) });
    equal(reply.status, 200, (await reply.text()).slice(0, 300));
  };
  const pack = () => paper(server, 'nurse', `/fhir/Location/${ward.id}/$paper?form=pack`);
  const before = await pack();
  lacks(before, 'Người đang vắng');
  await put({ status: 'onleave', extension: [...(stay.extension ?? []), away('leave', [{ url: 'back', valueDateTime: '2026-01-03T08:00:00+07:00' }, { url: 'where', valueString: 'Chuyện cũ' }]),
    away('hospital', [{ url: 'until', valueDateTime: '2026-01-09' }, { url: 'where', valueString: 'Bệnh viện đa khoa tỉnh' }, { url: 'with', valueString: 'chị Lan' }])] });
  const text = await pack();
  for (const part of ['Người đang vắng: nghỉ phép, nằm viện', here.name[0].text, 'Nằm viện', 'từ 02/01/2026', 'dự kiến về 09/01/2026', 'Bệnh viện đa khoa tỉnh', 'chị Lan']) holds(text, part);
  lacks(text, 'Chuyện cũ');
  isWhole(text);
  const pages = (t) => t.split('\f').filter((p) => flat(p).includes('Thuốc trong 24 giờ tới')).length;
  equal(pages(text), pages(before) - 1, 'pages with medicines');
  /* what a program wrote that means nothing here is no word of ours */
  await put({ status: 'onleave', extension: [...(stay.extension ?? []), away('moon', [])] });
  isWhole(await pack());
  await put({ status: 'in-progress' });
  lacks(await pack(), 'Người đang vắng');
});

await test('medicines of a compartment stand in the sealed part alone', async () => {
  const guarded = (await list(server, 'nurse-drugs', 'MedicationRequest?status=active&_count=500')).filter((m) => (m.meta.security ?? []).some((s) => s.code === 'ETH'));
  truth(guarded.length > 0, 'the demo has nobody on methadone that this nurse sees');
  const wards = (await list(server, 'nurse-drugs', 'Location?_count=900')).filter((l) => l.physicalType?.coding?.[0]?.code === 'wa');
  let sealed = 0;
  for (const w of wards) {
    const main = await fetchAs(server, 'nurse-drugs', `/fhir/Location/${w.id}/$paper?form=pack`);
    if (main.status !== 200) continue;
    lacks(wordsOf(Buffer.from(await main.arrayBuffer())), 'Methadon');
    sealed += flat(await paper(server, 'nurse-drugs', `/fhir/Location/${w.id}/$paper?form=sealed`)).includes('Methadon');
  }
  truth(sealed > 0, 'methadone is in no sealed part');
});

/* ---- packs by themselves ---- */

await test('a pack that was missed is made after the start, of every facility and ward', async () => {
  await soon(() => housesOf().length === 3 && housesOf().every((h) => packsOf(h).length > 0), 'the packs of three facilities');
  truth(checkWhole() >= 6, 'too few files');
  let people = 0;
  for (const house of housesOf()) for (const w of manifest(join(packDir, house, packsOf(house)[0])).wards) people += w.people;
  const stays = await list(server, 'administrator', 'Encounter?status=in-progress&_count=500').catch(() => undefined);
  equal(people, stays?.length || 60, 'people in the packs');
});

await test('the kept pack says what the ward has to know, without the compartments', async () => {
  for (const house of housesOf()) {
    const path = join(packDir, house, packsOf(house)[0]);
    for (const w of manifest(path).wards) {
      const text = wordsOf(readFileSync(join(path, w.file)));
      lacks(text, 'Methadon');
      lacks(text, 'TDF/3TC/DTG');
      holds(text, 'GÓI 24 GIỜ KHI MẤT ĐIỆN');
      isWhole(text);
    }
  }
});

await test('$pack tells of it, and makes one now; not for everybody', async () => {
  const house = ward.managingOrganization.reference;
  const state = await read(server, 'nurse', `/fhir/${house}/$pack`);
  const value = (name) => state.parameter.find((p) => p.name === name);
  truth(value('made').valueInstant && value('at').valueTime === '00:00:00' && value('making').valueBoolean === false, JSON.stringify(state).slice(0, 400));
  truth(state.parameter.filter((p) => p.name === 'ward').length > 0, 'it names no ward');
  await sleep(1100); /* packs are named by the second */
  equal((await fetchAs(server, 'facility-head', `/fhir/${house}/$pack`, 'POST')).status, 202);
  await soon(async () => (await read(server, 'nurse', `/fhir/${house}/$pack`)).parameter.find((p) => p.name === 'made').valueInstant > value('made').valueInstant, 'a new pack');
  for (const name of ['carer', 'auditor']) truth([403, 404].includes((await fetchAs(server, name, `/fhir/${house}/$pack`)).status), `${name} may look`);
  for (const name of ['carer', 'auditor']) truth([403, 404].includes((await fetchAs(server, name, `/fhir/${house}/$pack`, 'POST')).status), `${name} may make one`);
  equal((await fetchAs(server, 'nurse', '/fhir/Organization/nobody/$pack')).status, 404);
});

await test('each pack leaves its entry: made by itself, or by whom it was asked for, and whose record is on it', async () => {
  const house = ward.managingOrganization.reference;
  const entries = await soon(async () => {
    const all = (await list(server, 'auditor', `AuditEvent?entity=${house}&_count=200`)).filter((e) => JSON.stringify(e).includes('form=pack wards='));
    return all.length >= 2 && all;
  }, 'the entries');
  const by = entries.map((e) => e.agent.map((a) => a.name ?? a.who?.display ?? '').join());
  truth(by.some((b) => b.includes('facility-head')), `not by the head: ${by}`);
  truth(by.some((b) => !b.includes('facility-head')), `none by itself: ${by}`);
  for (const e of entries) truth(JSON.stringify(e.entity).includes(`Patient/${here.id}`), 'it does not name the people on it');
  const [own] = (await list(server, 'auditor', `AuditEvent?entity=Patient/${here.id}&_count=200`)).filter((e) => JSON.stringify(e).includes('form=pack wards='));
  truth(own, "a person's own log does not tell of it");
});

await test('the audit was there before the first packs: each of every house has its entry', async () => {
  const entries = (await list(server, 'auditor', 'AuditEvent?subtype=print&_count=500')).filter((e) => JSON.stringify(e).includes('form=pack wards='));
  for (const house of housesOf()) {
    const own = entries.filter((e) => JSON.stringify(e.entity).includes(`Organization/${house}"`));
    truth(own.length >= packsOf(house).length, `${house}: ${own.length} entries of ${packsOf(house).length} packs`);
  }
});

/* What is written after the first was asked for, and before the second is: on whichever pack comes of the second. */
await test('a pack asked for while one is being made is made once more, with what was written meanwhile', async () => {
  const house = ward.managingOrganization.reference;
  for (let round = 0; round < 3; round += 1) {
    const mark = `Lạc rang ${round} ${process.pid}`;
    equal((await fetchAs(server, 'nurse', `/fhir/${house}/$pack`, 'POST')).status, 202);
    const made = await ask(server, 'POST', '/fhir/AllergyIntolerance', { resourceType: 'AllergyIntolerance', patient: { reference: `Patient/${here.id}` }, code: { text: mark },
      clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] } }, { cookie: cookies.get('doctor'), 'x-ansinh': '1', ...json });
    equal(made.status, 201, made.text);
    equal((await fetchAs(server, 'nurse', `/fhir/${house}/$pack`, 'POST')).status, 202);
    const isMaking = async () => (await read(server, 'nurse', `/fhir/${house}/$pack`)).parameter.find((p) => p.name === 'making').valueBoolean;
    await soon(async () => !(await isMaking()), 'both to be made');
    const path = join(packDir, house.split('/')[1], packsOf(house.split('/')[1])[0]);
    truth(manifest(path).wards.some((w) => flat(wordsOf(readFileSync(join(path, w.file)))).includes(mark)), `round ${round}: what was written before it was asked for is not on it`);
  }
});

await test('only two are kept', async () => {
  const house = ward.managingOrganization.reference;
  for (let i = 0; i < 2; i++) {
    const before = packsOf(house.split('/')[1])[0];
    await sleep(1100);
    equal((await fetchAs(server, 'nurse', `/fhir/${house}/$pack`, 'POST')).status, 202);
    await soon(() => packsOf(house.split('/')[1])[0] !== before, 'a newer pack');
  }
  await soon(() => packsOf(house.split('/')[1]).length === 2, 'the third one to go');
});

await test('a pack that cannot be made is told to the head and to who watches, and the last one stays', async () => {
  const id = ward.managingOrganization.reference.split('/')[1], kept = packsOf(id);
  rmSync(join(packDir, id), { recursive: true });
  writeFileSync(join(packDir, id), 'no folder');
  equal((await fetchAs(server, 'facility-head', `/fhir/Organization/${id}/$pack`, 'POST')).status, 202);
  const failed = await soon(async () => {
    const state = await read(server, 'facility-head', `/fhir/Organization/${id}/$pack`).catch(() => undefined);
    return state?.parameter.find((p) => p.name === 'failed');
  }, 'the failure');
  truth(failed.valueCode.length > 0 && kept.length === 2, 'without a reason');
  const tasks = () => list(server, 'facility-head', `Task?code=urn:ansinh:task|pack-failed&focus=Organization/${id}`);
  const told = await soon(async () => (await tasks()).find((t) => t.status === 'requested'), 'the Task of the head');
  truth(told.performerType[0].coding[0].code === 'facility-head' && /^Chưa lập được gói 24 giờ từ \d\d:\d\d /.test(told.description) && told.priority === 'urgent', JSON.stringify(told));
  equal((await fetchAs(server, 'facility-head', `/fhir/Organization/${id}/$pack`, 'POST')).status, 202);
  await soon(async () => (await read(server, 'facility-head', `/fhir/Organization/${id}/$pack`).catch(() => undefined))?.parameter.find((p) => p.name === 'making').valueBoolean === false, 'the second failure');
  equal((await tasks()).length, 1, 'one Task while it is open');
  const metrics = await fetchAs(server, 'administrator', '/metrics');
  truth(/ansinh_packs_failed 1\n/.test(await metrics.text()), 'the metrics do not say so');
  rmSync(join(packDir, id));
  equal((await fetchAs(server, 'facility-head', `/fhir/Organization/${id}/$pack`, 'POST')).status, 202);
  await soon(async () => {
    const state = await read(server, 'facility-head', `/fhir/Organization/${id}/$pack`);
    return state.parameter.some((p) => p.name === 'made') && !state.parameter.some((p) => p.name === 'failed');
  }, 'the mended one');
  await soon(async () => (await tasks()).every((t) => t.status === 'completed'), 'the Task to be over');
});

/* Packs are named by the second: after the clock was put back, there may be one of every second to come. */
await test('a pack that was asked for and finds its name taken has failed', async () => {
  const id = ward.managingOrganization.reference.split('/')[1], failures = async () => Number(/ansinh_packs_failed (\d+)\n/.exec(await (await fetchAs(server, 'administrator', '/metrics')).text())[1]);
  await sleep(1100);
  const taken = Array.from({ length: 50 }, (_, i) => join(packDir, id, `${new Date(Date.now() + i * 1000).toISOString().slice(0, 19).replaceAll(':', '')}Z`)).filter((path) => !existsSync(path));
  equal(await failures(), 0);
  const last = readFileSync(join(packDir, id, packsOf(id)[0], 'pack.json'));
  for (const path of taken) {
    mkdirSync(path);
    writeFileSync(join(path, 'pack.json'), last);
  }
  equal((await fetchAs(server, 'facility-head', `/fhir/Organization/${id}/$pack`, 'POST')).status, 202);
  await soon(async () => (await failures()) === 1, 'the failure');
  for (const path of taken) rmSync(path, { recursive: true });
  equal((await fetchAs(server, 'facility-head', `/fhir/Organization/${id}/$pack`, 'POST')).status, 202);
  await soon(async () => (await failures()) === 0, 'the next one');
});

await server.stop();

await test(`kill -9 while packs are made, ${ROUNDS} times: whole or not there, and made after the next start`, async () => {
  for (let i = 0; i < ROUNDS; i++) {
    rmSync(packDir, { recursive: true, force: true });
    const killed = await new Server(data, 'sign-in', '--quiet', '--pack', '18:00', '--pack-after', '1').ready();
    await sleep(1000 + Math.random() * 400);
    await killed.stop('SIGKILL');
    checkWhole();
  }
  const last = await new Server(data, 'sign-in', '--quiet', '--pack', '18:00', '--pack-after', '1').ready();
  await soon(() => housesOf().length === 3 && housesOf().every((h) => packsOf(h).length > 0), 'the packs');
  await sleep(200);
  truth(housesOf().every((h) => readdirSync(join(packDir, h)).every((n) => !n.endsWith('.part'))), 'what was cut off is still there');
  await last.stop();
  checkWhole();
});

await test('--pack off makes none, and $pack says so', async () => {
  rmSync(packDir, { recursive: true, force: true });
  const off = await new Server(data, 'sign-in', '--quiet', '--pack', 'off', '--pack-after', '1').ready();
  await signIn(off, 'facility-head');
  await sleep(2500);
  equal(housesOf(), []);
  equal((await fetchAs(off, 'facility-head', `/fhir/${ward.managingOrganization.reference}/$pack`)).status, 400);
  await off.stop();
  for (const time of ['24:00', '6:00', 'evening', '']) equal((await run('serve', '--data', data, '--listen', '127.0.0.1:0', '--pack', time)).code, 2, time);
});

/* ---- the command line ---- */

await test('ansinh paper and ansinh pack, on a folder that is only read', async () => {
  const to = join(folder, 'one.pdf'), packs = join(folder, 'packs');
  equal((await run('paper', 'vitals', `Patient/${here.id}`, to, '--data', data)).code, 0);
  holds(wordsOf(readFileSync(to)), here.name[0].text);
  equal(statSync(to).mode & 0o777, 0o600);
  const none = await run('paper', 'vitals', 'Patient/nobody', to, '--data', data);
  equal(none.code, 1, none.err);
  equal((await run('paper', 'vitals', 'nobody', to, '--data', data)).code, 1);
  const end = await run('pack', packs, '--data', data);
  equal(end.code, 0, end.err);
  truth(/3 facilities, \d+ wards, 60 people/.test(end.out), end.out);
  truth(checkWhole(packs) >= 6, 'too few files');
});

/* Somebody of many years: a month of notes that fills hundreds of pages, and more problems than a line of a head was ever meant for. */
await test('a paper of hundreds of pages is printed, within its memory and its time', async () => {
  const own = await new Server(join(folder, 'long'), '--quiet').ready();
  const send = async (entry) => equal((await ask(own, 'POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry: entry.map((r) => ({ resource: r, request: { method: 'PUT', url: `${r.resourceType}/${r.id}` } })) })).status, 200);
  const about = { subject: { reference: 'Patient/x' } };
  await send([{ resourceType: 'Organization', id: 'o', name: 'Nhà' }, { resourceType: 'Patient', id: 'x', name: [{ text: 'Vừ Thị Mỷ' }], birthDate: '1950' }]);
  const two = (n) => String(n).padStart(2, '0');
  for (let part = 0; part < 10; part += 1) {
    await send(Array.from({ length: 600 }, (_, i) => part * 600 + i).map((n) => (n % 5 < 3
      ? { resourceType: 'Observation', id: `n${n}`, status: 'final', category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'activity' }] }], code: { coding: [{ system: 'urn:ansinh:care', code: 'note' }] }, ...about,
        effectiveDateTime: `2026-01-${two(1 + (n % 28))}T${two(n % 24)}:${two(n % 60)}:00+07:00`, valueString: `${'Theo dõi thêm, ăn hết suất. '.repeat(15)}số ${n}.` }
      : { resourceType: 'Condition', id: `n${n}`, ...about, clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] }, code: { text: `Bệnh ${n} ${'kéo dài '.repeat(20)}` } })));
  }
  for (const [form, days, least] of [['care', 'start=2026-01-01&end=2026-01-28', 300], ['vitals', 'start=2026-01-01&end=2026-01-28', 1], ['medicine', 'start=2026-01-01&end=2026-01-07', 1], ['summary', '', 1]]) {
    const reply = await fetch(`${own.base}/fhir/Patient/x/$paper?form=${form}&${days}`);
    const bytes = Buffer.from(await reply.arrayBuffer());
    equal(reply.status, 200, `${form}: ${bytes.subarray(0, 300)}`);
    const pages = bytes.toString('latin1').match(/\/Type \/Page\b/g).length;
    truth(pages >= least && pages <= 1500, `${form}: ${pages} pages`);
    if (form === 'care') for (const n of [0, 5998, 3000]) if (n % 5 < 3) holds(flat(wordsOf(bytes)), `số ${n}.`);
  }
  await own.stop();
});

await test('hostile names are printed and cut nothing off', async () => {
  const own = join(folder, 'hostile');
  const s = await new Server(own, '--quiet').ready();
  const put = async (r) => truth((await ask(s, 'PUT', `/fhir/${r.resourceType}/${r.id}`, r)).status < 300, r.id);
  await put({ resourceType: 'Patient', id: 'x', name: [{ text: `\u202e${'Ấ'.repeat(3000)} 👩‍💻 שלום\u0301 (x) Tj \\( endstream`, given: ['a'] }], birthDate: '1950' });
  await put({ resourceType: 'Observation', id: 'o', status: 'final', code: { coding: [{ system: 'urn:ansinh:care', code: 'note' }] }, subject: { reference: 'Patient/x' },
    effectiveDateTime: new Date(Date.now() - 60_000).toISOString(), valueString: `${'dài '.repeat(20000)}\n\n\n${'x'.repeat(30000)}` });
  for (const form of ['vitals', 'care', 'medicine', 'disclosure', 'summary', 'referral']) {
    const reply = await fetchAs(s, '', `/fhir/Patient/x/$paper?form=${form}&start=${new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)}`);
    equal(reply.status, 200, form);
    holds(wordsOf(Buffer.from(await reply.arrayBuffer())), '\\( endstream');
  }
  await s.stop();
});

const TRAINING = 'TẬP HUẤN – không phải dữ liệu thật';
await test('of a folder for training every page says so, at the door and at the machine; of no other', async () => {
  const own = join(folder, 'training'), to = join(folder, 'trained.pdf');
  const demo = await run('demo', '--training', '--data', own, '--facilities', '1', '--residents', '16', '--days', '1', '--quiet');
  equal(demo.code, 0, demo.err);
  const s = await new Server(own, 'sign-in', '--quiet').ready();
  const login = await ask(s, 'POST', '/auth/sign-in', { name: 'nurse', password: PASSWORD }, { 'x-ansinh': '1', 'content-type': 'application/json' });
  cookies.set('learner', login.headers['set-cookie'].map((c) => c.split(';')[0]).join('; '));
  const ward = (await list(s, 'learner', 'Location?_count=100')).find((l) => l.physicalType?.coding?.[0]?.code === 'wa');
  const pages = (text) => text.split('\f').filter((page) => page.trim());
  const pack = pages(await paper(s, 'learner', `/fhir/Location/${ward.id}/$paper?form=pack`));
  truth(pack.length > 1 && pack.every((page) => flat(page).includes(TRAINING)), `${pack.length} pages`);
  await s.stop();
  equal((await run('paper', 'vitals', 'Patient/demo-patient-1', to, '--data', own)).code, 0);
  holds(wordsOf(readFileSync(to)), TRAINING);
  equal((await run('paper', 'vitals', `Patient/${here.id}`, to, '--data', data)).code, 0);
  lacks(wordsOf(readFileSync(to)), TRAINING);
});

finish();
