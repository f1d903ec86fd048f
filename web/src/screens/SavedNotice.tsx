/* "Saved", with what was saved, and ten seconds to take it back. The clock stands still while the pointer or the focus is on
 * the undo button, so that nobody loses a race against it. */

import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { showTime } from '../fhir/dates';
import { useI18n, type I18n } from '../i18n/context';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import type { Observation } from '../fhir/types';
import { VITALS } from '../vitals/kinds';
import { readingsOf } from '../vitals/reading';
import { UNDO_SECONDS, useRecent, type RecentSet } from '../vitals/recent';
import { readingText } from '../vitals/show';

export function readingTexts(observations: Observation[], patientId: string, i18n: I18n): string[] {
  return VITALS.flatMap((kind) =>
    readingsOf(kind, observations, patientId).map((r) => `${i18n.t(`vital.${kind.key}`)}: ${readingText(kind, r, i18n)}`));
}

function useCountdown(from: number, held: boolean, key: number): number {
  const [left, setLeft] = useState(from);
  useEffect(() => setLeft(from), [from, key]);
  useEffect(() => {
    if (held) return undefined;
    const timer = setInterval(() => setLeft((n) => Math.max(0, n - 1)), 1000);
    return () => clearInterval(timer);
  }, [held, key]);
  return left;
}

export function SavedNotice({ patientId }: { patientId: string }) {
  const { set } = useRecent();
  return set?.patientId === patientId ? <Shown set={set} /> : null;
}

function Shown({ set }: { set: RecentSet }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { undo, dismiss } = useRecent();
  const [held, setHeld] = useState(false);
  const left = useCountdown(UNDO_SECONDS, held || set.phase !== 'saved', set.at);
  const canUndo = set.left.length > 0 && (set.phase === 'undoing' || set.phase === 'undoFailed' || left > 0);
  const close = (
    <Button variant="subtle" leftSection={<Icon name="close" />} onClick={dismiss}>{t('saved.close')}</Button>
  );
  if (set.phase === 'undone') {
    return <Notice kind="info" title={t('saved.undone', { n: set.saved.length })} role="status">{close}</Notice>;
  }
  const title = `${t('saved.title')}: ${t('saved.count', { n: set.saved.length, when: showTime(set.at) })}`;
  const actions = (
    <div className="an-row">
      {canUndo && (
        <Button
          variant="default" leftSection={<Icon name="undo" />} loading={set.phase === 'undoing'}
          onClick={() => void undo()} onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}
          onMouseEnter={() => setHeld(true)} onMouseLeave={() => setHeld(false)}
        >
          {t('saved.undo')}
        </Button>
      )}
      {canUndo && set.phase === 'saved' && <span className="an-number">{t('saved.undoIn', { n: left })}</span>}
      {close}
    </div>
  );
  return (
    <div className="an-noprint">
      {/* buttons and countdown stand outside what is said aloud: nobody wants to be told every second */}
      <Notice
        kind={set.phase === 'undoFailed' ? 'warn' : 'good'} title={title} role="status"
        after={(
          <>
            {actions}
            <ul className="an-saved-list">{readingTexts(set.saved.map((s) => s.observation), set.patientId, i18n).map((s) => <li key={s}>{s}</li>)}</ul>
          </>
        )}
      >
        {set.phase === 'undoFailed' && <p>{t('saved.undoFailed', { n: set.left.length })}</p>}
      </Notice>
    </div>
  );
}
