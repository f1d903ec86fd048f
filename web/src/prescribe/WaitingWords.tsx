/* Orders given by word that have not reached the record: kept on this device and sent by themselves, or why the server will not have them. On the
 * person's own page all of theirs; above the boards what was refused, of everybody, with the way to the person. */

import { Button } from '@mantine/core';
import { medicineText } from '../drugs/doses';
import { useVisitWords } from '../i18n/visits';
import { useOutbox } from '../outbox/use';
import type { ScreenProps } from '../screen';
import { Notice } from '../ui/Notice';
import { dosageText } from '../fhir/clinical';
import { wardStamp } from '../fhir/zone';
import { wordsIn } from './byWord';
import type { FullOrder } from './order';
import { medicinesHref } from './screens';

/* params.id: of this person */
export default function WaitingWords({ params }: ScreenProps) {
  const w = useVisitWords();
  const { box, items } = useOutbox();
  const shown = wordsIn(items, params.id).filter((i) => params.id !== undefined || i.halt !== undefined);
  return shown.map((i) => {
    const order = i.resource as unknown as FullOrder;
    const what = medicineText(order, []);
    const text = dosageText(order);
    if (i.halt === undefined) return <Notice key={i.id} kind="info" role="status" title={w('word.kept', { what, when: wardStamp(i.at) })}><p>{text}</p><p>{w('word.keptDo')}</p></Notice>;
    return (
      <Notice key={i.id} kind="bad" role="alert" title={w('word.halted', { what, when: wardStamp(i.at) })} after={(
        <div className="an-row">
          {params.id === undefined && <Button component="a" variant="default" href={medicinesHref(i.patient)}>{w('word.openShort')}</Button>}
          <Button onClick={() => box.retry(i.id)}>{w('word.again')}</Button>
          <Button variant="default" onClick={() => box.drop(i.id)}>{w('word.drop')}</Button>
        </div>
      )}>
        <p>{text}</p>
        {i.why !== '' && <p className="an-dim">{i.why}</p>}
      </Notice>
    );
  });
}
