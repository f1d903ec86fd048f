/* Vital signs that were measured and have not reached the record: kept on this device and sent once by themselves, or why they cannot be
 * recorded. What still waits can be taken back; what was refused stays until somebody has put its time right or let go of it. */

import { Button } from '@mantine/core';
import { wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import type { Item } from '../outbox/item';
import { Mend } from '../outbox/Mend';
import { useOutbox } from '../outbox/use';
import { personHref } from '../route';
import { Notice } from '../ui/Notice';
import { isWithdrawal, readingsIn, shownSets } from '../vitals/waiting';
import { readingTexts } from './SavedNotice';

/* names: of those whose sets are shown, by id. halted: what was refused, of everybody, with the way to the person. */
export function WaitingSets({ names, halted = false }: { names: Record<string, string>; halted?: boolean }) {
  const { t } = useI18n();
  const { items } = useOutbox();
  return <>{shownSets(items, names, halted).map((i) => <One key={i.id} item={i} name={names[i.patient] || t('waiting.thisOne')} link={halted} />)}</>;
}

function One({ item, name, link }: { item: Item; name: string; link: boolean }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { box } = useOutbox();
  const takeBack = (): void => { box.changeAll(item.id, (r) => ({ ...r, status: 'entered-in-error' })); };
  const when = wardStamp(item.at);
  const readings = <ul className="an-saved-list">{readingTexts(readingsIn(item), item.patient, i18n).map((s) => <li key={s}>{s}</li>)}</ul>;
  if (item.halt === undefined) {
    return (
      <Notice
        kind="info" role="status" title={t('waiting.title', { name, when })}
        after={<>{readings}<div className="an-row an-noprint"><Button variant="default" onClick={takeBack}>{t('waiting.takeBack')}</Button></div></>}
      >
        <p>{t('waiting.safe')}</p>
      </Notice>
    );
  }
  const isGone = isWithdrawal(item);
  const again = item.halt === 'forbidden' || (isGone && item.halt === 'refused');
  return (
    <Notice
      kind="bad" role="alert" title={t(isGone ? 'waiting.notWithdrawn' : 'waiting.halted', { name, when })}
      after={(
        <>
          {!isGone && readings}
          <div className="an-row an-noprint">
            {link && item.patient !== '' && <Button component="a" href={personHref(item.patient)} variant="default">{t('waiting.open')}</Button>}
            {again && <Button variant="default" onClick={() => box.retry(item.id)}>{t('waiting.retry')}</Button>}
            {isGone ? <Button variant="default" onClick={() => box.dismiss(item.id)}>{t('waiting.drop')}</Button> : <Mend item={item} />}
          </div>
        </>
      )}
    >
      {isGone && <p>{t('waiting.standsStill')}</p>}
      <p>{t(`waiting.halt.${item.halt}`)}</p>
      {item.why !== '' && <p className="an-dim">{item.why}</p>}
    </Notice>
  );
}
