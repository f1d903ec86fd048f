/* Old books are typed in fonts from before Unicode: TCVN3 (the .Vn fonts) and VNI. Their letters are other letters to
 * everybody else ("NguyÔn V¨n", "Nguyeãn Vaên"). A text is read as old only when that makes more of its words Vietnamese
 * syllables than it has now, so that a text in order is never changed. */

const TCVN3_CODES = '¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ';
const TCVN3_CHARS = 'ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ';

/* VNI writes the mark as a letter of its own behind the vowel. */
const VNI_MARKS: Record<string, string> = {
  aø: 'à', aù: 'á', aû: 'ả', aõ: 'ã', aï: 'ạ', aâ: 'â', aà: 'ầ', aá: 'ấ', aå: 'ẩ', aã: 'ẫ', aä: 'ậ',
  aê: 'ă', aè: 'ằ', aé: 'ắ', aú: 'ẳ', aü: 'ẵ', aë: 'ặ', eø: 'è', eù: 'é', eû: 'ẻ', eõ: 'ẽ', eï: 'ẹ',
  eâ: 'ê', eà: 'ề', eá: 'ế', eå: 'ể', eã: 'ễ', eä: 'ệ', oø: 'ò', où: 'ó', oû: 'ỏ', oõ: 'õ', oï: 'ọ',
  oâ: 'ô', oà: 'ồ', oá: 'ố', oå: 'ổ', oã: 'ỗ', oä: 'ộ', ôø: 'ờ', ôù: 'ớ', ôû: 'ở', ôõ: 'ỡ', ôï: 'ợ',
  uø: 'ù', uù: 'ú', uû: 'ủ', uõ: 'ũ', uï: 'ụ', öø: 'ừ', öù: 'ứ', öû: 'ử', öõ: 'ữ', öï: 'ự',
  yø: 'ỳ', yù: 'ý', yû: 'ỷ', yõ: 'ỹ',
};
const VNI_ALONE: Record<string, string> = { ô: 'ơ', ö: 'ư', ñ: 'đ', æ: 'ỉ', ó: 'ĩ', ò: 'ị', î: 'ỵ', ì: 'ì', í: 'í' };

export function fromTcvn3(text: string): string {
  let out = '';
  for (const c of text) {
    const at = TCVN3_CODES.indexOf(c);
    out += at < 0 ? c : TCVN3_CHARS[at];
  }
  return out;
}

const isUpper = (c: string): boolean => c !== c.toLowerCase();

export function fromVni(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    const pair = VNI_MARKS[c.toLowerCase() + (text[i + 1] ?? '').toLowerCase()];
    const single = pair ?? VNI_ALONE[c.toLowerCase()] ?? c;
    if (pair !== undefined) i++;
    out += isUpper(c) ? single.toUpperCase() : single;
  }
  return out;
}

/* Vietnamese Windows before Unicode (code page 1258): most letters as in Latin 1, five of its own, and the tone behind its vowel. */
const CP1258: Record<string, string> = {
  Ã: 'Ă', ã: 'ă', Ð: 'Đ', ð: 'đ', Õ: 'Ơ', õ: 'ơ', Ý: 'Ư', ý: 'ư', Ì: '\u0300', Ò: '\u0309', Þ: '\u0303', ì: '\u0301', ò: '\u0323', þ: '₫',
};

export function fromCp1258(text: string): string {
  return [...text].map((c) => CP1258[c] ?? c).join('').normalize('NFC');
}

/* A file that is not UTF-8, read byte by byte. What fonts made of it is judged by column (encodingOf); a code page is that of the whole file. */
export function ofCodePage(text: string): string {
  const some = text.slice(0, 65_536);
  const as1258 = fromCp1258(some);
  return syllables(as1258) > Math.max(syllables(some), syllables(fromTcvn3(some)), syllables(fromVni(some))) ? fromCp1258(text) : text;
}

const ONSET = '(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?';
const NUCLEUS =
  '(?:iêu|yêu|ươi|ươu|uôi|oai|oay|oeo|uây|uya|uyê|uêu|ia|iê|yê|ua|uô|ưa|ươ|ai|ao|au|ay|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu|oa|oă|oe|oo|uâ|uê|uy|uơ|[aăâeêioôơuưy])';
const SYLLABLE = new RegExp(`^${ONSET}${NUCLEUS}(?:ch|ng|nh|[cmnpt])?$`);
const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g;

export function isSyllable(word: string): boolean {
  const bare = word.normalize('NFD').replace(TONES, '').normalize('NFC').toLowerCase();
  return SYLLABLE.test(bare);
}

function syllables(text: string): number {
  return text.split(/[\s,.;:()/-]+/).filter((w) => w !== '' && isSyllable(w)).length;
}

export type OldEncoding = 'TCVN3' | 'VNI';
export interface Decoded { text: string; was: OldEncoding | undefined }

/* One text by itself. A column is better judged as a whole: see readAs. */
export function decodeOld(text: string): Decoded {
  const now = { text: text.normalize('NFC'), was: undefined };
  if (!/[\u00a1-\u00ff]/.test(text)) return now;
  let best: Decoded = now;
  let most = syllables(now.text);
  for (const [was, read] of [['TCVN3', fromTcvn3], ['VNI', fromVni]] as const) {
    const candidate = read(text);
    const n = syllables(candidate);
    if (n > most) [best, most] = [{ text: candidate, was }, n];
  }
  return best;
}

/* What most texts of a column say it is; a single odd name does not turn a column over. */
export function encodingOf(texts: string[]): OldEncoding | undefined {
  const votes: Record<OldEncoding, number> = { TCVN3: 0, VNI: 0 };
  let plain = 0;
  for (const text of texts) {
    const { was } = decodeOld(text);
    if (was) votes[was]++;
    else if (/[^\u0000-\u007f]/.test(text)) plain++;
  }
  const was = votes.TCVN3 >= votes.VNI ? 'TCVN3' : 'VNI';
  return votes[was] > plain ? was : undefined;
}

export function readAs(text: string, was: OldEncoding | undefined): string {
  if (was === 'TCVN3') return fromTcvn3(text);
  return was === 'VNI' ? fromVni(text) : text.normalize('NFC');
}
