/* What could not be stored: whose, when, why, what stands there instead, and what can be done about it. It stays until a person has chosen: put right and
 * sent (outbox/Mend.tsx), or let go of. */

import { Button } from '@mantine/core';
import { useI18n } from '../i18n/context';
import { wardStamp } from '../fhir/zone';
import { useDailyWords } from '../i18n/daily';
import { Mend, useNames } from '../outbox/Mend';
import type { Resident } from '../place/ward';
import { Notice } from '../ui/Notice';
import type { CareEntry } from './record';
import { sayDone } from './say';
import { readDone } from './today';
import type { UseDaily } from './useDaily';

export function Halted({ use, residents }: { use: UseDaily; residents: Resident[] }) {
  const w = useDailyWords();
  const { lang } = useI18n();
  const { box } = use.outbox;
  const nameOf = useNames(use.halted.flatMap((i) => (i.parts ?? []).map((p) => p.patient)), residents);
  return (
    <>
      {use.halted.map((i) => {
        const parts = i.parts ?? [];
        const there = i.other ? readDone(i.other as unknown as CareEntry) : undefined;
        const mine = readDone(i.resource as unknown as CareEntry);
        return (
          <Notice
            key={i.id} kind="warn" role="alert" title={`${w(`care.halt.${i.halt ?? 'refused'}`)}${mine ? `: ${w(`care.kind.${mine.kind}`)}, ${sayDone(mine, w, lang)}` : ''}`}
            after={(
              <div className="an-options">
                {i.halt === 'taken' && <Button variant="default" onClick={() => void box.storeBeside(i.id)}>{w('care.halt.both')}</Button>}
                {i.halt === 'forbidden' && <Button variant="default" onClick={() => box.retry(i.id)}>{w('care.halt.retry')}</Button>}
                <Mend item={i} people={residents} />
              </div>
            )}
          >
            <p className="an-number">{wardStamp(i.at)}</p>
            <p>{w('care.halt.left', { n: parts.length, list: [...new Set(parts.map((p) => nameOf(p.patient)))].join(', ') })}</p>
            {there && <p>{w('care.halt.there', { what: sayDone(there, w, lang) })}</p>}
            {i.why !== '' && <p className="an-dim">{i.why}</p>}
          </Notice>
        );
      })}
    </>
  );
}
