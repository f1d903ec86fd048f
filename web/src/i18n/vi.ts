/* Tiếng Việt: the first catalogue, a file per room. Short everyday words, present tense, no abbreviations where people
 * read on paper. {name} is filled in; {n#one|many} picks a word by number (English needs it, Vietnamese does not). */

import { record } from './vi/record';
import { access } from './vi/access';
import { offices } from './vi/offices';
import { people } from './vi/people';
import { ward } from './vi/ward';
import { drugs } from './vi/drugs';
import { handover } from './vi/handover';
import { print } from './vi/print';
import { books } from './vi/books';
import { setup } from './vi/setup';

export const vi = { ...record, ...people, ...access, ...offices, ...ward, ...drugs, ...handover, ...print, ...books, ...setup } as const;

export type MessageKey = keyof typeof vi;
