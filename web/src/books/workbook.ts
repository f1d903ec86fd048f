/* What the reader of workbooks does not tell, looked up in the sheets' own text (ECMA-376 part 1, 18.2.19, 18.3.1.4, 18.3.1.13, 18.3.1.73): what somebody
 * hid (rows by hand, by a filter, by a height of nothing; columns; whole sheets), which nobody sees who opens the file, so nobody means it without being
 * told; and cells of formulas that failed or were never worked out, which it takes for empty ones. */

export interface Hidden { rows: ReadonlySet<number>; columns: ReadonlySet<number>; sheet: boolean } /* rows from 1 as the file numbers them, columns from 0 */

const MOST_COLUMNS = 16_384;

type Attributes = Record<string, string>;
/* Every such element, whatever its namespace is called, with its attributes. */
function* elements(xml: string, name: string): Generator<Attributes> {
  for (const [, text] of xml.matchAll(new RegExp(`<(?:[\\w.-]+:)?${name}((?:\\s[^<>]*)?)/?>`, 'g'))) {
    const attributes: Attributes = {};
    for (const [, key, double, single] of (text ?? '').matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) attributes[key ?? ''] = double ?? single ?? '';
    yield attributes;
  }
}

const isTrue = (text: string | undefined): boolean => text === '1' || text === 'true';
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const plain = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (all, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
    const code = hex ? parseInt(hex, 16) : decimal ? Number(decimal) : undefined;
    return code === undefined ? NAMED[name ?? ''] ?? all : code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });

function hiddenRows(xml: string): Set<number> {
  const rows = new Set<number>();
  let row = 0;
  for (const a of elements(xml, 'row')) {
    row = a.r === undefined ? row + 1 : Number(a.r);
    if (isTrue(a.hidden) || (a.ht !== undefined && Number(a.ht) === 0)) rows.add(row);
  }
  return rows;
}

function hiddenColumns(xml: string): Set<number> {
  const columns = new Set<number>();
  for (const a of elements(xml, 'col')) {
    if (!isTrue(a.hidden) && Number(a.width ?? 1) !== 0) continue;
    if (columns.size >= MOST_COLUMNS) break;
    for (let c = Math.max(1, Number(a.min)); c <= Math.min(Number(a.max), MOST_COLUMNS); c++) columns.add(c - 1);
  }
  return columns;
}

/* A formula that failed says its error as a text; one that a program wrote and no table program ever worked out says that there is none. */
const NOT_WORKED_OUT = '#CALC!';
const withErrors = (xml: string): string => xml
  .replace(/(<(?:[\w.-]+:)?c\s[^<>]*?\bt=)(["'])e\2/g, '$1$2str$2')
  .replace(/<((?:[\w.-]+:)?)c(\s[^<>]*[^<>/]|)>(\s*<\1f(?:\s[^<>]*)?(?:\/>|>[^<]*<\/\1f>)\s*)(?:<\1v\s*(?:\/>|><\/\1v>)\s*)?<\/\1c>/g,
    (_, prefix: string, attributes: string, formula: string) => `<${prefix}c${attributes.replace(/\st=(["'])\w*\1/, '')} t="str">${formula}<${prefix}v>${NOT_WORKED_OUT}</${prefix}v></${prefix}c>`);
export function tellErrors(files: Record<string, Uint8Array>): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(files).map(([path, bytes]) => (/(^|\/)worksheets\/[^/]*\.xml$/i.test(path) ? [path, new TextEncoder().encode(withErrors(new TextDecoder().decode(bytes)))] : [path, bytes])));
}

/* By the name of the sheet; one that hides nothing is not in it. */
export function hiddenIn(files: Record<string, Uint8Array>): Map<string, Hidden> {
  const read = (path: string): string => (files[path] ? new TextDecoder().decode(files[path]) : '');
  const targets = new Map([...elements(read('xl/_rels/workbook.xml.rels'), 'Relationship')].map((a) => [a.Id ?? '', a.Target ?? '']));
  const all = new Map<string, Hidden>();
  for (const a of elements(read('xl/workbook.xml'), 'sheet')) {
    const id = Object.entries(a).find(([key]) => /(^|:)id$/.test(key))?.[1] ?? '';
    const target = targets.get(id) ?? '';
    const xml = read(target.startsWith('/') ? target.slice(1) : `xl/${target}`);
    const hidden: Hidden = { rows: hiddenRows(xml), columns: hiddenColumns(xml), sheet: a.state === 'hidden' || a.state === 'veryHidden' };
    if (hidden.sheet || hidden.rows.size > 0 || hidden.columns.size > 0) all.set(plain(a.name ?? ''), hidden);
  }
  return all;
}
