/* The language of the page, and everything whose spelling depends on it. Vietnamese unless somebody chose otherwise on
 * this device. Vietnamese comes with the page, English when it is chosen: few read it, and it would make every first visit longer. */

import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Age } from '../fhir/person';
import { showNumber, type Lang } from '../vitals/number';
import { fill, type MessageParams } from './format';
import { vi, type MessageKey } from './vi';

const catalogues: { vi: Record<MessageKey, string>; en?: Record<MessageKey, string> } = { vi };
const STORED = 'ansinh.lang';

/* Whether the words are there now. They may fail to come while the line is gone. */
async function fetchWords(lang: Lang): Promise<boolean> {
  try {
    if (catalogues[lang] === undefined) catalogues.en = (await import('./en')).en;
    return true;
  } catch {
    return false;
  }
}

/* Before the first drawing: the words of the language chosen on this device, or Vietnamese where they cannot be had. */
export async function prepareWords(): Promise<void> {
  await fetchWords(storedLang());
}

export type Translate = (key: MessageKey, params?: MessageParams) => string;

export interface I18n {
  lang: Lang;
  t: Translate;
  num: (value: number, minDecimals?: number, maxDecimals?: number) => string;
  age: (age: Age) => string;
  unit: (unit: string) => string;
  setLang: (lang: Lang) => void;
}

function storedLang(): Lang {
  try {
    return localStorage.getItem(STORED) === 'en' ? 'en' : 'vi';
  } catch {
    return 'vi'; /* storage switched off */
  }
}

const Context = createContext<I18n | undefined>(undefined);

export function I18nProvider({ children }: { children: ReactNode }) {
  const [lang, setState] = useState<Lang>(() => (catalogues[storedLang()] === undefined ? 'vi' : storedLang()));
  const wanted = useRef(lang); /* somebody may press twice before the words are there */
  const setLang = useCallback((next: Lang) => {
    wanted.current = next;
    void fetchWords(next).then((there) => there && wanted.current === next && setState(next));
    try {
      localStorage.setItem(STORED, next);
    } catch {
      /* storage switched off: the choice lasts until the tab closes */
    }
  }, []);
  useEffect(() => {
    document.documentElement.lang = lang;
  }, [lang]);
  const value = useMemo<I18n>(() => {
    const t: Translate = (key, params) => fill((catalogues[lang] ?? vi)[key], params);
    return {
      lang, t, setLang,
      num: (v, min, max) => showNumber(v, lang, min, max),
      age: (age) => (age.kind === 'unknown' ? t('age.unknown') : t(`age.${age.kind}`, { n: age.n })),
      unit: (unit) => (unit === '/min' ? t('unit./min') : unit),
    };
  }, [lang, setLang]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useI18n(): I18n {
  const value = useContext(Context);
  if (!value) throw new Error('I18nProvider is missing');
  return value;
}
