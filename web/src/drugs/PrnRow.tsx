/* A medicine given when needed: whether it may be given now is worked out before anybody taps. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { isAway, type Resident } from '../place/ward';
import { Icon } from '../ui/Icon';
import { AskDespite } from './ask';
import { whenOf } from './forms';
import { Halted, Recorded, stateText } from './Outcome';
import type { Answer } from './record';
import type { PrnLine } from './round';
import { InStock } from './InStock';
import { AskSecond } from './Second';
import type { UseRound } from './useRound';
import { Warned } from './Warned';

export function PrnRow({ line, resident, use }: { line: PrnLine; resident: Resident; use: UseRound }) {
  const i18n = useI18n();
  const { t, num } = i18n;
  const [panel, setPanel] = useState<'' | 'despite' | 'alone'>('');
  const [despite, setDespite] = useState('');
  const { answer, name } = line;
  const newest = [...line.today].sort((a, b) => whenOf(b) - whenOf(a))[0];
  const undoable = newest !== undefined && use.mayUndo(newest);
  const item = use.outbox.items.find((i) => i.halt !== undefined && i.only.includes(`|${line.order.id ?? ''}/`) && i.patient === resident.id);
  const away = isAway(resident);
  const stop = away || line.allergies.length > 0 || line.hold.some((h) => h.kind === 'hold') || answer.kind === 'unknown' || line.soon !== undefined;
  /* nothing else stands against it: whoever stands there may see that it is needed again */
  const onlySoon = line.soon !== undefined && !away && line.allergies.length === 0 && !line.hold.some((h) => h.kind === 'hold') && answer.kind !== 'unknown';
  const give = (a: Answer): void => {
    setPanel('');
    use.givePrn(line, resident, a);
  };
  const start = (why: string): void => {
    setDespite(why);
    if (line.controlled) setPanel('alone');
    else give(why === '' ? {} : { despite: why });
  };
  return (
    <div className="an-dose an-dose-prn">
      <div className="an-dose-when" />
      <div className="an-dose-what">
        <p className="an-dose-name">{name || t('person.noText')}</p>
        <p>{line.dosage.text ?? ''}</p>
        <p className="an-dim an-dose-last an-number">
          {[line.last ? t('drugs.last', { when: wardStamp(whenOf(line.last), use.now) }) : t('drugs.lastNone'),
            answer.kind === 'yes' && answer.left !== undefined ? t('drugs.prnLeft', { n: num(answer.left, 0, 1) }) : '',
            line.controlled ? t('drugs.controlled') : ''].filter(Boolean).join(' · ')}
        </p>
        {line.today.length > 0 && <p className="an-number">{t('drugs.prnToday', { list: line.today.map((g) => stateText(g, i18n, use.now)).join(', ') })}</p>}
        {answer.kind === 'no' && (
          <p className="an-dose-note an-note-warn">
            <Icon name="clock" />
            {answer.from === Infinity ? t('drugs.prnNever') : t(answer.why === 'interval' ? 'drugs.prnInterval' : 'drugs.prnMaximum', { when: wardStamp(answer.from, use.now) })}
          </p>
        )}
        {answer.kind !== 'no' && line.soon !== undefined && <p className="an-dose-note an-note-warn"><Icon name="clock" />{t('drugs.prnSoon', { when: wardStamp(line.soon, use.now) })}</p>}
        {answer.kind === 'unknown' && <p className="an-dose-note an-note-warn"><Icon name="warn" />{t('drugs.prnUnknown')}</p>}
        {answer.kind !== 'no' && <InStock use={use} name={name} dosage={line.dosage} />}
        <Warned line={line} patientId={resident.id} now={use.now} />
      </div>
      <div className="an-dose-do">
        {item && <Halted item={item} use={use} />}
        {!item && undoable && <Recorded line={{ records: [newest], name }} use={use} item={undefined} />}
        {!item && !undoable && answer.kind !== 'no' && panel === '' && (
          <Button className="an-give" variant="default" aria-label={t('drugs.prnGiveFor', { name })} onClick={() => (stop ? setPanel('despite') : start(''))}>
            {t('drugs.prnGive')}
          </Button>
        )}
      </div>
      {panel === 'despite' && <AskDespite reasons={[...(away ? ['back' as const] : []), ...(onlySoon ? ['again' as const] : []), 'doctor']} onReason={start} onCancel={() => setPanel('')} />}
      {panel === 'alone' && (
        <AskSecond
          onSecond={(w) => give({ second: { reference: w.practitioner, display: w.display }, ...(despite === '' ? {} : { despite }) })}
          onAlone={(alone) => give({ alone, ...(despite === '' ? {} : { despite }) })} onCancel={() => setPanel('')}
        />
      )}
    </div>
  );
}
