/* Tables as operators have them, made here; and files that are refused, with what is said of them and by which code (rest/official.h). For the
 * command line and for the door of a server. */

import { deflateRawSync } from 'node:zlib';


function crc32(bytes) {
  let c = ~0;
  for (const b of bytes) {
    c ^= b;
    for (let i = 0; i < 8; i += 1) c = (c >>> 1) ^ (c & 1 ? 0xedb88320 : 0);
  }
  return ~c >>> 0;
}

function zip(files) {
  const parts = [];
  const directory = [];
  let at = 0;
  for (const [name, text, how = {}] of files) {
    const full = Buffer.from(text);
    const packed = deflateRawSync(full);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(8, 4);
    head.writeUInt32LE(how.crc ?? crc32(full), 10);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(how.size ?? full.length, 18);
    head.writeUInt16LE(name.length, 22);
    parts.push(Buffer.from('PK\x03\x04'), head, Buffer.from(name), packed);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), head.subarray(0, 26), tail, Buffer.from(name));
    at += 30 + name.length + packed.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, entries, end]);
}

const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
/* A number in a row is a number cell. */
export function workbook(rows, how) {
  const shared = [];
  const cell = (value, column, row) => {
    const ref = `${String.fromCharCode(65 + column)}${row}`;
    if (value === '') return '';
    if (typeof value === 'number') return `<c r="${ref}"><v>${value}</v></c>`;
    shared.push(value);
    return `<c r="${ref}" t="s"><v>${shared.length - 1}</v></c>`;
  };
  const body = rows.map((row, i) => `<row r="${i + 1}">${row.map((v, k) => cell(v, k, i + 1)).join('')}</row>`).join('');
  return zip([
    ['xl/workbook.xml', '<?xml version="1.0"?><workbook xmlns:r="r"><sheets><sheet name="Danh mục" sheetId="1" r:id="rId7"/></sheets></workbook>'],
    ['xl/_rels/workbook.xml.rels', '<Relationships><Relationship Id="rId1" Target="styles.xml"/><Relationship Id="rId7" Target="worksheets/sheet1.xml"/></Relationships>'],
    ['xl/sharedStrings.xml', `<sst>${shared.map((s) => `<si><t xml:space="preserve">${escaped(s)}</t></si>`).join('')}</sst>`, how],
    ['xl/worksheets/sheet1.xml', `<worksheet><sheetData>${body}</sheetData></worksheet>`],
  ]);
}

/* A workbook of this XML. */
const cells = (body, texts = '') => zip([
  ['xl/workbook.xml', '<workbook><sheets><sheet r:id="a"/></sheets></workbook>'],
  ['xl/_rels/workbook.xml.rels', '<r><Relationship Id="a" Target="s.xml"/></r>'],
  ['xl/sharedStrings.xml', `<sst>${texts}</sst>`],
  ['xl/s.xml', `<worksheet><sheetData>${body}</sheetData></worksheet>`],
]);
const inline = (text) => `<c t="str"><v>${text}</v></c>`;
const longRow = (first) => `<row>${inline(first)}${'<c t="s"><v>0</v></c>'.repeat(99)}</row>`;

export const refusals = [
  ['no head', 'x.tsv', 'a\tb\n1\t2\n', /code, vi/, 'heads'],
  ['no name', 'x.tsv', 'code\tvi\nA00\t\n', /line 2/, 'row'],
  ['twice', 'x.tsv', 'code\tvi\nA00\tmột\nB00\tb\nA00\thai\n', /line 4.*line 2/, 'row'],
  ['an open quote', 'x.csv', 'code,vi\nA00,"một\n', /line 2/, 'damaged'],
  ['not UTF-8', 'x.csv', Buffer.from([0x63, 0x6f, 0x64, 0x65, 0x2c, 0x76, 0x69, 0x0a, 0xff, 0xfe]), /UTF-8/, 'utf8'],
  ['an old workbook', 'x.xls', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2, 3]), /xlsx/, 'xls'],
  ['a workbook cut short', 'x.xlsx', workbook([['code', 'vi'], ['A', 'b']]).subarray(0, 400), /cannot be read/, 'damaged'],
  ['another checksum', 'x.xlsx', workbook([['code', 'vi'], ['A', 'b']], { crc: 1 }), /checksum/, 'damaged'],
  ['a size that is not so', 'x.xlsx', workbook([['code', 'vi'], ['A', 'b']], { size: 1 << 20 }), /does not unpack/, 'damaged'],
  ['a size beyond all', 'x.xlsx', workbook([['code', 'vi'], ['A', 'b']], { size: 0xf0000000 }), /more than is allowed/, 'large'],
  ['a code that is a number', 'x.xlsx', workbook([['code', 'vi'], [1.1, 'b']]), /line 2.*number/, 'row'],
  ['a document type', 'x.xlsx', zip([['xl/workbook.xml', '<workbook><sheets><sheet r:id="a"/></sheets></workbook>'],
    ['xl/_rels/workbook.xml.rels', '<r><Relationship Id="a" Target="s.xml"/></r>'],
    ['xl/s.xml', '<!DOCTYPE lol [<!ENTITY a "b">]><worksheet/>']]), /document type/, 'damaged'],
  /* Small files that would take all memory or all time: cells that are only named, texts of nothing, one long text named again and again. */
  ['a hundredth cell in many rows', 'x.xlsx', cells(`<row><c r="A1" t="str"><v>a</v></c></row>${'<row><c r="CV1" t="str"><v>b</v></c></row>'.repeat(60_000)}`), /more than 5000000 cells/, 'large'],
  ['many commas', 'x.csv', `code,vi\n${`A${','.repeat(99)}b\n`.repeat(60_000)}`, /more than 5000000 cells/, 'large'],
  ['texts of nothing', 'x.xlsx', cells('<row/>', '<si/>'.repeat(5_000_001)), /more than 5000000 texts/, 'large'],
  ['long texts where heads stand', 'x.xlsx', cells(longRow('code').repeat(20), `<si><t>${'ă'.repeat(1 << 20)}</t></si>`), /none of the first 20 lines/, 'heads'],
  ['a long head', 'x.xlsx', cells(`<row>${inline('code')}${inline('vi')}${inline('x'.repeat(301))}</row>`), /line 1: the head of column 3/, 'heads'],
];
