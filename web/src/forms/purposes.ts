/* THE table of purposes: what an instrument is reached for. The forms do not say it themselves; one that is not here stands under
 * "other". */

export const PURPOSES = ['mood', 'mind', 'function', 'falls', 'skin', 'pain', 'lungs', 'early', 'substances', 'child', 'other'] as const;
export type Purpose = (typeof PURPOSES)[number];

const FORMS: Record<Exclude<Purpose, 'other'>, string[]> = {
  mood: ['phq-2', 'phq-9', 'gad-2', 'gad-7', 'gds-15', 'who-5', 'srq-20', 'pc-ptsd-5', 'c-ssrs', 'zarit'],
  mind: ['4at', 'mini-cog'],
  function: ['barthel', 'katz', 'lawton', 'frail', 'wg-ss'],
  falls: ['steadi', 'morse'],
  skin: ['braden', 'norton', 'mna-sf', 'must', 'nrs-2002'],
  pain: ['pain-nrs', 'painad', 'wong-baker', 'esas-r'],
  lungs: ['tb-4', 'tb-4-child', 'copd-5', 'cat', 'mmrc', 'act', 'gina-4', 'findrisc', 'occupational-disease'],
  early: ['news2'],
  substances: ['assist', 'audit', 'audit-c', 'cage-aid', 'drug-use-screen', 'cows', 'ciwa-ar'],
  child: ['m-chat-r', 'sdq'],
};

export function purposeOf(url: string): Purpose {
  const id = url.split(':').pop() ?? '';
  return PURPOSES.find((p) => p !== 'other' && FORMS[p].includes(id)) ?? 'other';
}
