/* The words of the light page: of all messages, those of the rooms it has. */

import { access } from '../i18n/vi/access';
import { record } from '../i18n/vi/record';

export const vi = { ...record, ...access };
