/* The day's card of one person: what is missing first, then what was done, newest on top, each line with its hand and its time. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { personName } from '../fhir/person';
import { MINUTE_MS, wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useDailyWords } from '../i18n/daily';
import type { Resident } from '../place/ward';
import { Icon } from '../ui/Icon';
import { showNumber } from '../vitals/number';
import { kindOf } from './kinds';
import { Picture } from './pictures';
import { sayConverted, sayDone, sayMissing } from './say';
import { balanceOf, inView, isLateView, type Done, type Missing } from './today';

interface Props {
  resident: Resident;
  mine: Done[];
  missing: Missing[];
  now: number;
  nameOf: (reference: string) => string;
  /* may this account strike it through: its own */
  isMine: (d: Done) => boolean;
  onStrike: (d: Done) => void;
}

export function Today({ resident, mine, missing, now, nameOf, isMine, onStrike }: Props) {
  const w = useDailyWords();
  const { t, lang } = useI18n();
  const shown = mine.filter((d) => inView(d, now));
  const span = isLateView(now) ? 'today' : 'half';
  const balance = balanceOf(mine, now);
  return (
    <section className="an-card an-today" aria-label={w(`care.${span}Of`, { name: personName(resident.patient) || t('people.noName') })}>
      <h2>{w(`care.${span}`)}</h2>
      {missing.length > 0 && (
        <p className="an-today-missing"><Icon name="clock" /><span><strong>{w('care.missing')}:</strong> {missing.map((m) => sayMissing(m, w)).join(', ')}</span></p>
      )}
      {balance && (
        <p className="an-number">
          {balance.hasOut
            ? w('care.balance', { in: showNumber(balance.in, lang), out: showNumber(balance.out, lang), net: `${balance.in >= balance.out ? '+' : '−'}${showNumber(Math.abs(balance.in - balance.out), lang)}` })
            : w('care.balanceIn', { in: showNumber(balance.in, lang) })}
        </p>
      )}
      {shown.length === 0 && <p className="an-dim">{w(`care.${span}None`)}</p>}
      <ul className="an-today-list">
        {shown.map((d) => <Line key={d.own || d.id} d={d} now={now} by={nameOf(d.by)} may={isMine(d)} onStrike={() => onStrike(d)} />)}
      </ul>
    </section>
  );
}

function Line({ d, now, by, may, onStrike }: { d: Done; now: number; by: string; may: boolean; onStrike: () => void }) {
  const w = useDailyWords();
  const { lang } = useI18n();
  const [asked, setAsked] = useState(false);
  const late = d.received !== undefined && d.received - d.at > 15 * MINUTE_MS;
  const also = d.measured ? sayConverted(d.measured, lang) : '';
  return (
    <li className="an-today-line">
      <Picture name={kindOf(d.kind).icon} size={26} />
      <span className="an-today-text">
        <span><strong>{w(`care.kind.${d.kind}`)}</strong> {sayDone(d, w, lang)}{also !== '' && <span className="an-dim"> ({also})</span>}</span>
        <span className="an-dim an-number">
          {[wardStamp(d.at, now), by, d.waiting ? w('care.sent.waiting') : '', late ? w('care.received', { when: wardStamp(d.received as number, now) }) : ''].filter(Boolean).join(' · ')}
        </span>
      </span>
      {may && d.own !== '' && (asked
        ? (
          <span className="an-options">
            <Button variant="default" onClick={() => { setAsked(false); onStrike(); }}>{w('care.strikeDo')}</Button>
            <Button variant="subtle" onClick={() => setAsked(false)}>{w('care.cancel')}</Button>
          </span>
        )
        : <Button variant="subtle" onClick={() => setAsked(true)}>{w('care.strike')}</Button>)}
    </li>
  );
}
