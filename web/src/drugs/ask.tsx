/* The three questions a dose may ask, each answered by one tap, under the row it belongs to. */

import { Button, Input } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useI18n } from '../i18n/context';
import { NOT_GIVEN, type NotGiven } from './forms';

export function Ask({ title, children, onCancel }: { title: string; children: ReactNode; onCancel: () => void }) {
  const { t } = useI18n();
  return (
    <div className="an-ask" role="group" aria-label={title}>
      <p className="an-ask-title">{title}</p>
      <div className="an-options">
        {children}
        <Button variant="subtle" onClick={onCancel}>{t('drugs.cancel')}</Button>
      </div>
    </div>
  );
}

interface ReasonProps { onReason: (why: NotGiven, text: string) => void; onCancel: () => void; onDespite?: () => void }

export function AskReason({ onReason, onCancel, onDespite }: ReasonProps) {
  const { t } = useI18n();
  const [text, setText] = useState('');
  const [missing, setMissing] = useState(false);
  const pick = (why: NotGiven): void => {
    if (why === 'other' && text.trim() === '') setMissing(true);
    else onReason(why, why === 'other' ? text.trim() : text.trim() || t(`drugs.reason.${why}`));
  };
  return (
    <Ask title={t('drugs.other')} onCancel={onCancel}>
      {NOT_GIVEN.map((why) => <Button key={why} variant="default" onClick={() => pick(why)}>{t(`drugs.reason.${why}`)}</Button>)}
      {onDespite && <Button variant="default" onClick={onDespite}>{t('drugs.despite')}</Button>}
      <Input
        className="an-ask-text" value={text} maxLength={200} aria-label={t('drugs.reasonText')} placeholder={t('drugs.reasonText')}
        error={missing} aria-invalid={missing} onChange={(e) => { setText(e.currentTarget.value); setMissing(false); }}
      />
      {missing && <p className="an-trouble" role="alert">{t('drugs.reasonMissing')}</p>}
    </Ask>
  );
}

type Despite = 'doctor' | 'remeasured' | 'early' | 'back' | 'again';

export function AskDespite({ reasons, onReason, onCancel }: { reasons: Despite[]; onReason: (why: string) => void; onCancel: () => void }) {
  const { t } = useI18n();
  return (
    <Ask title={t('drugs.despiteWhy')} onCancel={onCancel}>
      {reasons.map((r) => <Button key={r} variant="default" onClick={() => onReason(t(`drugs.despite.${r}`))}>{t(`drugs.despite.${r}`)}</Button>)}
    </Ask>
  );
}

/* Why one signature has to do for now. */
export const ALONE = ['next', 'emergency', 'staffing'] as const;
