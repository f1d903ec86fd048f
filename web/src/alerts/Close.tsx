/* The three things that can be done with an alert. What was done may be told in a word; a dismissal needs its reason, and none is chosen
 * beforehand. */

import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAlertWords } from '../i18n/alerts';
import { useI18n } from '../i18n/context';
import { Icon } from '../ui/Icon';
import { REASONS, type Alert, type Reason } from './alerts';
import type { UseAct } from './useAct';

export function Close({ a, who, isSeen, acts }: { a: Alert; who: string; isSeen: boolean; acts: UseAct }) {
  const w = useAlertWords();
  const [open, setOpen] = useState<'' | 'act' | 'dismiss'>('');
  const [text, setText] = useState('');
  const [reason, setReason] = useState<Reason | undefined>();
  const { lang } = useI18n();
  const about = `${a.title[lang]}, ${who}`;
  const close = (): void => { setOpen(''); setText(''); setReason(undefined); };
  if (open === 'act') {
    return (
      <div className="an-alert-acts an-noprint">
        <TextInput label={w('actWhat')} value={text} onChange={(e) => setText(e.currentTarget.value)} maxLength={500} autoComplete="off" data-autofocus />
        <div className="an-row">
          <Button leftSection={<Icon name="check" />} onClick={() => acts.act(a.id, 'completed', text)}>{w('actDone')}</Button>
          <Button variant="default" onClick={close}>{w('back')}</Button>
        </div>
      </div>
    );
  }
  if (open === 'dismiss') {
    const lacks = reason === undefined || (reason === 'other' && text.trim() === '');
    return (
      <div className="an-alert-acts an-noprint">
        <div role="radiogroup" aria-label={w('why')} className="an-alert-reasons">
          {REASONS.map((r) => (
            <Button key={r} role="radio" aria-checked={r === reason} variant={r === reason ? 'filled' : 'default'} onClick={() => setReason(r)}>{w(`reason.${r}`)}</Button>
          ))}
        </div>
        <TextInput label={w(reason === 'other' ? 'whyOther' : 'whyMore')} value={text} onChange={(e) => setText(e.currentTarget.value)} maxLength={500} autoComplete="off" />
        <div className="an-row">
          <Button disabled={lacks} onClick={() => { if (reason) acts.act(a.id, 'rejected', text, reason); }}>{w('dismissDo')}</Button>
          <Button variant="default" onClick={close}>{w('back')}</Button>
        </div>
      </div>
    );
  }
  return (
    <div className="an-alert-acts an-noprint">
      {!isSeen && <Button onClick={() => acts.act(a.id, 'received')} aria-label={w('seeOf', { about })}>{w('see')}</Button>}
      <Button variant={isSeen ? 'filled' : 'default'} onClick={() => setOpen('act')} aria-label={w('actOf', { about })}>{w('act')}</Button>
      <Button variant="default" onClick={() => setOpen('dismiss')} aria-label={w('dismissOf', { about })}>{w('dismiss')}</Button>
    </div>
  );
}
