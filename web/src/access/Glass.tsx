/* Break-glass on a person's page: what is specially protected opens for some minutes, for a purpose and a reason, and the head
 * is told. While it is open the page says so, without a chance to overlook it. */

import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { nowMs } from '../fhir/clock';
import { showTime } from '../fhir/dates';
import { useI18n, type I18n } from '../i18n/context';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { useLoad } from '../ui/useLoad';
import type { Grant } from './api';
import { Trouble } from './fields';
import { session } from './here';
import { useMe } from './me';
import { useAct } from './useAct';

export const PURPOSES = ['ETREAT', 'TREAT', 'PATSFTY', 'COVERAGE'] as const;
const MINUTES = [15, 30, 60] as const;
export const REASON_MIN = 10;
const REASON_MAX = 200;

export function purposeText(code: string, t: I18n['t']): string {
  const known = [...PURPOSES, 'BTG' as const].find((p) => p === code);
  return known ? t(`glass.purpose.${known}`) : code;
}

/* The end of my own grant for this person that ends last, if one is open. */
export function openUntil(grants: Grant[], account: string, patient: string, now: number): number | undefined {
  const ends = grants
    .filter((g) => g.patient === `Patient/${patient}` && (g.account === undefined || g.account === account))
    .map((g) => Date.parse(g.until)).filter((end) => end > now);
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

export interface GlassState { offered: boolean; until: number | undefined; ask: () => void; asking: boolean; close: () => void; opened: () => void }

/* onChange: what is open has changed, look at everything again */
export function useGlass(patient: string, onChange: () => void): GlassState {
  const { me, signedIn, can } = useMe();
  const offered = signedIn && can('break-glass');
  const [asking, setAsking] = useState(false);
  const account = me.account?.id ?? '';
  const load = useLoad(`glass ${offered} ${patient}`, async () => (offered ? session.api.grants() : []));
  const until = openUntil(load.data ?? [], account, patient, nowMs());
  useEffect(() => {
    if (until === undefined) return undefined;
    const timer = setTimeout(() => { load.reload(); onChange(); }, Math.max(0, until - nowMs()) + 500);
    return () => clearTimeout(timer);
  }, [until]);
  return {
    offered, until, asking, ask: () => setAsking(true), close: () => setAsking(false),
    opened: () => { setAsking(false); load.reload(); onChange(); },
  };
}

export function GlassButton({ glass }: { glass: GlassState }) {
  const { t } = useI18n();
  if (!glass.offered || glass.until !== undefined) return null;
  return <Button variant="default" leftSection={<Icon name="shield" />} onClick={glass.ask}>{t('glass.open')}</Button>;
}

export function GlassBanner({ glass, patient, name }: { glass: GlassState; patient: string; name: string }) {
  const { t } = useI18n();
  return (
    <>
      {glass.until !== undefined && (
        <Notice kind="warn" title={t('glass.isOpen', { time: showTime(glass.until) })} role="status"><p>{t('glass.isOpenWhy')}</p></Notice>
      )}
      {glass.asking && <Ask glass={glass} patient={patient} name={name} />}
    </>
  );
}

function Ask({ glass, patient, name }: { glass: GlassState; patient: string; name: string }) {
  const { t } = useI18n();
  const [purpose, setPurpose] = useState('');
  const [reason, setReason] = useState('');
  const [minutes, setMinutes] = useState<number>(30);
  const { busy, error, left, run } = useAct();
  const [trouble, setTrouble] = useState<string>();
  const submit = async (): Promise<void> => {
    const missing = purpose === '' ? t('glass.needPurpose') : [...reason.trim()].length < REASON_MIN ? t('glass.needReason', { n: REASON_MIN }) : undefined;
    setTrouble(missing);
    if (missing !== undefined) return;
    if (await run(async () => { await session.api.breakGlass({ patient: `Patient/${patient}`, purpose, reason: reason.trim(), minutes }); })) glass.opened();
  };
  return (
    <Dialog title={t('glass.title', { who: name })} onClose={glass.close}>
      <form className="an-entries" noValidate onSubmit={(e) => { e.preventDefault(); void submit(); }}>
        <Notice kind="warn" title={t('glass.warn')}><p>{t('glass.warnDo')}</p></Notice>
        <fieldset className="an-checks">
          <legend>{t('glass.purpose')}</legend>
          {PURPOSES.map((p) => <label key={p}><input type="radio" name="purpose" checked={purpose === p} onChange={() => setPurpose(p)} />{purposeText(p, t)}</label>)}
        </fieldset>
        <div className="an-entry">
          <label htmlFor="glass-reason">{t('glass.reason')}</label>
          <textarea id="glass-reason" className="an-select" rows={2} maxLength={REASON_MAX} value={reason} onChange={(e) => setReason(e.currentTarget.value)} aria-describedby="glass-hint" />
          <p id="glass-hint" className="an-dim">{t('glass.reasonHint')}</p>
        </div>
        <fieldset className="an-checks an-checks-row">
          <legend>{t('glass.minutes')}</legend>
          {MINUTES.map((m) => <label key={m}><input type="radio" name="minutes" checked={minutes === m} onChange={() => setMinutes(m)} />{t('glass.minutesN', { n: m })}</label>)}
        </fieldset>
        <div role="alert">{trouble !== undefined && <p className="an-auth-trouble"><Icon name="bad" />{trouble}</p>}</div>
        <Trouble error={error} left={left} />
        <div className="an-row">
          <Button variant="default" onClick={glass.close}>{t('office.cancel')}</Button>
          <Button type="submit" loading={busy} disabled={left > 0}>{t('glass.go')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
