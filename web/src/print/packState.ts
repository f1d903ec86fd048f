/* What $pack tells of the 24-hour packs of a facility (docs/paper.md), read out of its Parameters. */

import type { Resource } from '../fhir/types';

interface Part { name?: string; valueReference?: { reference?: string; display?: string }; valueInteger?: number }
interface Parameter extends Part { valueInstant?: string; valueTime?: string; valueBoolean?: boolean; valueCode?: string; part?: Part[] }
export interface PackAnswer extends Resource { resourceType: 'Parameters'; parameter?: Parameter[] }

export interface PackWard { id: string; name: string; people: number; pages: number }
export interface PackState { at: string; made: number | undefined; making: boolean; failed: string; failedSince: number | undefined; late: boolean; wards: PackWard[] }

const DAY_MS = 86_400_000;

export function packState(answer: PackAnswer): PackState {
  const find = (name: string): Parameter | undefined => answer.parameter?.find((p) => p.name === name);
  const time = (name: string): number | undefined => {
    const ms = Date.parse(find(name)?.valueInstant ?? '');
    return Number.isFinite(ms) ? ms : undefined;
  };
  const made = time('made');
  const now = time('now') ?? 0;
  const at = find('at')?.valueTime?.slice(0, 5) ?? '';
  return {
    at, made, making: find('making')?.valueBoolean === true, failed: find('failed')?.valueCode ?? '', failedSince: time('failed-since'),
    /* the time for it was passed by more than an hour; the server's clock and its own time, whatever this device thinks */
    late: at !== '' && made !== undefined && now - made > DAY_MS + 3_600_000,
    wards: (answer.parameter ?? []).filter((p) => p.name === 'ward').map((p) => {
      const part = (name: string): Part | undefined => p.part?.find((x) => x.name === name);
      const place = part('place')?.valueReference;
      return { id: place?.reference?.split('/')[1] ?? '', name: place?.display ?? '', people: part('people')?.valueInteger ?? 0, pages: part('pages')?.valueInteger ?? 0 };
    }),
  };
}
