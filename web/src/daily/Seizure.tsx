/* A seizure has a beginning and an end, and whoever sees one has no hand free. The clock is kept on this device from its first second: a reload, a
 * lock or a look at another screen does not stop it, and quick care leads back to it (RunningSeizures). */

import { Button, Input } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useDrafts } from '../access/drafts';
import { readTyped, useTyped } from '../access/typed';
import { nowMs } from '../fhir/clock';
import { personName } from '../fhir/person';
import { MINUTE_MS, wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useDailyWords, type DailyKey } from '../i18n/daily';
import type { Resident } from '../place/ward';
import { Notice } from '../ui/Notice';
import { Asides, same, Trouble, type PanelProps, type Said } from './pieces';
import { LONG_MS, RUNNING_MS, spanOf, type Timed } from './seizureSpan';

const DRAFT = 'seizure';
type Kept = Timed & { answer: string; said: Said };
const fresh = (): Kept => ({ began: 0, ended: 0, time: '', minutes: '', unknown: false, answer: '', said: {} });
const isRunning = (k: Kept): boolean => k.began > 0 && k.ended === 0;
/* a clock that nobody stopped yesterday tells nothing today */
const resumed = (k: Kept): Kept => (isRunning(k) && nowMs() - k.began > RUNNING_MS ? { ...k, began: 0 } : k);

const clockOf = (ms: number): string => `${Math.floor(ms / MINUTE_MS)}:${String(Math.floor((ms % MINUTE_MS) / 1000)).padStart(2, '0')}`;

function useSeconds(on: boolean): number {
  const [now, setNow] = useState(nowMs);
  useEffect(() => {
    if (!on) return undefined;
    setNow(nowMs());
    const timer = setInterval(() => setNow(nowMs()), 1000);
    return () => clearInterval(timer);
  }, [on]);
  return now;
}

export function SeizurePanel({ kind, people, at, later, onRecord }: PanelProps) {
  const w = useDailyWords();
  const { now: k, change, forget } = useTyped<Kept>(DRAFT, people[0]?.id ?? '', fresh, resumed);
  const [missing, setMissing] = useState(false);
  const running = isRunning(k) && !later;
  const now = useSeconds(running);
  const span = useMemo(() => spanOf(k, nowMs(), later ? { at } : undefined), [k, later, at, now]);
  const period = span === 'missing' || span === 'future' ? undefined : span;
  const lasted = running ? now - k.began : period?.end === undefined ? 0 : period.end - period.start;
  const timed = k.began > 0 && !later;
  const save = (): void => {
    setMissing(true);
    if (!period || k.answer === '') return;
    /* one of another day leaves the clock of this one alone */
    if (later && k.began > 0) change({ minutes: '', unknown: false, answer: '', said: {} });
    else forget();
    onRecord(same(people, { kind: kind.key, answer: k.answer, asides: k.said, period }));
  };
  return (
    <div className="an-number-panel">
      {!timed && !later && <Button className="an-care-save" onClick={() => change({ began: nowMs(), ended: 0 })}>{w('care.seizureStart')}</Button>}
      {running && (
        <>
          <p className="an-seizure-clock an-number" role="timer">{w('care.seizureRuns', { time: clockOf(Math.max(0, lasted)) })}</p>
          <Button className="an-care-save" onClick={() => change({ ended: nowMs() })}>{w('care.seizureEnd')}</Button>
        </>
      )}
      {timed && !running && <p className="an-number">{w('care.seizureBegan')} {wardStamp(k.began)}, {clockOf(k.ended - k.began)}</p>}
      {timed && <Button variant="default" onClick={() => change({ began: 0, ended: 0 })}>{w('care.seizureAgain')}</Button>}
      {lasted >= LONG_MS && <Trouble>{w('care.seizureLong')}</Trouble>}
      {!timed && (
        <div className="an-care-note">
          {!later && <label><span>{w('care.seizureBegan')}</span><input type="time" className="an-time" value={k.time} onChange={(e) => change({ time: e.currentTarget.value })} /></label>}
          {!k.unknown && <label><span>{w('care.seizureMinutes')}</span><Input className="an-number-box" inputMode="numeric" value={k.minutes} onChange={(e) => change({ minutes: e.currentTarget.value })} /></label>}
          <Button variant={k.unknown ? 'filled' : 'default'} aria-pressed={k.unknown} onClick={() => change({ unknown: !k.unknown })}>{w('care.seizureUnknown')}</Button>
        </div>
      )}
      {span === 'future' && <Trouble>{w('care.seizureFuture')}</Trouble>}
      <div className="an-aside" role="group" aria-label={w('care.seizureKind')}>
        <span className="an-aside-name">{w('care.seizureKind')}</span>
        {kind.answers.map((a) => <Button key={a.code} variant={a.code === k.answer ? 'filled' : 'default'} aria-pressed={a.code === k.answer} onClick={() => change({ answer: a.code })}>{w(`care.a.seizure.${a.code}` as DailyKey)}</Button>)}
      </div>
      <Asides asides={kind.asides} said={k.said} onSaid={(said) => change({ said })} />
      {missing && (span === 'missing' || k.answer === '') && <Trouble>{w(timed && k.ended === 0 ? 'care.seizureNotOver' : 'care.seizureMissing')}</Trouble>}
      <Button className="an-care-save" onClick={save}>{w('care.save')}</Button>
    </div>
  );
}

/* Whose clock runs on this device, or was stopped and not written down. */
export function RunningSeizures({ residents, onOpen }: { residents: Resident[]; onOpen: (r: Resident) => void }) {
  const w = useDailyWords();
  const { t } = useI18n();
  const drafts = useDrafts();
  const timed = residents.flatMap((r) => {
    const kept = readTyped(drafts.get(DRAFT, r.id), fresh());
    return kept && resumed(kept).began > 0 ? [{ r, began: kept.began, running: isRunning(kept) }] : [];
  });
  return (
    <>
      {timed.map(({ r, began, running }) => (
        <Notice key={r.id} kind="warn" title={w(running ? 'care.seizureRunning' : 'care.seizureUnsaved', { name: personName(r.patient) || t('people.noName'), bed: r.bed, at: wardStamp(began) })}>
          <Button onClick={() => onOpen(r)}>{w('care.seizureOpen')}</Button>
        </Notice>
      ))}
    </>
  );
}
