/* The words of a narrative, which may be another system's: XHTML with style=, classes and, if somebody means harm, handlers and scripts.
 *
 * It is read as text, tag by tag, and never given to the browser: each of its parsers (DOMParser, <template>, a document of its own) looks
 * at style= and on*= even where nothing is drawn, and the page's policy reports it. What is no whole tag is text: better an ugly line than
 * a lost word. A tag has no "<" in its attributes (XML forbids it), and a comment or style sheet that nobody ends goes to the end, as in a
 * browser: so no text, however hostile, is gone over more than once. */

interface Line { words: string; item: boolean }

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: String.fromCharCode(160) };
const BLOCK = /^(address|blockquote|br|caption|dd|div|dl|dt|h[1-6]|hr|ol|p|pre|table|tbody|tfoot|thead|tr|ul)$/;
const SPACE = /[ \t\r\n]+/g;
const CELL = /^(td|th)$/;
const UNSEEN = /^(script|style)$/;
const NAME = /^<(\/?)([a-z][\w:.-]{0,30})(?=[\s/>])/i;

function decoded(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{2,4}));/gi, (whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? '\ufffd' : String.fromCodePoint(code);
  });
}

/* Past the tag that begins at `from`; -1 if it is none. */
function tagEnd(text: string, from: number): number {
  let quote = '';
  for (let i = from + 1; i < text.length; i += 1) {
    const c = text.charAt(i);
    if (c === '<') return -1;
    if (quote !== '') quote = c === quote ? '' : quote;
    else if (c === '>') return i + 1;
    else if (c === '"' || c === "'") quote = c;
  }
  return -1;
}

const past = (text: string, mark: string, from: number): number => {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
};

function pastSheet(text: string, name: string, from: number): number {
  const ending = new RegExp(`</${name}`, 'gi');
  ending.lastIndex = from;
  return ending.exec(text)?.index ?? text.length;
}

class Reader {
  lines: Line[] = [];
  private items: Line[] = [];
  private loose: Line | undefined;

  text(words: string): void {
    const item = this.items[this.items.length - 1];
    (item ?? (this.loose ??= this.begin(false))).words += words;
  }

  tag(name: string, ends: boolean, empty: boolean): void {
    if (name === 'li') this.item(ends, empty);
    else if (CELL.test(name)) this.text(' ');
    else if (!BLOCK.test(name)) return;
    else if (this.items.length === 0) this.loose = undefined;
    else this.text('\n');
  }

  private item(ends: boolean, empty: boolean): void {
    this.loose = undefined;
    if (ends) this.items.pop();
    else {
      const line = this.begin(true);
      if (!empty) this.items.push(line);
    }
  }

  private begin(item: boolean): Line {
    const line = { words: '', item };
    this.lines.push(line);
    return line;
  }
}

/* Past what begins with "<" at `at`; the reader hears of it. */
function mark(div: string, at: number, reader: Reader): number {
  if (div.startsWith('<!--', at)) return past(div, '-->', at + 4);
  if (div.startsWith('<![CDATA[', at)) {
    const end = past(div, ']]>', at);
    reader.text(div.slice(at + 9, end).replace(/\]\]>$/, ''));
    return end;
  }
  const named = NAME.exec(div.slice(at, at + 40));
  const end = named || /^[!?]$/.test(div.charAt(at + 1)) ? tagEnd(div, at) : -1;
  if (end < 0) {
    reader.text('<');
    return at + 1;
  }
  if (!named) return end;
  const [name, ends, empty] = [(named[2] ?? '').toLowerCase(), named[1] === '/', div.charAt(end - 2) === '/'];
  reader.tag(name, ends, empty);
  return UNSEEN.test(name) && !ends && !empty ? pastSheet(div, name, end) : end;
}

/* A line for each list item, broken where blocks in it end, and one for each block of words outside of them; white space as XHTML has it.
 * An item keeps its place even without words: what stands beside it in its section (entry) is counted by place. */
export function narrativeLines(div: string | undefined): string[] {
  const [all, reader] = [div ?? '', new Reader()];
  for (let at = 0; at < all.length;) {
    const next = all.indexOf('<', at);
    const end = next < 0 ? all.length : next;
    if (end > at) reader.text(decoded(all.slice(at, end).replace(SPACE, ' ')));
    at = next < 0 ? end : mark(all, next, reader);
  }
  return reader.lines.map((l) => ({ ...l, words: l.words.split('\n').map((x) => x.replace(SPACE, ' ').trim()).filter((x) => x !== '').join('\n') }))
    .filter((l) => l.item || l.words !== '').map((l) => l.words);
}
