/* "Draft of 22/11 07:31": what comes from a tab that is gone says so, and can be thrown away. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { Notice } from '../ui/Notice';
import { useDrafts } from './drafts';

/* typed: when, where what was typed in this tab must be told of as well: numbers of this morning are not those of now. how: what becomes of it */
export function KeptFrom({ kind, id, typed = 0, how, onDrop }: { kind: string; id: string; typed?: number; how?: string; onDrop: () => void }) {
  const { t } = useI18n();
  const drafts = useDrafts();
  const [at, setAt] = useState(() => drafts.from(kind, id) ?? (typed > 0 ? typed : undefined));
  if (at === undefined) return null;
  return (
    <Notice kind="info" title={t('draft.from', { when: wardStamp(at) })} role="status">
      <p>{how ?? t('draft.fromDo')}</p>
      <Button variant="default" onClick={() => { setAt(undefined); onDrop(); }}>{t('draft.drop')}</Button>
    </Notice>
  );
}
