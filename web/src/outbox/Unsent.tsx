/* What the server did not take, all of it in one place: an entry stands on the screen where it was typed as well, but that screen may show its person no more,
 * because they died, left or moved meanwhile. So the bar leads here from everywhere (OutboxBar). */

import { Button } from '@mantine/core';
import { wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { personHref } from '../route';
import { Notice } from '../ui/Notice';
import { whatOf, whoseOf } from './halted';
import type { Item } from './item';
import { Mend, useNames } from './Mend';
import { useOutbox } from './use';

export default function Unsent() {
  const { t } = useI18n();
  const halted = useOutbox().items.filter((i) => i.halt !== undefined);
  const nameOf = useNames(halted.flatMap(whoseOf), []);
  return (
    <>
      <h1>{t('outbox.unsent')}</h1>
      {halted.length === 0 && <Notice kind="good" title={t('outbox.unsentNone')} />}
      {halted.map((i) => <One key={i.id} item={i} nameOf={nameOf} />)}
    </>
  );
}

function One({ item, nameOf }: { item: Item; nameOf: (id: string) => string }) {
  const { t, lang } = useI18n();
  const { box } = useOutbox();
  const whose = whoseOf(item);
  const what = whatOf(item, lang) || t('outbox.entry');
  return (
    <Notice
      kind="bad" title={[whose.map(nameOf).join(', '), what].filter(Boolean).join(' · ')}
      after={(
        <div className="an-options">
          {whose.length === 1 && <Button component="a" href={personHref(whose[0] ?? '')} variant="default">{t('waiting.open')}</Button>}
          {item.halt === 'forbidden' && <Button variant="default" onClick={() => box.retry(item.id)}>{t('waiting.retry')}</Button>}
          <Mend item={item} />
        </div>
      )}
    >
      <p className="an-number">{wardStamp(item.at)}</p>
      <p>{t(`outbox.halt.${item.halt ?? 'refused'}`)}</p>
      {item.why !== '' && <p className="an-dim">{item.why}</p>}
    </Notice>
  );
}
