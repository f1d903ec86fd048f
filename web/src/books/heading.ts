/* Where a book's headings stand. The heading row is the one of the first rows that names most fields; a book often starts with titles.
 * Headings over two rows ("Năm sinh" over "Nam" and "Nữ") are joined. */

export interface Heading<F extends string> { row: number; rows: number; texts: string[]; fields: F[] }

/* What a kind of book calls its columns. */
export interface Columns<F extends string> { fieldOf: (heading: string) => F; many: readonly F[]; none: F }

const MOST_TITLE_ROWS = 12;

export function findHeading<F extends string>(rows: string[][], columns: Columns<F>): Heading<F> {
  let best: Heading<F> = { row: 0, rows: 1, texts: rows[0] ?? [], fields: (rows[0] ?? []).map(columns.fieldOf) };
  let most = -1;
  for (let row = 0; row < Math.min(rows.length, MOST_TITLE_ROWS); row++) {
    for (const height of [1, 2]) {
      const texts = join(rows, row, height);
      const fields = once(texts.map(columns.fieldOf), columns);
      const known = fields.filter((f) => f !== columns.none).length - (height - 1) * 0.5;
      if (known > most) {
        most = known;
        best = { row, rows: height, texts, fields };
      }
    }
  }
  return best;
}

/* A merged heading fills only its first cell: the words above a cell reach to the next heading. */
function join(rows: string[][], row: number, height: number): string[] {
  const top = rows[row] ?? [];
  if (height === 1) return top;
  const below = rows[row + 1] ?? [];
  let over = '';
  return Array.from({ length: Math.max(top.length, below.length) }, (_, i) => {
    const own = top[i] ?? '';
    const under = below[i] ?? '';
    if (own !== '') over = own;
    return under === '' ? own : `${own === '' ? over : own} ${under}`.trim();
  });
}

/* The same field twice: the second is left to the person who maps. */
function once<F extends string>(fields: F[], { many, none }: Columns<F>): F[] {
  const seen = new Set<F>();
  return fields.map((f) => {
    if (f === none || many.includes(f)) return f;
    if (seen.has(f)) return none;
    seen.add(f);
    return f;
  });
}
