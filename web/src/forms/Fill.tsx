/* One form for one person. A phone asks one question after another, everything wider shows them all; in both the result stands
 * there as soon as the answers suffice, and "could not be assessed" is one tap away. */

import { Button, Checkbox, Skeleton } from '@mantine/core';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useDrafts } from '../access/drafts';
import { useMe } from '../access/me';
import { NoPermission } from '../access/NoPermission';
import { momentOf, When } from '../daily/When';
import { useGiver } from '../drugs/useRound';
import { useNow } from '../ui/useNow';
import { nowMs } from '../fhir/clock';
import { showFhirDate } from '../fhir/dates';
import { deathOf, personName } from '../fhir/person';
import { server } from '../fhir/server';
import type { Patient } from '../fhir/types';
import { wardInstant, wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useWords } from '../i18n/forms';
import { useOutbox } from '../outbox/use';
import { useLately } from '../place/useLately';
import { go } from '../route';
import type { ScreenProps } from '../screen';
import { Face } from '../ui/Face';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { PersonLine } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { afterDeath, openStay } from '../vitals/stays';
import { uuid4 } from '../vitals/uuid';
import { AlertDialog, AlertNotice } from './AlertDialog';
import { isEmpty, meaning, noAnswers } from './answers';
import { dropFormDraft, findFormDraft, type FormDraft } from './draft';
import { keep } from './kept';
import { isGone, loadForm, loadHere, type Here, type Loaded } from './load';
import { Outcome, isResult, useShort } from './Outcome';
import { Pages, usePhone } from './Pages';
import { allItems, canonicalOf, codingWords, inWords, notesOf, shortName, sourceOf, titleOf, unknownParts } from './read';
import { responseOf } from './response';
import { formKey, rememberSaved, whoOrLately } from './queue';
import { mayFill, ofWard, queueHref, stationHref } from './screens';
import { useFill, type UseFill } from './useFill';
import './forms.css';

export default function Fill({ params, query }: ScreenProps) {
  const [patient, form] = [params.id ?? '', params.form ?? ''];
  const me = useMe();
  const w = useWords();
  const queue = query.get('queue') ?? '';
  const who = useLoad(`fill who ${patient}`, (signal) => whoOrLately(queue, patient, async () => {
    const [person, stay] = await Promise.all([server.read<Patient>('Patient', patient, signal), loadHere(server, patient, signal)]);
    return { person: person.resource, here: stay, bed: '' };
  }));
  const load = useLately(formKey(form), (signal) => loadForm(server, form, signal));
  const home = queue === '' ? ofWard(stationHref(patient), query.get('ward') ?? '') : queueHref(queue, query.get('only') ?? '');
  /* where saving leads, and what sends: fetched now, so that a line that fails meanwhile stops nobody */
  useEffect(() => {
    for (const wanted of [import('./Station'), import('./Queue'), import('./send')]) wanted.catch(() => undefined);
  }, []);
  if (!mayFill(me)) return <NoPermission what={w('station.title')} />;
  const error = who.error ?? (load.data ? undefined : load.error);
  const ready = who.data !== undefined && load.data !== undefined;
  return (
    <div className="an-forms">
      <a className="an-back" href={home}><Icon name="back" />{w(queue === '' ? 'fill.back' : 'queue.title')}</a>
      {!ready && error !== undefined && <Problem error={error} onRetry={who.error === undefined ? load.reload : who.reload} />}
      {!ready && error === undefined && <div aria-hidden="true">{[60, 100, 100, 100].map((n, i) => <Skeleton key={i} height={56} width={`${n}%`} mb={16} />)}</div>}
      {who.data && load.data && <Begun who={who.data.person} here={who.data.here} bed={who.data.bed} loaded={load.data} home={home} />}
    </div>
  );
}

function Begun({ who, here, bed, loaded, home }: { who: Patient; here: Here; bed: string; loaded: Loaded; home: string }) {
  const drafts = useDrafts();
  const { lang, t } = useI18n();
  const w = useWords();
  const patient = who.id ?? '';
  const [begun] = useState<{ draft: FormDraft; found: boolean }>(() => {
    const found = findFormDraft(drafts, patient, loaded.form.url ?? '');
    return { found: found !== undefined, draft: found ?? { form: loaded.form, expansions: loaded.expansions, answers: noAnswers(), at: nowMs(), seen: [], when: '' } };
  });
  const fill = useFill(begun.draft, patient, drafts);
  const { form } = fill.draft;
  const phone = usePhone();
  const [fresh, setFresh] = useState(false);
  const unknown = useMemo(() => unknownParts(form), [form]);
  const older = form.version !== loaded.form.version;
  return (
    <>
      <header className="an-fill-head">
        <h1>{titleOf(form, lang)}</h1>
        <p className="an-form-who"><Face patient={who} size="small" /><span><strong>{personName(who) || t('people.noName')}</strong> · <PersonLine patient={who} />{bed !== '' && ` · ${bed}`}</span></p>
        {!phone && <Notes fill={fill} />}
      </header>
      {begun.found && !fresh && (
        <Notice
          kind="info" role="status"
          title={older ? w('fill.draftOld', { old: form.version ?? '', now: loaded.form.version ?? '' }) : w('fill.draft', { when: wardStamp(fill.draft.at) })}
        >
          <Button variant="default" onClick={() => { setFresh(true); fill.startOver(); }}>{w('fill.startOver')}</Button>
        </Notice>
      )}
      {unknown.length > 0
        ? <Notice kind="warn" title={w('fill.unknown', { list: unknown.join(', ') })} />
        : <Asking fill={fill} who={who} here={here} home={home} />}
      {phone && <div><Notes fill={fill} /></div>}
    </>
  );
}

/* What the form says of itself: translation and review stand in sight (on a phone below the question), the rest one tap away. */
function Notes({ fill }: { fill: UseFill }) {
  const { lang } = useI18n();
  const w = useWords();
  const { form } = fill.draft;
  const notes = notesOf(form, lang);
  return (
    <>
      <p className="an-form-notes">{notes.filter((n) => n.code !== 'reviewed' && n.code !== 'official').slice(1).map((n) => <span key={n.code}><Icon name="info" size={16} />{n.text}</span>)}</p>
      <details className="an-noprint">
        <summary>{w('fill.about')}</summary>
        <p>{inWords(form.description, form._description, lang)}</p>
        <p className="an-dim">{inWords(form.copyright, form._copyright, lang)}</p>
        <p className="an-dim">{sourceOf(form)}</p>
        <p className="an-dim">{notes.map((n) => n.text).join(' · ')} · {w('fill.version', { version: form.version ?? '' })}</p>
      </details>
    </>
  );
}

type Stop = 'nothing' | 'mend' | 'missing' | 'gone' | 'when' | 'died';

function Asking({ fill, who, here, home }: { fill: UseFill; who: Patient; here: Here; home: string }) {
  const w = useWords();
  const phone = usePhone();
  const now = Math.max(useNow(), nowMs());
  const { lang } = useI18n();
  const { filled, draft } = fill;
  const [stop, setStop] = useState<Stop>();
  const [aside, setAside] = useState(false);
  /* meant for that time only: another one is asked about again */
  const [meantFor, setMeantFor] = useState<string>();
  const meant = meantFor === draft.when;
  const at = momentOf(draft.when || undefined, now);
  const gone = isGone(here, at ?? now);
  const { dead, date: died } = deathOf(who);
  const late = afterDeath(who, at ?? now);
  const [target, setTarget] = useState<{ key: string }>();
  const asked = filled.asked();
  const asideItem = draft.form.item?.find((i) => i.linkId === 'not-assessed');
  const results = (draft.form.item ?? []).filter(isResult);
  const inAside = useMemo(() => new Set(asideItem ? allItems({ ...draft.form, item: [asideItem] }).map((i) => i.linkId) : []), [draft.form, asideItem]);
  const main = asked.filter((a) => !inAside.has(a.item.linkId));
  const left = main.filter((a) => filled.valuesAt(a.item, a.prefix).length === 0);
  const reason = asked.filter((a) => inAside.has(a.item.linkId)).flatMap((a) => filled.valuesAt(a.item, a.prefix))[0];
  const broken = asked.find((a) => (draft.answers.given[a.key] ?? []).some((g) => meaning(a.item, g).trouble !== undefined));
  const short = useShort(filled, fill.working);
  const save = useSave(fill, who, here, home, reason ? w('result.notAssessed', { why: codingWords(reason.valueCoding, lang) }) : short);

  const press = (anyway: boolean): void => {
    const wrong = broken ?? (reason ? undefined : left.find((a) => a.item.required === true));
    if (isEmpty(draft.answers)) setStop('nothing');
    else if (at === undefined) setStop('when');
    else if (late) setStop('died');
    else if (gone && !meant) {
      setStop('gone');
      document.getElementById('fill-gone')?.focus();
    } else if (wrong) {
      setStop('mend');
      setAside(inAside.has(wrong.item.linkId));
      setTarget({ key: wrong.key });
    } else if (left.length > 0 && !reason && !anyway && short === '') setStop('missing');
    else if (left.length > 0 && !reason && !anyway && fill.working !== 'done') setStop('missing');
    else save();
  };
  const stopRef = useRef<HTMLDivElement>(null);
  useEffect(() => { if (stop) stopRef.current?.scrollIntoView({ block: 'nearest' }); }, [stop]);
  useEffect(() => { setStop((s) => (s === 'mend' ? s : undefined)); }, [draft.answers]);

  /* on a phone the first question stands on the first screen, with the time, mostly now, below it */
  const when = <When typed={draft.when === '' ? undefined : draft.when} onTyped={(typed) => fill.setWhen(typed ?? '')} />;
  return (
    <>
      {dead && (
        <Notice kind="warn" title={died === undefined ? w('fill.died') : w('fill.diedAt', { when: showFhirDate(died) })}>
          <p>{w(died === undefined ? 'fill.diedFirst' : 'fill.diedDo')}</p>
        </Notice>
      )}
      {!phone && when}
      {gone && !late && (
        <Notice kind="warn" role="alert" title={w('fill.gone')}
          after={<Checkbox id="fill-gone" label={w('fill.goneYes')} checked={meant} onChange={(e) => setMeantFor(e.currentTarget.checked ? draft.when : undefined)} />}
        >
          <p>{w('fill.goneWhen')}</p>
        </Notice>
      )}
      <AlertNotice alerts={fill.alerts} />
      {fill.blind.length > 0 && <Notice kind="warn" title={w('fill.blind', { list: fill.blind.map((c) => (lang === 'en' ? c.textEn : c.text)).join('; ') })} />}
      {aside && asideItem
        ? <Pages fill={fill} items={[asideItem]} keys={asked.filter((a) => inAside.has(a.item.linkId)).map((a) => a.key)} strict={stop === 'mend'} target={target} whole />
        : (
          <Pages fill={fill} items={(draft.form.item ?? []).filter((i) => i !== asideItem && !isResult(i))} keys={main.map((a) => a.key)} strict={stop === 'mend'} target={target}>
            {results.length > 0 && <Outcome filled={filled} items={results.flatMap((r) => r.item ?? [])} working={fill.working} />}
          </Pages>
        )}
      {phone && when}
      <div ref={stopRef} role="status">
        {stop === 'nothing' && <Notice kind="warn" title={w('fill.nothing')} />}
        {stop === 'when' && at === undefined && <Notice kind="warn" title={w('fill.when')} />}
        {stop === 'died' && late && <Notice kind="warn" title={w(died === undefined ? 'fill.diedFirst' : 'fill.diedDo')} />}
        {stop === 'gone' && gone && !meant && <Notice kind="warn" title={w('fill.goneFirst')} />}
        {stop === 'mend' && <Notice kind="warn" title={w('fill.mend')} />}
        {stop === 'missing' && (
          <Notice kind="warn" title={w('fill.missing', { n: left.length })}>
            <p>{w('fill.missingDo')}</p>
            <div className="an-row">
              <Button variant="default" onClick={() => { setStop(undefined); setTarget({ key: left[0]?.key ?? '' }); }}>{w('fill.answerOn')}</Button>
              <Button variant="default" onClick={() => press(true)}>{w('fill.saveAnyway')}</Button>
            </div>
          </Notice>
        )}
      </div>
      <div className="an-bottom-bar an-fill-bar">
        <p className="an-fill-state" role="status">
          {reason ? w('result.notAssessed', { why: codingWords(reason.valueCoding, lang) }) : <><strong>{short}</strong> <span>{left.length > 0 ? w('fill.left', { n: left.length }) : w('fill.all')}</span></>}
        </p>
        {asideItem && <Button variant="default" aria-pressed={aside} onClick={() => setAside(!aside)}>{w(aside ? 'fill.notAssessedClose' : 'fill.notAssessed')}</Button>}
        <Button onClick={() => press(false)}>{w('fill.save')}</Button>
      </div>
      {fill.unseen.length > 0 && <AlertDialog alerts={fill.unseen} onSeen={fill.seeAlerts} />}
    </>
  );
}

/* Into the outbox, and only then out of the drafts: at no moment is it nowhere. */
function useSave(fill: UseFill, who: Patient, here: Here, home: string, outcome: string): () => void {
  const patient = who.id ?? '';
  const { box } = useOutbox();
  const w = useWords();
  const drafts = useDrafts();
  const author = useGiver();
  const saved = useRef(false);
  return useCallback(() => {
    const now = nowMs();
    const at = momentOf(fill.draft.when || undefined, now); /* when it was filled in, on paper perhaps */
    if (saved.current || at === undefined) return;
    saved.current = true;
    const id = uuid4();
    const { form } = fill.draft;
    const { identifier: _own, ...response } = responseOf(fill.filled, { patient, stay: openStay(here.stays, at)?.id ?? '', outside: isGone(here, at), author, authored: wardInstant(at), id });
    const wanted = { id, at, patient, resource: response, form };
    box.add(wanted);
    rememberSaved(id, wanted.resource);
    keep({ wanted, patient, name: personName(who), title: shortName(form.code?.[0]?.code, w('task.form')), outcome, at: now, undone: false });
    dropFormDraft(drafts, patient, canonicalOf(form));
    go(home);
  }, [box, drafts, author, fill.draft, fill.filled, who, patient, here, home, outcome, w]);
}
