/* The words of the light page, in English. */

import { access } from '../i18n/en/access';
import { record } from '../i18n/en/record';

export const en = { ...record, ...access };
