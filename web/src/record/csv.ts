/* A list for a spreadsheet. A cell that a spreadsheet would take for a formula is made text first: a name typed by hand must never run. */

const DANGEROUS = /^[\s]*[=+\-@\t\r]/;

export function csvCell(text: string): string {
  const safe = DANGEROUS.test(text) ? `'${text}` : text;
  return /[",\n\r;]/.test(safe) || safe !== text ? `"${safe.replace(/"/g, '""')}"` : safe;
}
/* With the mark that makes spreadsheets read UTF-8. */
export const csvOf = (rows: string[][]): string => `\ufeff${rows.map((r) => r.map(csvCell).join(',')).join('\r\n')}\r\n`;

export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
