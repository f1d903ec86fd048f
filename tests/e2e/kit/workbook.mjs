/* A workbook, cell by cell: text inline, numbers as numbers, dates by a style, formulas with what they came to, or with their error. Several sheets: { name: rows }. What is hidden:
 * { name: { rows: [2], columns: [0], sheet: true } }, rows as they are numbered, columns from 0. */

import { createRequire } from 'node:module';

const { strToU8, zipSync } = createRequire(new URL('../../../web/package.json', import.meta.url))('fflate');

const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
const name = (r, c) => `${String.fromCharCode(65 + c)}${r + 1}`;
function cell(value, r, c) {
  if (value === '' || value === undefined) return '';
  if (typeof value === 'number') return `<c r="${name(r, c)}"><v>${value}</v></c>`;
  if (value.error) return `<c r="${name(r, c)}" t="e"><f>A1</f><v>${value.error}</v></c>`;
  if (value.formula) return `<c r="${name(r, c)}" t="str"><f>${escape(value.formula)}</f><v>${escape(value.says)}</v></c>`;
  if (value.serial) return `<c r="${name(r, c)}" s="1"><v>${value.serial}</v></c>`;
  return `<c r="${name(r, c)}" t="inlineStr"><is><t>${escape(value)}</t></is></c>`;
}
export function workbook(given, hidden = {}) {
  const sheets = Array.isArray(given) ? { 'Danh sách': given } : given;
  const names = Object.keys(sheets);
  const head = '<?xml version="1.0" encoding="UTF-8"?>';
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const cols = (list = []) => (list.length === 0 ? '' : `<cols>${list.map((c) => `<col min="${c + 1}" max="${c + 1}" width="9" hidden="1"/>`).join('')}</cols>`);
  const sheet = (rows, off = []) => rows.map((row, r) => `<row r="${r + 1}"${off.includes(r + 1) ? ' hidden="1"' : ''}>${row.map((v, c) => cell(v, r, c)).join('')}</row>`).join('');
  const files = {
    '[Content_Types].xml': `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>`,
    '_rels/.rels': `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${head}<workbook ${main} xmlns:r="${rel}"><sheets>${names.map((n, i) => `<sheet name="${escape(n)}" sheetId="${i + 1}"${hidden[n]?.sheet ? ' state="hidden"' : ''} r:id="r${i + 1}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${names.map((_, i) => `<Relationship Id="r${i + 1}" Type="${rel}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}<Relationship Id="r0" Type="${rel}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `${head}<styleSheet ${main}><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    ...Object.fromEntries(names.map((n, i) => [`xl/worksheets/sheet${i + 1}.xml`, `${head}<worksheet ${main}>${cols(hidden[n]?.columns)}<sheetData>${sheet(sheets[n], hidden[n]?.rows)}</sheetData></worksheet>`])),
  };
  return Buffer.from(zipSync(Object.fromEntries(Object.entries(files).map(([k, v]) => [k, strToU8(v)]))));
}
