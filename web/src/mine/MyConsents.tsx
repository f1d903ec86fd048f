/* My consent: one purpose a card, and saying yes takes as many taps as taking it back. Nothing is chosen beforehand. */

import { Button, Skeleton } from '@mantine/core';
import { useId, useState, type ReactNode } from 'react';
import { entryId, purposeOf, stateOf } from '../consent/give';
import type { Purpose } from '../consent/needs';
import { idOf, type Consent } from '../consent/types';
import { refusal, useConsents, type UseConsents } from '../consent/useConsents';
import { nowMs } from '../fhir/clock';
import { showFhirDay } from '../fhir/dates';
import { wardTime } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useMineWords } from '../i18n/mine';
import { Icon } from '../ui/Icon';
import { Problem } from '../ui/Problem';
import { Owned } from './Frame';
import { askedOf, mayGive, mayWithdraw, whoAmI, type Own } from './own';

export default function MyConsents() {
  return <Owned>{(own) => <Consents own={own} />}</Owned>;
}

function Consents({ own }: { own: Own }) {
  const w = useMineWords();
  const { t, lang } = useI18n();
  const use = useConsents(own.patient);
  const { data, error, reload } = use.load;
  const byLaw = (data?.needs.purposes ?? []).filter((p) => p.basis === 'law');
  return (
    <>
      <h1>{t('mine.consent')}</h1>
      <p>{w('consent.lead')}</p>
      {error !== undefined && <Problem error={error} onRetry={reload} />}
      {data === undefined && error === undefined && <div role="status" aria-label={w('loading')}>{[1, 2, 3].map((n) => <Skeleton key={n} height={120} mb={12} />)}</div>}
      {data && askedOf(data.needs.purposes).map((p) => <Card key={p.code} purpose={p} own={own} use={use} />)}
      {byLaw.length > 0 && (
        <section className="an-card">
          <h2>{w('consent.law')}</h2>
          <ul className="an-mine-list">{byLaw.map((p) => <li key={p.code}>{p[lang]}</li>)}</ul>
        </section>
      )}
    </>
  );
}

/* the same while it waits and once the server has it */
const keyOf = (c: Consent): string => entryId(c) || (c.id ?? c.dateTime ?? '');

function Card({ purpose, own, use }: { purpose: Purpose; own: Own; use: UseConsents }) {
  const w = useMineWords();
  const { lang } = useI18n();
  const [asking, setAsking] = useState(''); /* 'give', or which one would be taken back: the lists come anew while the question stands */
  const { now } = stateOf(use.consents.filter((c) => purposeOf(c) === purpose.code), purpose.code, wardTime(nowMs()).day);
  const may = mayGive(purpose, own);
  const title = purpose[lang];
  return (
    <section className="an-card" aria-label={title}>
      <h2>{title}</h2>
      <p>{lang === 'vi' ? purpose.textVi : purpose.textEn}</p>
      {now.length === 0 && <p className="an-dim"><Icon name="close" size={18} /> {w('consent.no')}</p>}
      {now.map((c) => (
        <div key={keyOf(c)} className="an-mine-consent">
          <p className="an-mine-good"><Icon name="good" size={20} />{w('consent.yes')} {w('consent.since', { day: showFhirDay(c.dateTime) })}{use.waiting(c) && ` · ${w('consent.waiting')}`}</p>
          <p className="an-dim">{facts(c, use, w)}</p>
          {asking !== keyOf(c) && mayWithdraw(purpose, own) && <div><Button variant="default" aria-label={w('consent.withdrawFor', { what: title })} onClick={() => setAsking(keyOf(c))}>{w('consent.withdraw')}</Button></div>}
          {!mayWithdraw(purpose, own) && <p className="an-dim">{w('consent.withdrawAsk')}</p>}
          {asking === keyOf(c) && <Sure ask={w('consent.withdrawSure')} yes={w('consent.withdrawConfirm')} onYes={() => use.withdraw(c, whoAmI(own))} onClose={() => setAsking('')} />}
        </div>
      ))}
      {may !== 'yes' && now.length === 0 && <p className="an-dim">{w(may === 'other' ? (own.related === '' ? 'consent.other.self' : 'consent.other.related') : `consent.${may}`)}</p>}
      {may === 'yes' && (now.length === 0 || purpose.toRecipient) && asking !== 'give' && (
        <div><Button variant="default" aria-label={w('consent.giveFor', { what: title })} onClick={() => setAsking('give')}>{w('consent.give')}</Button></div>
      )}
      {asking === 'give' && <Give purpose={purpose} own={own} use={use} onClose={() => setAsking('')} />}
    </section>
  );
}

function facts(c: Consent, use: UseConsents, w: ReturnType<typeof useMineWords>): string {
  const related = (c.performer ?? []).some((p) => (p.reference ?? '').startsWith('RelatedPerson/'));
  const to = (c.provision?.actor ?? []).map((a) => use.load.data?.recipients.find((o) => o.id === idOf(a.reference?.reference))?.name ?? '').filter((n) => n !== '').join(', ');
  return [
    w(related ? 'consent.by.other' : 'consent.by.self'), to !== '' && w('consent.to', { who: to }), c.provision?.period?.end !== undefined && w('consent.until', { day: showFhirDay(c.provision.period.end) }),
  ].filter((x): x is string => typeof x === 'string').join(' · ');
}

function Give({ purpose, own, use, onClose }: { purpose: Purpose; own: Own; use: UseConsents; onClose: () => void }) {
  const w = useMineWords();
  const field = useId();
  const [to, setTo] = useState('');
  const outside = use.load.data?.recipients ?? [];
  const give = async (): Promise<string> => {
    if (purpose.toRecipient && to === '') return w('consent.lacksPlace');
    await use.give({ patient: own.patient, purpose, regime: use.load.data?.needs.regime ?? '', who: [whoAmI(own)], recipients: to === '' ? [] : [to], at: nowMs() });
    return '';
  };
  return (
    <Sure ask={w('consent.sure')} yes={w('consent.confirm')} onYes={give} onClose={onClose}>
      {purpose.toRecipient && (
        <div className="an-entry">
          <label htmlFor={field}>{w('consent.pick')}</label>
          {outside.length === 0 && <p className="an-dim">{w('consent.noPlace')}</p>}
          <select id={field} className="an-select" value={to} onChange={(e) => setTo(e.currentTarget.value)}>
            <option value="">{w('consent.pickNone')}</option>
            {outside.map((o) => <option key={o.id} value={o.id}>{o.name}</option>)}
          </select>
        </div>
      )}
    </Sure>
  );
}

/* The question before it is done: giving and taking back are asked alike. */
function Sure({ ask, yes, onYes, onClose, children }: { ask: string; yes: string; onYes: () => Promise<string | void>; onClose: () => void; children?: ReactNode }) {
  const w = useMineWords();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const go = async (): Promise<void> => {
    setBusy(true);
    try {
      const lack = await onYes();
      setTrouble(lack ?? '');
      if (!lack) onClose();
    } catch (error) {
      const why = refusal(error);
      setTrouble(why === '' ? w('consent.failed') : w('consent.refused', { why }));
    }
    setBusy(false);
  };
  return (
    <form className="an-mine-sure" noValidate onSubmit={(e) => { e.preventDefault(); void go(); }}>
      <p><strong>{ask}</strong></p>
      {children}
      <div role="alert">{trouble !== '' && <p className="an-mine-warn"><Icon name="bad" size={18} />{trouble}</p>}</div>
      <div className="an-row">
        <Button type="submit" loading={busy}>{yes}</Button>
        <Button variant="default" onClick={onClose}>{w('consent.cancel')}</Button>
      </div>
    </form>
  );
}
