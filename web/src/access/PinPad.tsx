/* Digits under a thumb, or from the keyboard. The box is a real field, so that everything that helps people type works; only
 * the tablet's own keyboard stays down (inputMode none). */

import { Button } from '@mantine/core';
import { useEffect, useId, useRef, useState } from 'react';
import { useI18n } from '../i18n/context';
import { Icon } from '../ui/Icon';

export const PIN_MIN = 4;
export const PIN_MAX = 8;
export const onlyDigits = (text: string): string => text.replace(/\D/g, '').slice(0, PIN_MAX);

interface Props {
  label: string;
  busy: boolean;
  blocked: boolean;
  /* another number: begin anew (a wrong try) */
  round: number;
  /* what the last key says */
  go?: string;
  onPin: (pin: string) => void;
}

export function PinPad({ label, busy, blocked, round, go, onPin }: Props) {
  const { t } = useI18n();
  const id = useId(); /* a second pad may lie under a locked screen */
  const [pin, setPin] = useState('');
  const box = useRef<HTMLInputElement>(null);
  const ready = pin.length >= PIN_MIN && !busy && !blocked;
  useEffect(() => {
    setPin('');
    box.current?.focus();
  }, [round]);
  const add = (digit: string): void => setPin((p) => onlyDigits(p + digit));
  const send = (): void => {
    if (ready) onPin(pin);
  };
  return (
    <form className="an-pin" onSubmit={(e) => { e.preventDefault(); send(); }}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id} ref={box} className="an-pin-box" type="password" inputMode="none" autoComplete="off" value={pin} maxLength={PIN_MAX}
        onChange={(e) => setPin(onlyDigits(e.currentTarget.value))} aria-describedby={`${id}-about`}
      />
      <p id={`${id}-about`} className="an-visually-hidden">{t('pin.about')}</p>
      <div className="an-pad" role="group" aria-label={t('pin.pad')}>
        {['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((d) => (
          <Button key={d} type="button" variant="default" onClick={() => add(d)}>{d}</Button>
        ))}
        <Button type="button" variant="default" aria-label={t('pin.back')} onClick={() => setPin((p) => p.slice(0, -1))}>
          <Icon name="erase" size={28} />
        </Button>
        <Button type="button" variant="default" onClick={() => add('0')}>0</Button>
        <Button type="submit" aria-label={go ?? t('pin.go')} loading={busy} disabled={!ready}><Icon name="check" size={28} /></Button>
      </div>
    </form>
  );
}
