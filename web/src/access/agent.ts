/* "Chrome, Android" out of what a browser says of itself: enough for somebody to know their own devices. */

import type { I18n } from '../i18n/context';

const BROWSERS: [RegExp, string][] = [
  [/Edg\//, 'Edge'], [/coc_coc/i, 'CocCoc'], [/Firefox\//, 'Firefox'], [/Chrome\//, 'Chrome'], [/Safari\//, 'Safari'],
];
const SYSTEMS: [RegExp, string][] = [
  [/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Windows/, 'Windows'], [/Mac OS/, 'macOS'], [/Linux/, 'Linux'],
];

export function agentText(agent: string | undefined, t: I18n['t']): string {
  const find = (list: [RegExp, string][]): string | undefined => list.find(([shape]) => shape.test(agent ?? ''))?.[1];
  const parts = [find(BROWSERS), find(SYSTEMS)].filter((p): p is string => p !== undefined);
  return parts.length > 0 ? parts.join(', ') : t('sessions.unknown');
}
