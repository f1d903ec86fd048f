/* Controlled medicines that carry one signature: whoever did not give them may sign as the second, under their own name. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { Icon } from '../ui/Icon';
import { giverOf, whenOf, type Given } from './forms';
import { nameOf } from './load';
import type { Round } from './round';
import { useGiver, type UseRound } from './useRound';

export function Unsigned({ use, round }: { use: UseRound; round: Round }) {
  const { t } = useI18n();
  const me = useGiver();
  const [failed, setFailed] = useState(false);
  if (round.unsigned.length === 0) return null;
  const sign = async (g: Given): Promise<void> => {
    setFailed(false);
    try {
      if (!(await use.cosign(g))) setFailed(true);
    } catch {
      setFailed(true);
    }
  };
  const may = (g: Given): boolean => me.reference !== '' && giverOf(g)?.reference !== me.reference && !(g.id ?? '').startsWith('waiting-');
  return (
    <section className="an-unsigned" aria-labelledby="unsigned">
      <h2 id="unsigned"><Icon name="warn" />{t('drugs.unsigned', { n: round.unsigned.length })}</h2>
      <ul>
        {round.unsigned.map(({ given, resident, name }) => (
          <li key={given.id} className="an-unsigned-line">
            <span className="an-number">
              {t('drugs.unsignedLine', {
                bed: resident.bed, name, when: wardStamp(whenOf(given), use.now),
                who: nameOf(use.data?.people ?? new Map<string, string>(), giverOf(given)),
              })}
            </span>
            {may(given) && <Button aria-label={t('drugs.cosignFor', { name })} onClick={() => void sign(given)}>{t('drugs.cosign')}</Button>}
          </li>
        ))}
      </ul>
      {!round.unsigned.some((u) => may(u.given)) && <p className="an-dim">{t('drugs.cosignOther')}</p>}
      {failed && <p className="an-trouble" role="alert">{t('drugs.cosignFailed')}</p>}
    </section>
  );
}
