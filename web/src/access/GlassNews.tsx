/* What the dialog of break-glass promises: the head of the facility is told. On their start screen stands how often it happened
 * since they last said that they had seen it, and the newest ones with the reason. It is read from the log itself, so neither a
 * restart nor a day off loses any of it. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { nowMs } from '../fhir/clock';
import { showFhirDate } from '../fhir/dates';
import { background } from '../fhir/server';
import { useI18n } from '../i18n/context';
import { Notice } from '../ui/Notice';
import { useLoad } from '../ui/useLoad';
import { purposeText } from './Glass';
import { useMe } from './me';
import { linesOf, namesOf, questionFor, type AuditEvent, type TraceLine } from './trace';

const MOST = 100;
const SHOWN = 3;
const DAYS = 30;
const keyOf = (account: string): string => `ansinh.glass-seen/${encodeURIComponent(account)}`;

/* Kept by this browser for this account; a browser that keeps nothing tells it again, which does no harm. */
function seenUntil(account: string): string {
  try {
    return window.localStorage.getItem(keyOf(account)) ?? '';
  } catch {
    return '';
  }
}
function keepSeen(account: string, when: string): void {
  try {
    window.localStorage.setItem(keyOf(account), when);
  } catch {
    /* told again next time */
  }
}

export function unseen(lines: TraceLine[], seen: string): TraceLine[] {
  const from = seen === '' ? 0 : Date.parse(seen);
  return lines.filter((l) => l.deed === 'break-glass' && Date.parse(l.when) > from);
}

async function look(signal: AbortSignal): Promise<{ lines: TraceLine[]; names: Map<string, string> }> {
  const from = new Date(nowMs() - DAYS * 86_400_000).toISOString().slice(0, 10);
  const page = await background.search<AuditEvent>('AuditEvent', questionFor({ patient: '', who: '', from, to: '', kind: 'glass' }, MOST), signal);
  const lines = linesOf(page, '');
  return { lines, names: await namesOf(background, lines.flatMap((l) => l.patients), signal) };
}

export function GlassNews() {
  const { me, signedIn, has, can } = useMe();
  return signedIn && has('facility-head') && can('audit') ? <News account={me.account?.id ?? ''} /> : null;
}

function News({ account }: { account: string }) {
  const { t } = useI18n();
  const [seen, setSeen] = useState(() => seenUntil(account));
  const load = useLoad(`glass news ${account}`, look);
  const lines = unseen(load.data?.lines ?? [], seen);
  const newest = lines[0];
  if (!newest) return null;
  const done = (): void => {
    keepSeen(account, newest.when);
    setSeen(newest.when);
  };
  return (
    <Notice
      kind="warn" title={t('glass.news', { n: lines.length })} role="status"
      after={(
        <div className="an-row">
          <Button component="a" href="#/audit?kind=glass" variant="default">{t('glass.newsLook')}</Button>
          <Button onClick={done}>{t('glass.newsSeen')}</Button>
        </div>
      )}
    >
      <ul className="an-glass-news">
        {lines.slice(0, SHOWN).map((l) => (
          <li key={l.id}>
            {[showFhirDate(l.when), l.who, l.patients.map((p) => load.data?.names.get(p) ?? '').join(', '), purposeText(l.purpose, t), l.reason].filter((x) => x !== '').join(' · ')}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
