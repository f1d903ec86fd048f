/* The numeric pad beside the form on a tablet: it writes where the hand was last, and never takes the focus away. */

import { Button } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { useI18n } from '../i18n/context';
import type { PadKey } from './pad';

const KEYS: PadKey[] = ['7', '8', '9', '4', '5', '6', '1', '2', '3', ',', '0', 'back'];

/* wide enough for a pad beside the form, and no desk with a keyboard of its own */
const QUERY = '(min-width: 760px) and (max-width: 1199px), (min-width: 760px) and (pointer: coarse)';

export function usePad(): boolean {
  return useSyncExternalStore(
    (tell) => {
      const list = window.matchMedia(QUERY);
      list.addEventListener('change', tell);
      return () => list.removeEventListener('change', tell);
    },
    () => window.matchMedia(QUERY).matches,
  );
}

export function Pad({ onKey, onNext, label }: { onKey: (key: PadKey) => void; onNext: () => void; label: string }) {
  const { t } = useI18n();
  return (
    <div className="an-vpad" role="group" aria-label={t('round.pad', { field: label })} onPointerDown={(e) => e.preventDefault()}>
      <p className="an-vpad-field">{label}</p>
      <div className="an-vpad-keys">
        {KEYS.map((key) => (
          <Button
            key={key} variant="default" tabIndex={-1} aria-label={key === 'back' ? t('round.back') : key === ',' ? t('round.comma') : key}
            onClick={() => onKey(key)}
          >
            {key === 'back' ? '⌫' : key}
          </Button>
        ))}
      </div>
      <Button variant="default" tabIndex={-1} className="an-vpad-next" onClick={onNext}>{t('round.nextField')}</Button>
    </div>
  );
}
