/* A decimal that keeps its text. JavaScript numbers lose trailing zeros (37.0 becomes 37), and in FHIR the zeros say how
 * precisely something was measured. So a typed value travels as text and only toJson() lets it out as a JSON number. */

const PLAIN = /^-?(0|[1-9]\d*)(\.\d+)?$/;

export class Decimal {
  readonly text: string;

  constructor(text: string) {
    if (!PLAIN.test(text)) throw new RangeError('not a plain decimal');
    this.text = text;
  }

  get number(): number {
    return Number(this.text);
  }
}

export function numberOf(value: number | Decimal | undefined): number | undefined {
  if (value === undefined) return undefined;
  const n = value instanceof Decimal ? value.number : value;
  return Number.isFinite(n) ? n : undefined;
}

/* FHIR has no empty objects or lists: where nothing is left, there is no element. */
function withoutEmpty(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || value instanceof Decimal) return value;
  if (Array.isArray(value)) {
    const kept = value.map(withoutEmpty).filter((v) => v !== undefined);
    return kept.length > 0 ? kept : undefined;
  }
  const kept = Object.entries(value).map(([key, v]) => [key, withoutEmpty(v)] as const).filter(([, v]) => v !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

/* JSON.stringify cannot print a number digit by digit, so each Decimal goes out as a marked string and the marks are
 * taken off again. The mark is random for each call: no text that somebody typed can pretend to be a number. */
export function toJson(value: unknown): string {
  const mark = `d${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}:`;
  const json = JSON.stringify(withoutEmpty(value) ?? {}, (_key, v: unknown) => (v instanceof Decimal ? mark + v.text : v));
  return json.replace(new RegExp(`"${mark}(-?[0-9.]+)"`, 'g'), '$1');
}
