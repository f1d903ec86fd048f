/* The catalogue of photos: it comes with the screens that show them. */

import { useMemo } from 'react';
import type { Lang } from '../vitals/number';
import { useI18n } from './context';
import { photos as en } from './en/photos';
import { fill, type MessageParams } from './format';
import { photos as vi } from './vi/photos';

export type PhotoKey = keyof typeof vi;
export const PHOTO_CATALOGUES: Record<Lang, Record<PhotoKey, string>> = { vi, en };
export type PhotoWords = (key: PhotoKey, params?: MessageParams) => string;

export function usePhotoWords(): PhotoWords {
  const { lang } = useI18n();
  return useMemo((): PhotoWords => (key, params) => fill(PHOTO_CATALOGUES[lang][key], params), [lang]);
}
