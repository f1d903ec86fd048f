/* The catalogue of a person's own screens: it comes with them. */

import { useMemo } from 'react';
import type { Lang } from '../vitals/number';
import { useI18n } from './context';
import { mine as en } from './en/mine';
import { fill, type MessageParams } from './format';
import { mine as vi } from './vi/mine';

export type MineKey = keyof typeof vi;
export const MINE_CATALOGUES: Record<Lang, Record<MineKey, string>> = { vi, en };

export type Words = (key: MineKey, params?: MessageParams) => string;

export function useMineWords(): Words {
  const { lang } = useI18n();
  return useMemo(() => (key, params) => fill(MINE_CATALOGUES[lang][key], params), [lang]);
}
