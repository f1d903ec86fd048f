/* The words an order is written down with: Vietnamese, whatever language the page has at this moment. */

import { VISIT_CATALOGUES } from '../i18n/visits';
import { sayIn } from '../visits/compose';
import { WEEKDAYS, type OrderWords } from './order';

const say = sayIn(VISIT_CATALOGUES.vi);

export const ORDER_WORDS: OrderWords = {
  route: (r) => say(`route.${r}`), weeks: (n) => say('order.everyN', { n }), most: (n) => say('order.mostN', { n }), hours: (n) => say('order.hoursN', { n }),
  rhythm: (w) => (w.rhythm === 'alternate' ? say('rhythm.alternate').toLowerCase() : w.rhythm === 'weekdays' ? WEEKDAYS.filter((d) => w.weekdays.includes(d)).map((d) => say(`weekday.${d}`)).join(', ') : ''),
};
