/* What every panel of quick care is given, and the pieces they share. */

import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Served } from '../diet/diet';
import { useDailyWords, type DailyKey } from '../i18n/daily';
import type { Resident } from '../place/ward';
import { Icon } from '../ui/Icon';
import type { Stage } from '../vitals/ranges';
import type { Aside, CareKind, MealTime } from './kinds';
import type { AtTable } from './load';
import type { Act, ForOne } from './record';

export interface PanelProps {
  kind: CareKind;
  people: Resident[];
  diets: Map<string, Served>;
  table: Map<string, AtTable>;
  stageOf: (r: Resident) => Stage;
  /* the time of the act; undefined: the time entered is none */
  at: number | undefined;
  mealNow: MealTime;
  /* another time than now was asked for */
  later: boolean;
  onRecord: (all: ForOne[]) => void;
}

export const whomOf = (r: Resident): ForOne['whom'] => ({ id: r.id, stay: r.stay.id ?? '' });
export const same = (people: Resident[], act: Act): ForOne[] => people.map((r) => ({ whom: whomOf(r), act }));

export type Said = Record<string, string[]>;

export function Asides({ asides, said, onSaid }: { asides: Aside[]; said: Said; onSaid: (s: Said) => void }) {
  const w = useDailyWords();
  const flip = (a: Aside, code: string): void => {
    const now = said[a.code] ?? [];
    const next = now.includes(code) ? now.filter((c) => c !== code) : a.many ? [...now, code] : [code];
    onSaid({ ...said, [a.code]: next });
  };
  return (
    <>
      {asides.map((a) => (
        <div key={a.code} className="an-aside" role="group" aria-label={w(`care.o.${a.code}` as DailyKey)}>
          <span className="an-aside-name">{w(`care.o.${a.code}` as DailyKey)}</span>
          {a.answers.map((code) => {
            const on = (said[a.code] ?? []).includes(code);
            return <Button key={code} variant={on ? 'filled' : 'default'} aria-pressed={on} onClick={() => flip(a, code)}>{w(`care.o.${a.code}.${code}` as DailyKey)}</Button>;
          })}
        </div>
      ))}
    </>
  );
}

export const Trouble = ({ children }: { children: ReactNode }) => <p className="an-trouble" role="alert"><Icon name="bad" />{children}</p>;
