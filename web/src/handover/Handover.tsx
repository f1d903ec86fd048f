/* Handing over: residents on the left with a mark where something changed since my last shift, four blocks on the right, every
 * line a way to its fact; then the count of controlled medicines and the signature. */

import { Button, Input, Skeleton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { problemOf, type FhirError } from '../fhir/client';
import { wardStamp, wardTime } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { KeptFrom } from '../access/KeptFrom';
import { useMe } from '../access/me';
import { daysUntil } from '../print/forms';
import { pdfHref } from '../print/paper';
import { packHref, paperHref } from '../print/screens';
import { go } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useOnReconnect } from '../ui/useOnline';
import { useNow } from '../ui/useNow';
import { typedCount } from '../stock/tally';
import { BLOCKS, type Line } from './difference';
import './handover.css';
import { factHref, sayLine } from './say';
import { handoverHref } from './screens';
import { COUNT_DRAFT, SINCES, useHandover, type Person, type UseHandover } from './useHandover';

const WIDE = '(min-width: 800px)';

function useWide(): boolean {
  const [wide, setWide] = useState(() => window.matchMedia(WIDE).matches);
  useEffect(() => {
    const query = window.matchMedia(WIDE);
    const tell = (): void => setWide(query.matches);
    query.addEventListener('change', tell);
    return () => query.removeEventListener('change', tell);
  }, []);
  return wide;
}

export default function HandoverScreen({ params }: ScreenProps) {
  const { t } = useI18n();
  const wardId = params.ward ?? '';
  const use = useHandover(wardId);
  /* blind: what the book says is shown once all is counted and signing is asked for, so that nobody counts towards it */
  const [told, setTold] = useState(false);
  useOnReconnect(use.reload, use.error !== undefined);
  const { data } = use;
  const { can } = useMe();
  return (
    <div className="an-handover">
      <a className="an-back" href={paperHref({ ward: wardId }, 'vitals')}><Icon name="print" />{t('print.wardAll')}</a>
      {can('pack') && data !== undefined && data.ward.facilityId !== '' && (
        <a className="an-back" href={packHref(data.ward.facilityId)}><Icon name="clock" />{t('pack.link')}</a>
      )}
      {data?.past[0]?.date !== undefined && (
        <a className="an-back" href={pdfHref({ ward: wardId }, 'handover', daysUntil(wardTime(Date.parse(data.past[0].date)).day, 1, undefined))} target="_blank" rel="noopener">
          <Icon name="print" />{t('print.pdf.handover')}
        </a>
      )}
      <h1>{t('handover.title')}{data?.ward.place.name !== undefined && ` · ${data.ward.place.name}`}</h1>
      {use.error !== undefined && <Problem error={use.error} onRetry={use.reload} />}
      {!data && use.error === undefined && (
        <div role="status" aria-label={t('handover.loading')}>{Array.from({ length: 7 }, (_, i) => <Skeleton key={i} height={48} mb={12} />)}</div>
      )}
      {data && (
        <>
          <Span use={use} />
          {use.pending && <Pending use={use} wardId={wardId} />}
          {data.cut && <Notice kind="warn" title={t('drugs.cut')} />}
          <Panes use={use} />
          <Counts use={use} wardId={wardId} told={told} onType={() => setTold(false)} />
          <Sign use={use} wardId={wardId} told={told} onTell={() => setTold(true)} />
          <Past use={use} wardId={wardId} />
        </>
      )}
    </div>
  );
}

function Span({ use }: { use: UseHandover }) {
  const { t } = useI18n();
  const now = useNow();
  return (
    <div className="an-row">
      <div className="an-options" role="group" aria-label={t('handover.since')}>
        {SINCES.map((s) => (
          <Button key={s} variant={use.since === s ? 'filled' : 'default'} aria-pressed={use.since === s} onClick={() => use.setSince(s)}>{t(`handover.since.${s}`)}</Button>
        ))}
      </div>
      <p className="an-dim">
        {t('handover.from', { when: wardStamp(use.data?.since ?? 0, now) })}
        {use.since === 'mine' && use.from && ` (${t(`handover.from.${use.from.kind}`)})`}
      </p>
    </div>
  );
}

function Pending({ use, wardId }: { use: UseHandover; wardId: string }) {
  const { t } = useI18n();
  const h = use.pending;
  return (
    <Notice kind="info" title={t('handover.pending', { name: h?.author?.[0]?.display ?? '', when: wardStamp(Date.parse(h?.date ?? '')) })}>
      <Button onClick={() => go(handoverHref(wardId, h?.id ?? ''))}>{t('handover.pendingOpen')}</Button>
    </Notice>
  );
}

const hasNews = (p: Person): boolean => (p.change?.lines.length ?? 0) > 0;

function Panes({ use }: { use: UseHandover }) {
  const { t } = useI18n();
  const wide = useWide();
  const firstChanged = use.people.find(hasNews)?.id ?? use.people[0]?.id ?? '';
  const [picked, setPicked] = useState<string>();
  const chosen = picked ?? (wide ? firstChanged : '');
  const person = use.people.find((p) => p.id === chosen);
  const changed = use.people.filter(hasNews).length;
  if (use.people.length === 0) return <Notice kind="info" title={t('drugs.empty')} />;
  return (
    <div className="an-panes">
      <div>
        <p className="an-dim">{t('handover.changed', { n: changed, all: use.people.length })}</p>
        <ul className="an-panes-list" aria-label={t('handover.people')}>
          {use.people.map((p) => (
            <li key={p.id}>
              <button type="button" className="an-pane-row" aria-expanded={p.id === chosen} onClick={() => setPicked(p.id === chosen && !wide ? '' : p.id)}>
                <span className={hasNews(p) ? 'an-dot an-dot-on' : 'an-dot'} aria-hidden="true" />
                <span className="an-bed">{p.bed || t('handover.gone')}</span>
                <span className="an-person-name">{p.name}</span>
                <span className="an-dim an-number">{hasNews(p) ? t('handover.lines', { n: p.change?.lines.length ?? 0 }) : t(p.change ? 'handover.onlyLate' : 'handover.same')}</span>
              </button>
              {!wide && p.id === chosen && <Blocks person={p} />}
            </li>
          ))}
        </ul>
      </div>
      {wide && <section className="an-card" aria-live="polite">{person ? <Blocks person={person} named /> : <p className="an-dim">{t('handover.pick')}</p>}</section>}
    </div>
  );
}

function Blocks({ person, named = false }: { person: Person; named?: boolean }) {
  const { t } = useI18n();
  const lines = person.change?.lines ?? [];
  const late = person.change?.late ?? [];
  return (
    <div className="an-blocks">
      {named && <h2>{person.bed && `${person.bed} · `}{person.name}</h2>}
      {BLOCKS.map((block) => {
        const mine = lines.filter((l) => l.block === block);
        return (
          <section key={block}>
            <h3>{t(`handover.block.${block}`)}</h3>
            {mine.length === 0 ? <p className="an-dim">{t('handover.nothing')}</p> : <Lines lines={mine} patientId={person.id} />}
          </section>
        );
      })}
      {late.length > 0 && (
        <details>
          <summary>{t('handover.lateN', { n: late.length })}</summary>
          <Lines lines={late} patientId={person.id} />
        </details>
      )}
    </div>
  );
}

function Lines({ lines, patientId }: { lines: Line[]; patientId: string }) {
  const i18n = useI18n();
  return (
    <ul className="an-lines">
      {lines.map((l) => (
        <li key={`${l.reference} ${l.said.kind} ${l.at}`}>
          <a href={factHref(patientId)} data-fact={l.reference} className={l.urgent ? 'an-late' : ''}>
            <span className="an-number">{wardStamp(l.at)}</span> {l.urgent && <Icon name="warn" size={18} />} {sayLine(l, i18n)}
          </a>
        </li>
      ))}
    </ul>
  );
}

function Counts({ use, wardId, told, onType }: { use: UseHandover; wardId: string; told: boolean; onType: () => void }) {
  const { t, num } = useI18n();
  if (use.counts.length === 0) return null;
  return (
    <section className="an-card" aria-labelledby="counts">
      <h2 id="counts">{t('handover.counts')}</h2>
      <KeptFrom kind={COUNT_DRAFT} id={wardId} typed={use.countedAt} how={t('draft.counted')} onDrop={use.recount} />
      <ul className="an-counts">
        {use.counts.map((c, i) => {
          const typed = use.typed[c.medicine] ?? { amount: '', note: '' };
          const amount = typedCount(typed.amount);
          const difference = amount === undefined || c.expected === undefined ? 0 : Math.round((amount - c.expected) * 1000) / 1000;
          const bad = typed.amount.trim() !== '' && amount === undefined;
          return (
            <li key={c.medicine} className="an-count-line">
              <p className="an-dose-name">{c.medicine}</p>
              <div className="an-row">
                <label htmlFor={`count-${i}`}>{t('handover.countHere')}</label>
                <Input
                  id={`count-${i}`} className="an-number-box" inputMode="decimal" autoComplete="off" value={typed.amount} error={bad} aria-invalid={bad}
                  onChange={(e) => { use.type(c.medicine, { amount: e.currentTarget.value }); onType(); }}
                />
                <span className="an-unit">{c.unit}</span>
              </div>
              {told && amount !== undefined && (
                <p className="an-dim an-number">
                  {[
                    c.last ? t('handover.countLast', { amount: num(c.last.amount, 0, 3), when: wardStamp(c.last.at), unit: c.unit }) : t('handover.countNone'),
                    c.in !== 0 && t('handover.countIn', { n: num(c.in, 0, 3) }), c.out !== 0 && t('handover.countOut', { n: num(c.out, 0, 3) }),
                    (c.last !== undefined || c.given !== 0) && t('handover.countGiven', { n: num(c.given, 0, 3) }),
                  ].filter((x) => typeof x === 'string').join(', ')}
                  {c.expected !== undefined && ` · ${t('handover.countExpected', { expected: num(c.expected, 0, 3), unit: c.unit })}`}
                </p>
              )}
              {bad && <p className="an-trouble">{t('handover.countBad')}</p>}
              {told && difference !== 0 && (
                <div className="an-count-off">
                  <p className="an-note-bad"><Icon name="bad" />{t('handover.countOff', { difference: `${difference > 0 ? '+' : ''}${num(difference, 0, 3)}`, unit: c.unit })}</p>
                  <Input
                    aria-label={t('handover.countWhy')} placeholder={t('handover.countWhy')} maxLength={300} value={typed.note}
                    onChange={(e) => use.type(c.medicine, { note: e.currentTarget.value })}
                  />
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Sign({ use, wardId, told, onTell }: { use: UseHandover; wardId: string; told: boolean; onTell: () => void }) {
  const { t } = useI18n();
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [failure, setFailure] = useState<FhirError>();
  const hasGuarded = use.people.some((p) => [...(p.change?.lines ?? []), ...(p.change?.late ?? [])].some((l) => l.guarded));
  const sign = async (): Promise<void> => {
    setTried(true);
    if (use.missing.length > 0 || busy) return;
    if (!told && use.differs) return onTell();
    setBusy(true);
    setFailure(undefined);
    try {
      go(handoverHref(wardId, await use.sign()));
    } catch (e) {
      setFailure(problemOf(e));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {failure && <Problem error={failure} />}
      {told && use.differs && <Notice kind="warn" role="alert" title={t('handover.countTold')} />}
      {tried && use.missing.length > 0 && <Notice kind="bad" role="alert" title={t('handover.countMissing', { list: use.missing.join(', ') })} />}
      <div className="an-bottom-bar">
        <span className="an-dim">{t('handover.signHint')}{hasGuarded && ` ${t('handover.guarded')}`}</span>
        <Button loading={busy} onClick={() => void sign()}>{t('handover.sign')}</Button>
      </div>
    </>
  );
}

function Past({ use, wardId }: { use: UseHandover; wardId: string }) {
  const { t } = useI18n();
  const past = (use.data?.past ?? []).filter((h) => (h.relatesTo ?? []).length === 0).slice(0, 6);
  if (past.length === 0) return null;
  return (
    <section aria-labelledby="past">
      <h2 id="past">{t('handover.past')}</h2>
      <ul className="an-lines">
        {past.map((h) => (
          <li key={h.id}>
            <a href={handoverHref(wardId, h.id ?? '')}>
              <span className="an-number">{wardStamp(Date.parse(h.date ?? ''))}</span> {h.author?.[0]?.display ?? ''} · {t(h.status === 'final' ? 'handover.final' : 'handover.preliminary')}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
