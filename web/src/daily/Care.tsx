/* Quick care: for whom, what, done. From the board of one person it is two taps: the picture, the answer. Nothing is chosen beforehand but
 * the time of day's meal, which stands in sight and can be changed. */

import { Button, Skeleton } from '@mantine/core';
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { useMe } from '../access/me';
import { nameOf } from '../drugs/load';
import { useGiver } from '../drugs/useRound';
import { useNow } from '../ui/useNow';
import { nowMs } from '../fhir/clock';
import { clockDate } from '../fhir/dates';
import { ageOn, personName, yearsOf } from '../fhir/person';
import { wardStamp } from '../fhir/zone';
import type { Served } from '../diet/diet';
import { useI18n } from '../i18n/context';
import { useDailyWords } from '../i18n/daily';
import { planHref } from '../plan/screens';
import type { Item } from '../outbox/item';
import { Unheard } from '../place/Unheard';
import type { Resident } from '../place/ward';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { stageOf } from '../vitals/ranges';
import { mayNurse, reportHref, restraintHref, woundsHref } from '../incidents/screens';
import { wardHref } from '../ward/hrefs';
import { useAloud } from './aloud';
import './daily.css';
import { isLow, LowGlucose, type Measured } from './LowGlucose';
import { Halted } from './Halted';
import { careKind, KINDS, kindOf, type CareKind } from './kinds';
import type { AtTable } from './load';
import { Panel } from './Panels';
import { Picture } from './pictures';
import { careEntry, type ForOne } from './record';
import { RunningSeizures } from './Seizure';
import { sayDone } from './say';
import { Today } from './Today';
import { doneFor, judgeWhen, mealAt, missingOf, readDone, twinOf, type Done, type Missing } from './today';
import { useDaily, type UseDaily } from './useDaily';
import { momentOf, When } from './When';
import { Who } from './Who';

const UNDO_MS = 10_000;

/* off: whose check says that they are off restraint */
interface Saved { item: Item; what: string; count: number; until: number; off: string | undefined }
interface Twice { all: ForOne[]; at: number; twins: { resident: Resident; done: Done }[] }

export default function Care({ params, query }: ScreenProps) {
  const w = useDailyWords();
  const wardId = params.ward ?? '';
  const use = useDaily(wardId);
  const residents = use.data?.ward.residents;
  return (
    <div className="an-care">
      <a className="an-back" href={wardHref(wardId)}><Icon name="back" />{w('care.board')}</a>
      {use.error !== undefined && !residents && <Problem error={use.error} onRetry={use.reload} />}
      {!residents && use.error === undefined && <div role="status" aria-label={w('care.loading')}>{Array.from({ length: 6 }, (_, i) => <Skeleton key={i} height={64} mb={12} />)}</div>}
      {use.unheard && <Unheard {...use.unheard} />}
      {residents?.length === 0 && <Notice kind="info" title={w('care.empty')}><p>{w('care.emptyDo')}</p></Notice>}
      {residents && residents.length > 0 && <Body key={query.toString()} wardId={wardId} use={use} residents={residents} person={query.get('p') ?? ''} kind={careKind(query.get('k') ?? '')} />}
      {use.data?.cut === true && <Notice kind="warn" title={w('care.cut')} />}
    </div>
  );
}

interface BodyProps { wardId: string; use: UseDaily; residents: Resident[]; person: string; kind: CareKind | undefined }

function Body({ wardId, use, residents, person, kind: first }: BodyProps) {
  const w = useDailyWords();
  const { t, lang } = useI18n();
  const giver = useGiver();
  const now = Math.max(useNow(), nowMs()); /* what was tapped this second is not in the future */
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(residents.some((r) => r.id === person) ? [person] : []));
  const [choosing, setChoosing] = useState(chosen.size === 0);
  const [kind, setKind] = useState<CareKind | undefined>(chosen.size > 0 ? first : undefined);
  const [typed, setTyped] = useState<string>();
  const [askedOld, setAskedOld] = useState(false);
  const [saved, setSaved] = useState<Saved>();
  const [twice, setTwice] = useState<Twice>();
  const [low, setLow] = useState<Measured>();
  const [more, setMore] = useState(false);
  const top = useRef<HTMLDivElement>(null);
  const tiles = useRef<HTMLHeadingElement>(null);
  const people = useMemo(() => residents.filter((r) => chosen.has(r.id)), [residents, chosen]);
  const missing = useMemo(() => new Map(residents.map((r): [string, Missing[]] => [r.id, missingOf(doneFor(use.done, r.id), now, Date.parse(r.stay.period?.start ?? '') || 0)])), [residents, use.done, now]);
  const only = people.length === 1 ? people[0] : undefined;
  const mine = useMemo(() => (only ? doneFor(use.done, only.id) : []), [use.done, only]);
  const at = momentOf(typed, nowMs());

  useEffect(() => {
    if (!saved) return undefined;
    const timer = setTimeout(() => setSaved(undefined), Math.max(0, saved.until - nowMs()));
    return () => clearTimeout(timer);
  }, [saved]);
  const openKind = (k: CareKind | undefined): void => {
    setKind(k);
    setTwice(undefined);
    top.current?.focus({ preventScroll: false });
  };

  const store = (all: ForOne[], when: number, beside = false): void => {
    const item = use.record(all, when, beside);
    const one = all[0] as ForOne;
    const shown = readDone({ ...careEntry(one.act, one.whom, giver, when, w) });
    const alike = all.every((x) => x.act.answer === one.act.answer);
    const what = `${w(`care.kind.${one.act.kind}`)}${alike && shown ? `, ${sayDone(shown, w, lang)}` : ''}`;
    /* the check says that they are free; the order runs on until somebody ends it on its own page, where nothing is taken back by a tap */
    const off = all.length === 1 && one.act.kind === 'restraint-check' && one.act.answer === 'released' ? one.whom.id : undefined;
    setSaved({ item, what, count: all.length, until: nowMs() + UNDO_MS, off });
    const number = one.act.number;
    const measured = number && number.unit !== 'kg' ? { value: number.value.number, unit: number.unit, at: when } : undefined;
    if (isLow(measured)) setLow(measured);
    setKind(undefined);
    setTwice(undefined);
    setTyped(undefined);
    setAskedOld(false);
  };
  const record = (all: ForOne[]): void => {
    const when = all[0]?.act.period?.start ?? momentOf(typed, nowMs());
    if (when === undefined) return;
    if (judgeWhen(when, nowMs()) === 'old' && !askedOld) return setAskedOld(true);
    const twins = all.flatMap(({ whom, act }) => {
      const done = twinOf(doneFor(use.done, whom.id), act.kind, when, act.meal);
      const resident = residents.find((r) => r.id === whom.id);
      return done && resident ? [{ resident, done }] : [];
    });
    if (twins.length > 0) return setTwice({ all, at: when, twins });
    return store(all, when);
  };
  const undo = (s: Saved): void => {
    use.undo(s.item);
    setSaved(undefined);
    setLow(undefined);
  };
  const name = (reference: string): string => nameOf(use.data?.people ?? new Map<string, string>(), { reference }) || (reference.includes('/') ? '' : reference);
  const isMine = (d: Done): boolean => (giver.reference === '' ? d.by === giver.display : d.by === giver.reference);

  return (
    <>
      <div ref={top} tabIndex={-1} className="an-form-top an-care-head">
        <h1>{w('care.title')}</h1>
        <Aloud kind={kind} />
      </div>
      <Halted use={use} residents={residents} />
      {kind?.key !== 'seizure' && <RunningSeizures residents={residents} onOpen={(r) => { setChosen(new Set([r.id])); setChoosing(false); setTyped(undefined); openKind(kindOf('seizure')); }} />}
      {low && <LowGlucose low={low} onRead={() => setLow(undefined)} />}
      <div className="an-care-saved" role="status">
        {saved && (
          <Notice
            kind="good" title={saved.count === 1 ? w('care.saved', { what: saved.what }) : w('care.savedN', { n: saved.count, what: saved.what })}
            after={<div><Button variant="default" leftSection={<Icon name="undo" />} onClick={() => undo(saved)}>{w('care.undo')}</Button></div>}
          >
            {!use.outbox.reached && <p>{w('care.waits')}</p>}
            {saved.off !== undefined && <p>{w('care.offOrder')} <a href={restraintHref(saved.off)}>{t('restraint.screen')}</a></p>}
          </Notice>
        )}
      </div>
      {choosing && !kind
        ? <Who wardId={wardId} residents={residents} chosen={chosen} onChosen={setChosen} missing={missing} onNext={() => tiles.current?.focus()} />
        : (
          <p className="an-care-for">
            <span className="an-care-names">{people.map((r) => `${personName(r.patient) || t('people.noName')} · ${r.bed}`).slice(0, 3).join('; ')}{people.length > 3 && ` +${people.length - 3}`}</span>
            {!kind && <Button variant="default" onClick={() => setChoosing(true)}>{w('care.change')}</Button>}
          </p>
        )}
      {!kind && (
        <Grid
          people={people} head={tiles} more={more} onMore={() => setMore(true)}
          onKind={(k) => { setChoosing(people.length !== 1); openKind(k); }}
        />
      )}
      {kind && (
        <section aria-label={w(`care.kind.${kind.key}`)} className="an-care-panel">
          <div className="an-care-panel-head">
            <Button variant="default" leftSection={<Icon name="back" />} onClick={() => openKind(undefined)}>{w('care.back')}</Button>
            <h2><Picture name={kind.icon} />{w(`care.kind.${kind.key}`)}</h2>
            <When typed={typed} onTyped={(text) => { setTyped(text); setAskedOld(false); }} />
          </div>
          {only && <Before mine={mine} kind={kind} now={now} />}
          {askedOld && <Notice kind="warn" role="alert" title={w('care.old')} />}
          {twice
            ? <TwiceAsk twice={twice} now={now} nameOf={name} onAll={() => store(twice.all, twice.at, true)} onNone={() => openKind(undefined)}
                onOthers={(all) => store(all, twice.at)} />
            : <Panel kind={kind} people={people} diets={use.data?.diets ?? new Map<string, Served>()} table={use.data?.table ?? new Map<string, AtTable>()} at={at} later={typed !== undefined} mealNow={mealAt(at ?? now)} onRecord={record}
                stageOf={(r) => stageOf(yearsOf(ageOn(r.patient.birthDate, clockDate(new Date(nowMs())))))} />}
        </section>
      )}
      {only && !kind && (
        <Today resident={only} mine={mine} missing={missing.get(only.id) ?? []} now={now} nameOf={name} isMine={isMine} onStrike={use.strike} />
      )}
    </>
  );
}

function Grid({ people, head, more, onMore, onKind }: { people: Resident[]; head: RefObject<HTMLHeadingElement | null>; more: boolean; onMore: () => void; onKind: (k: CareKind) => void }) {
  const w = useDailyWords();
  const { t } = useI18n();
  const me = useMe();
  const shown = KINDS.filter((k) => k.often || more);
  return (
    <section aria-label={w('care.what')}>
      <h2 ref={head} tabIndex={-1} className="an-care-what">{w('care.what')}</h2>
      <div className="an-kinds">
        {shown.map((k) => {
          const can = people.length === 1 || (people.length > 1 && k.group);
          return (
            <button key={k.key} type="button" className="an-kind" disabled={!can} onClick={() => onKind(k)}>
              <Picture name={k.icon} size={44} /><span>{w(`care.kind.${k.key}`)}</span>
            </button>
          );
        })}
        {people.length === 1 && people[0] && (
          <a className="an-kind an-kind-incident" href={reportHref(people[0].id)}><Icon name="warn" size={44} /><span>{w('care.incident')}</span></a>
        )}
        {people.length === 1 && people[0] && more && (
          <>
            {mayNurse(me) && <a className="an-kind" href={woundsHref(people[0].id)}><Picture name="skin" size={44} /><span>{t('wound.screen')}</span></a>}
            <a className="an-kind" href={planHref(people[0].id)}><Picture name="note" size={44} /><span>{t('plan.screen')}</span></a>
            <a className="an-kind" href={restraintHref(people[0].id)}><Picture name="lock" size={44} /><span>{t('restraint.screen')}</span></a>
          </>
        )}
        {!more && <button type="button" className="an-kind an-kind-more" onClick={onMore}><span aria-hidden="true">…</span><span>{w('care.more')}</span></button>}
      </div>
      {people.length > 1 && <p className="an-dim">{w('care.oneOnly')}</p>}
    </section>
  );
}

function Before({ mine, kind, now }: { mine: Done[]; kind: CareKind; now: number }) {
  const w = useDailyWords();
  const { lang } = useI18n();
  const last = mine.find((d) => d.kind === kind.key);
  return last ? <p className="an-dim">{w('care.before', { text: `${sayDone(last, w, lang)}, ${wardStamp(last.at, now)}` })}</p> : null;
}

interface TwiceProps { twice: Twice; now: number; nameOf: (reference: string) => string; onAll: () => void; onNone: () => void; onOthers: (all: ForOne[]) => void }

function TwiceAsk({ twice, now, nameOf: by, onAll, onNone, onOthers }: TwiceProps) {
  const w = useDailyWords();
  const { t, lang } = useI18n();
  const others = twice.all.filter((x) => !twice.twins.some((y) => y.resident.id === x.whom.id));
  return (
    <Notice
      kind="warn" role="alert" title={w('care.twice')}
      after={(
        <div className="an-options">
          {others.length > 0 && <Button onClick={() => onOthers(others)}>{w('care.twiceOthers', { n: others.length })}</Button>}
          <Button variant="default" onClick={onNone}>{w('care.twiceNo')}</Button>
          <Button variant="default" onClick={onAll}>{w('care.twiceYes')}</Button>
        </div>
      )}
    >
      <ul>
        {twice.twins.map(({ resident, done }) => (
          <li key={resident.id}>
            {w('care.twiceLine', {
              name: personName(resident.patient) || t('people.noName'), what: sayDone(done, w, lang), when: wardStamp(done.at, now),
              who: by(done.by) === '' ? '' : w('care.twiceBy', { name: by(done.by) }),
            })}
          </li>
        ))}
      </ul>
      <p>{w('care.twiceSame')}</p>
    </Notice>
  );
}

function Aloud({ kind }: { kind: CareKind | undefined }) {
  const w = useDailyWords();
  const { lang } = useI18n();
  const { can, speaking, say, stop } = useAloud(lang);
  if (!can) return null;
  const words = kind
    ? [w(`care.kind.${kind.key}`), ...kind.answers.map((a) => w(`care.a.${kind.key}.${a.code}` as Parameters<typeof w>[0]))]
    : [w('care.what'), ...KINDS.filter((k) => k.often).map((k) => w(`care.kind.${kindOf(k.key).key}`))];
  return <Button variant="default" onClick={() => (speaking ? stop() : say(words))}>{w(speaking ? 'care.quiet' : 'care.aloud')}</Button>;
}
