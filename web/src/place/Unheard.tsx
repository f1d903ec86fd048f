/* The server cannot be asked now: why, and of what hour the figures are that stand there all the same. */

import type { Unheard as Kind } from '../fhir/client';
import { wardClock } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { Icon } from '../ui/Icon';

export interface UnheardSince { kind: Exclude<Kind, 'refused'>; at: number }

/* more: what follows from it on this screen */
export function Unheard({ kind, at, more = '' }: UnheardSince & { more?: string }) {
  const { t } = useI18n();
  return (
    <p className="an-board-sync an-board-sync-lost" role="status">
      <Icon name={kind === 'lost' ? 'offline' : 'clock'} />
      <span>{`${t(`ward.${kind}`)} ${at ? t('ward.figuresOf', { when: wardClock(at) }) : ''}${more === '' ? '' : `. ${more}`}`.trim()}</span>
    </p>
  );
}
