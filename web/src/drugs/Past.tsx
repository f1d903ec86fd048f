/* What was recorded before this shift, so that an entry of an earlier one can be put right by whoever made it: struck through with its reason, and
 * still there to be read, like all that was struck through. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { medicineText } from './doses';
import { entryOf, giverOf, stands, whenOf, type Given } from './forms';
import { nameOf } from './load';
import { stateText } from './Outcome';
import { useGiver, type UseRound } from './useRound';

export function Past({ list, use }: { list: Given[]; use: UseRound }) {
  const { t } = useI18n();
  return (
    <details className="an-past">
      <summary>{t('drugs.past', { n: list.length })}</summary>
      <ul>{list.map((g) => <li key={entryOf(g) || g.id}><Line g={g} use={use} /></li>)}</ul>
    </details>
  );
}

function Line({ g, use }: { g: Given; use: UseRound }) {
  const i18n = useI18n();
  const { t } = i18n;
  const me = useGiver();
  const [asked, setAsked] = useState(false);
  const name = medicineText(g, use.data?.medications);
  const mine = entryOf(g) !== '' && (giverOf(g)?.reference ?? '') === me.reference;
  const why = stands(g) ? '' : g.statusReason?.at(-1)?.text ?? '';
  const what = `${name}, ${stands(g) ? stateText(g, i18n, use.now) : wardStamp(whenOf(g), use.now)}`;
  return (
    <div className="an-past-line">
      <p className="an-number">
        {stands(g) ? <span>{what}</span> : <s>{what}</s>}
        <span className="an-dim"> · {[nameOf(use.data?.people ?? new Map<string, string>(), giverOf(g)), stands(g) ? '' : t('drugs.struck'), why].filter(Boolean).join(' · ')}</span>
      </p>
      {stands(g) && mine && !asked && <Button variant="default" aria-label={`${t('drugs.mistake')}: ${what}`} onClick={() => setAsked(true)}>{t('drugs.mistake')}</Button>}
      {stands(g) && mine && asked && (
        <div className="an-options">
          <Button variant="default" onClick={() => { setAsked(false); use.undo(g, 'mistake'); }}>{t('drugs.mistakeDo')}</Button>
          <Button variant="subtle" onClick={() => setAsked(false)}>{t('drugs.cancel')}</Button>
        </div>
      )}
    </div>
  );
}
