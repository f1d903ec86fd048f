/* A file becomes sheets of cells. XLSX through read-excel-file, CSV through papaparse: both come only when somebody opens a file. */

import type { Cell } from './cells';
import { ofCodePage } from './encoding';
import { hiddenIn, tellErrors, type Hidden } from './workbook';

export interface Sheet { name: string; rows: Cell[][]; hidden?: Hidden }

export const MOST_BYTES = 20 * 1024 * 1024;
export const MOST_ROWS = 20_000;

export type FileProblem = 'fileTooLarge' | 'fileOldExcel' | 'fileLocked' | 'fileOds' | 'fileHtml' | 'fileNotTable' | 'fileUnreadable' | 'fileEmpty' | 'fileManyRows';

export class FileError extends Error {
  readonly problem: FileProblem;
  constructor(problem: FileProblem) {
    super(problem);
    this.name = 'FileError';
    this.problem = problem;
  }
}

const startsWith = (bytes: Uint8Array, ...head: number[]): boolean => head.every((b, i) => bytes[i] === b);

/* What people bring that is no table of ours, told apart so that the answer says what to do. */
function problemOf(bytes: Uint8Array): FileProblem | undefined {
  /* a workbook with a password is packed into the old kind of file */
  if (startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0)) return holds(bytes, 'E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e') ? 'fileLocked' : 'fileOldExcel';
  const head = latin(bytes.subarray(0, 1024));
  if (startsWith(bytes, 0x50, 0x4b)) return head.includes('application/vnd.oasis.opendocument') ? 'fileOds' : undefined;
  if (/^(\ufeff|\u00ef\u00bb\u00bf)?\s*<(!doctype|html|table|\?xml|head|body|meta)/i.test(head)) return 'fileHtml';
  if (/^(%PDF|\u0089PNG|\u00ff\u00d8\u00ff|\u001f\u008b|Rar!|7z\u00bc|GIF8|\{\\rtf)/.test(head)) return 'fileNotTable';
  const is16 = startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff);
  return !is16 && head.includes('\0') ? 'fileNotTable' : undefined;
}

const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

function holds(bytes: Uint8Array, text: string): boolean {
  const wanted = Array.from(text, (c) => c.charCodeAt(0));
  for (let at = bytes.indexOf(wanted[0] ?? 0); at >= 0; at = bytes.indexOf(wanted[0] ?? 0, at + 1)) {
    if (wanted.every((b, i) => bytes[at + i] === b)) return true;
  }
  return false;
}

/* By what the bytes are, not by what the file calls itself. */
export async function readTable(name: string, bytes: Uint8Array): Promise<Sheet[]> {
  if (bytes.length > MOST_BYTES) throw new FileError('fileTooLarge');
  const wrong = problemOf(bytes);
  if (wrong) throw new FileError(wrong);
  const sheets = startsWith(bytes, 0x50, 0x4b) ? await readXlsx(bytes) : [{ name, rows: await readCsv(bytes) }];
  const filled = sheets.map((s) => ({ ...s, rows: trimmed(s.rows) })).filter((s) => s.rows.length > 0);
  if (filled.length === 0) throw new FileError('fileEmpty');
  if (filled.some((s) => s.rows.length > MOST_ROWS)) throw new FileError('fileManyRows');
  return filled;
}

/* Of a workbook only what speaks of cells, and never more than a book of 20,000 rows can need. */
const MOST_UNPACKED = 150 * 1024 * 1024;

/* Unpacked here and handed on unpacked: the reader would do it in a worker made of a text, which the policy of this page forbids, and wait for it
 * without an end. */
async function unpacked(bytes: Uint8Array): Promise<{ files: Record<string, Uint8Array>; again: ArrayBuffer }> {
  const { unzipSync, zipSync } = await import('fflate');
  let size = 0;
  const files = unzipSync(bytes, {
    filter: (file) => {
      const isWanted = /\.(xml|rels)$/i.test(file.name);
      if (isWanted) size += file.originalSize;
      if (size > MOST_UNPACKED) throw new FileError('fileTooLarge');
      return isWanted;
    },
  });
  if (!Object.keys(files).some((name) => /(^|\/)workbook\.xml$/i.test(name))) throw new FileError('fileNotTable'); /* a text, a drawing, a folder */
  return { files, again: new Uint8Array(zipSync(tellErrors(files), { level: 0 })).buffer }; /* of its own buffer: the reader wants all of it */
}

async function readXlsx(bytes: Uint8Array): Promise<Sheet[]> {
  const { default: readWorkbook } = await import('read-excel-file/universal');
  try {
    const { files, again } = await unpacked(bytes);
    const hidden = hiddenIn(files);
    const sheets = await readWorkbook(again, { trim: false });
    return sheets.map((s) => {
      const of = hidden.get(s.sheet);
      return { name: s.sheet, rows: s.data as Cell[][], ...(of && { hidden: of }) };
    });
  } catch (e) {
    throw e instanceof FileError ? e : new FileError('fileUnreadable');
  }
}

/* UTF-8 when it is; otherwise every byte a letter, which is how the old fonts meant it, or a letter of the old code page. */
export function decodeBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    let text = '';
    for (const b of bytes) text += String.fromCharCode(b);
    return ofCodePage(text);
  }
}

async function readCsv(bytes: Uint8Array): Promise<Cell[][]> {
  const { default: papa } = await import('papaparse');
  const text = startsWith(bytes, 0xff, 0xfe) ? new TextDecoder('utf-16le').decode(bytes) : startsWith(bytes, 0xfe, 0xff) ? new TextDecoder('utf-16be').decode(bytes) : decodeBytes(bytes);
  const plain = text.replace(/^\ufeff/, '');
  const { data, errors } = papa.parse<string[]>(plain, { skipEmptyLines: false, delimiter: delimiterOf(plain) });
  if (errors.some((e) => e.type === 'Quotes')) throw new FileError('fileUnreadable');
  return data;
}

/* The sign that stands most often outside quotes in the beginning; papaparse's own guess counts those inside, too. */
export function delimiterOf(text: string): string {
  const bare = text.slice(0, 8192).replace(/"[^"]*"/g, '');
  const count = (sign: string): number => bare.split(sign).length - 1;
  return [',', ';', '\t', '|'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

const isEmpty = (cell: Cell): boolean => cell === null || cell === undefined || (typeof cell === 'string' && cell.trim() === '');

/* Without the empty rows at the end; those between stay, so that row numbers are those of the file. */
function trimmed(rows: Cell[][]): Cell[][] {
  let n = rows.length;
  while (n > 0 && (rows[n - 1] ?? []).every(isEmpty)) n--;
  return rows.slice(0, n);
}

export const isBlankRow = (row: Cell[]): boolean => row.every(isEmpty);
