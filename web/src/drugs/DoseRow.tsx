/* One dose: when, what, how; what stands against it, before the tap; the big "given" and the small rest. What was tapped stays
 * in its place, so that nothing moves under the next finger. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { wardClock, wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { isAway, type Resident } from '../place/ward';
import { Icon } from '../ui/Icon';
import { AskDespite, AskReason } from './ask';
import { Halted, Recorded } from './Outcome';
import { whenOf } from './forms';
import type { Answer } from './record';
import type { DoseLine } from './round';
import { InStock } from './InStock';
import { AskSecond } from './Second';
import type { UseRound } from './useRound';
import { holdText, Warned } from './Warned';

type Panel = '' | 'other' | 'despite' | 'early' | 'alone';

export function DoseRow({ line, resident, use }: { line: DoseLine; resident: Resident; use: UseRound }) {
  const i18n = useI18n();
  const { t } = i18n;
  const [panel, setPanel] = useState<Panel>('');
  const [despite, setDespite] = useState('');
  const { dose, name, state } = line;
  const item = use.itemOf(dose.key);
  const open = line.records.length === 0 && item === undefined;
  const blocked = line.allergies.length > 0;
  const held = line.hold.find((h) => h.kind === 'hold');
  const away = isAway(resident);
  const give = (answer: Answer): void => {
    setPanel('');
    use.give(dose, resident, answer);
  };
  /* given all the same goes on to the second signature where one is wanted */
  const given = (why: string): void => {
    setDespite(why);
    if (line.controlled) setPanel('alone');
    else give(why === '' ? {} : { despite: why });
  };
  return (
    <div className={`an-dose an-dose-${open ? state.kind : 'answered'}`}>
      <div className="an-dose-when an-number">
        <strong>{wardClock(dose.scheduled)}</strong>
        {open && state.kind === 'late' && <span className="an-late"><Icon name="clock" />{t('drugs.lateMark')}</span>}
      </div>
      <div className="an-dose-what">
        <p className="an-dose-name">{name || t('person.noText')}</p>
        <p>{dose.dosage.text ?? dose.dosage.patientInstruction ?? ''}</p>
        <p className="an-dim an-dose-last an-number">
          {line.last ? t('drugs.last', { when: wardStamp(whenOf(line.last), use.now) }) : t('drugs.lastNone')}
          {line.controlled && ` · ${t('drugs.controlled')}`}
        </p>
        {open && <InStock use={use} name={name} dosage={dose.dosage} />}
        {open && <Warned line={line} patientId={resident.id} now={use.now} />}
      </div>
      <div className="an-dose-do">
        {item?.halt !== undefined && <Halted item={item} use={use} />}
        {item?.halt === undefined && line.records.length > 0 && <Recorded line={line} use={use} item={item} />}
        {open && panel === '' && state.kind === 'later' && (
          <>
            <span className="an-dim">{t('drugs.early')}</span>
            <Button variant="default" onClick={() => setPanel('early')}>{t('drugs.earlyGive')}</Button>
          </>
        )}
        {open && panel === '' && state.kind !== 'later' && away && (
          <>
            <Button className="an-give" aria-label={`${t('drugs.reason.absent')}: ${name}`} onClick={() => give({ why: 'absent', whyText: t('drugs.away') })}>{t('drugs.reason.absent')}</Button>
            <Button variant="default" aria-label={t('drugs.otherFor', { name })} onClick={() => setPanel('other')}>{t('drugs.other')} ▾</Button>
          </>
        )}
        {open && panel === '' && state.kind !== 'later' && !away && (blocked || held) && (
          <>
            <Button
              className="an-give" aria-label={`${t('drugs.reason.withheld')}: ${name}`}
              onClick={() => give({ why: 'withheld', whyText: blocked ? t('drugs.allergyStop', { list: '' }).trim() : holdText(held, i18n, use.now) })}
            >
              {t('drugs.reason.withheld')}
            </Button>
            <Button variant="default" aria-label={t('drugs.otherFor', { name })} onClick={() => setPanel('other')}>{t('drugs.other')} ▾</Button>
          </>
        )}
        {open && panel === '' && state.kind !== 'later' && !away && !blocked && !held && (
          <>
            <Button className="an-give" aria-label={t('drugs.givenFor', { name })} onClick={() => given('')}>{t('drugs.given')}</Button>
            <Button variant="default" aria-label={t('drugs.otherFor', { name })} onClick={() => setPanel('other')}>{t('drugs.other')} ▾</Button>
          </>
        )}
      </div>
      {open && panel === 'other' && (
        <AskReason
          onReason={(why, text) => give(text === '' ? { why } : { why, whyText: text })} onCancel={() => setPanel('')}
          {...(blocked || held || away ? { onDespite: () => setPanel('despite') } : {})}
        />
      )}
      {open && panel === 'despite' && <AskDespite reasons={blocked ? ['doctor'] : away && !held ? ['back', 'doctor'] : ['doctor', 'remeasured']} onReason={given} onCancel={() => setPanel('')} />}
      {open && panel === 'early' && <AskDespite reasons={blocked || held ? ['doctor'] : away ? ['back', 'doctor'] : ['early', 'doctor']} onReason={given} onCancel={() => setPanel('')} />}
      {open && panel === 'alone' && (
        <AskSecond
          onSecond={(w) => give({ second: { reference: w.practitioner, display: w.display }, ...(despite === '' ? {} : { despite }) })}
          onAlone={(alone) => give({ alone, ...(despite === '' ? {} : { despite }) })} onCancel={() => setPanel('')}
        />
      )}
    </div>
  );
}
