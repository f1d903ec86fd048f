/* When it was done: now, unless somebody says another time. What is entered late keeps its own time; when it was received is the
 * server's to say. */

import { Button } from '@mantine/core';
import { nowMs } from '../fhir/clock';
import { fromLocalInput, toLocalInput } from '../fhir/dates';
import { useDailyWords } from '../i18n/daily';
import { Icon } from '../ui/Icon';
import { judgeWhen } from './today';
import './when.css';

/* undefined: now */
export interface WhenProps { typed: string | undefined; onTyped: (text: string | undefined) => void; /* the question, where a screen asks more than one */ label?: string }

/* The moment of an act: undefined when what was typed is no time, or one to come. */
export function momentOf(typed: string | undefined, now: number): number | undefined {
  if (typed === undefined) return now;
  const at = fromLocalInput(typed)?.getTime();
  return at === undefined || judgeWhen(at, now) === 'future' ? undefined : at;
}

export function When({ typed, onTyped, label }: WhenProps) {
  const w = useDailyWords();
  const now = nowMs();
  const at = typed === undefined ? now : fromLocalInput(typed)?.getTime();
  const trouble = at === undefined ? 'noTime' : judgeWhen(at, now);
  return (
    <div className="an-when-row" role="group" aria-label={label ?? w('care.when')}>
      <Button variant={typed === undefined ? 'filled' : 'default'} aria-pressed={typed === undefined} leftSection={<Icon name="clock" />} onClick={() => onTyped(undefined)}>{w('care.now')}</Button>
      <Button variant={typed === undefined ? 'default' : 'filled'} aria-pressed={typed !== undefined} onClick={() => onTyped(typed ?? toLocalInput(new Date(now)))}>{w('care.earlier')}</Button>
      {typed !== undefined && <input type="datetime-local" className="an-time" aria-label={label === undefined ? w('care.at') : `${label} ${w('care.at')}`} value={typed} max={toLocalInput(new Date(now))} onChange={(e) => onTyped(e.currentTarget.value)} />}
      {typed !== undefined && (trouble === 'noTime' || trouble === 'future') && <p className="an-trouble" role="alert"><Icon name="bad" />{w(`care.${trouble}`)}</p>}
    </div>
  );
}
