/* Vital signs that were measured and have not reached the record: kept on this device and sent once by themselves, or why they cannot be
 * recorded. What still waits can be taken back; what was refused stays until somebody has read it. */

import { Button } from '@mantine/core';
import { wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import type { Item } from '../outbox/item';
import { useOutbox } from '../outbox/use';
import { Notice } from '../ui/Notice';
import { isSet, readingsIn } from '../vitals/waiting';
import { readingTexts } from './SavedNotice';

/* names: of those whose sets are shown, by id */
export function WaitingSets({ names, halted = false }: { names: Record<string, string>; halted?: boolean }) {
  const { items } = useOutbox();
  const shown = items.filter((i) => isSet(i) && names[i.patient] !== undefined && (!halted || i.halt !== undefined));
  return <>{shown.map((i) => <One key={i.id} item={i} name={names[i.patient] ?? ''} />)}</>;
}

function One({ item, name }: { item: Item; name: string }) {
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
  const again = item.halt === 'refused' || item.halt === 'forbidden';
  return (
    <Notice
      kind="bad" role="alert" title={t('waiting.halted', { name, when })}
      after={(
        <>
          {readings}
          <div className="an-row an-noprint">
            {again && <Button variant="default" onClick={() => box.retry(item.id)}>{t('waiting.retry')}</Button>}
            <Button variant="default" onClick={() => box.dismiss(item.id)}>{t('waiting.drop')}</Button>
          </div>
        </>
      )}
    >
      <p>{t(`waiting.halt.${item.halt}`)}</p>
      {item.why !== '' && <p className="an-dim">{item.why}</p>}
    </Notice>
  );
}
