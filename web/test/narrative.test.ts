import { describe, expect, it } from 'vitest';
import { narrativeLines } from '../src/fhir/narrative';
import { escapeText } from '../src/handover/compose';

/* Numbers below n, the same in every run. */
function dice(seed: number): (n: number) => number {
  let a = seed;
  return (n) => {
    a = (a * 1103515245 + 12345) % 2147483648;
    return Math.floor((a / 2147483648) * n);
  };
}
const WORDS = ['Huyết áp', '<b>', 'a & b', '"x" \'y\'', '&lt;', '&#60;', '5 > 3', '<', '>', '</li>', '<!--', ']]>', 'Đỡ đau', '🙂', '\u202Eđ', '{{x}}', '<style>', '<script>'];
const DRESS = [' style="color:red"', " class='a>b'", ' onclick="window.hit=1"', ' title="a &lt; b > c"', ' data-x', '\n id = y', ''];

describe('a narrative', () => {
  it.each([
    ['items', '<div><ul><li>một</li><li>hai</li></ul></div>', ['một', 'hai']],
    ['an item without words keeps its place', '<ul><li>a</li><li/><li></li><li>b</li></ul>', ['a', '', '', 'b']],
    ['an item within an item is a line of its own', '<ul><li>a<ul><li>b</li></ul>c</li></ul>', ['a\nc', 'b']],
    ['paragraphs, headings and what stands beside the items', '<div>đầu<h2>Kết luận</h2><p>Ổn <b>định</b></p><ul><li>một</li></ul>cuối</div>', ['đầu', 'Kết luận', 'Ổn định', 'một', 'cuối']],
    ['a table: a row a line', '<table><tr><th>Mạch</th><td>88</td></tr><tr><td>SpO2</td><td>97 %</td></tr></table>', ['Mạch 88', 'SpO2 97 %']],
    ['white space as XHTML has it', '<ul>\n  <li>\n    Ăn   kém,\r\n\tngủ\n  </li>\n</ul>', ['Ăn kém, ngủ']],
    ['a break within an item', '<ul><li>một<br/>hai</li></ul>', ['một\nhai']],
    ['entities, once', '<p>&amp;lt; &lt; &#x1ed5; &#273; &nbsp;. &apos; &agrave; &#0; &#xd800; &#x110000;</p>', ["&lt; < ổ đ \u00a0. ' &agrave; \ufffd \ufffd \ufffd"]],
    ['no style sheet, script or comment', '<div><style>p{}</style><SCRIPT>x<p></script ><!-- <p>c</p> -->chữ<?x y?><!DOCTYPE z></div>', ['chữ']],
    ['a style sheet that does not end goes to the end', '<p>a</p><style>b', ['a']],
    ['CDATA is text', '<p><![CDATA[1 < 2 &amp;]]> x</p>', ['1 < 2 &amp; x']],
    ['what is no whole tag is text', '<p>1 < 2 <3 a<b "</p><p title="x', ['1 < 2 <3 a<b "', '<p title="x']],
    ['dressed', '<div style="color:red"><li class="x" onclick=\'hit(">")\' style="a">đọc được</li></div>', ['đọc được']],
    ['nothing', '', []],
  ])('%s', (_what, div, lines) => expect(narrativeLines(div)).toEqual(lines));
  it('nothing at all', () => expect(narrativeLines(undefined)).toEqual([]));

  it('reads back any words, whatever the tags around them wear (2000 by chance)', () => {
    for (let seed = 1; seed <= 2000; seed += 1) {
      const n = dice(seed);
      const any = <T>(list: T[]): T => list[n(list.length)] as T;
      const words = Array.from({ length: n(5) }, () => Array.from({ length: 1 + n(6) }, () => any(WORDS)).join(any([' ', ''])));
      const inner = (text: string): string => any([(t: string) => t, (t: string) => `<span${any(DRESS)}>${t}</span>`, (t: string) => `<!-- <li> --><b${any(DRESS)}${any(DRESS)}>${t}</b>`])(text);
      const div = `<div xmlns="http://www.w3.org/1999/xhtml"${any(DRESS)}><ul${any(DRESS)}>${words.map((w) => `<li${any(DRESS)}${any(DRESS)}>${inner(escapeText(w))}</li>`).join(any(['', '\n  ']))}</ul></div>`;
      expect(narrativeLines(div), `seed ${seed}: ${div}`).toEqual(words);
    }
  });
  it('comes to an end on anything, and fast (2000 by chance, and what is meant to be slow)', () => {
    const bits = ['<', '>', '"', "'", '<!--', '-->', '<li', '<li>', '</li>', '/>', '&#', '&amp;', ';', '<style>', '</style', '<![CDATA[', ']]>', '<?', 'a', ' ', '=', '\n'];
    for (let seed = 1; seed <= 2000; seed += 1) {
      const n = dice(seed);
      expect(Array.isArray(narrativeLines(Array.from({ length: n(40) }, () => bits[n(bits.length)]).join('')))).toBe(true);
    }
    const took = bits.map((bit) => {
      const began = performance.now();
      narrativeLines(bit.repeat(200_000 / bit.length));
      narrativeLines(`<p>${`${bit}"`.repeat(100_000 / bit.length)}`);
      return performance.now() - began;
    });
    expect(Math.max(...took)).toBeLessThan(2000); /* each is read once: some ms; over and over it would be minutes */
  });
});
