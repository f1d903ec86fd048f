/* The language of the page, and everything whose spelling depends on it. Vietnamese unless somebody chose otherwise on
 * this device. */

import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { Age } from '../fhir/person';
import { showNumber, type Lang } from '../vitals/number';
import { en } from './en';
import { fill, type MessageParams } from './format';
import { vi, type MessageKey } from './vi';

export const CATALOGUES: Record<Lang, Record<MessageKey, string>> = { vi, en };
const STORED = 'ansinh.lang';

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
  const [lang, setState] = useState<Lang>(storedLang);
  const setLang = useCallback((next: Lang) => {
    setState(next);
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
    const t: Translate = (key, params) => fill(CATALOGUES[lang][key], params);
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
