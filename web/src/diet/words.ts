/* The words a diet is written down with: Vietnamese, whatever language the page has at this moment. */

import { recordWords } from '../i18n/daily';
import { LEAVES, SHAPES, type DietWords } from './diet';

export const DIET_WORDS = Object.fromEntries([...SHAPES, ...LEAVES].map((c) => [c, recordWords(`diet.${c}`)])) as DietWords;
