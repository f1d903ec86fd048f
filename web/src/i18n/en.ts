/* English: the second catalogue, complete. The compiler refuses a missing or an extra key. */

import { record } from './en/record';
import { access } from './en/access';
import { offices } from './en/offices';
import { people } from './en/people';
import { ward } from './en/ward';
import { drugs } from './en/drugs';
import { handover } from './en/handover';
import { print } from './en/print';
import { books } from './en/books';
import { setup } from './en/setup';
import type { MessageKey } from './vi';

export const en: Record<MessageKey, string> = { ...record, ...people, ...access, ...offices, ...ward, ...drugs, ...handover, ...print, ...books, ...setup };
