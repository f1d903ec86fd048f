/* One kind at a time fills the place of the grid: big answers, of which one tap is the whole entry. What may be said besides stands above
 * them and may stay untouched. */

import { Button, Input } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useDrafts } from '../access/drafts';
import { useMe } from '../access/me';
import { personName } from '../fhir/person';
import { useI18n } from '../i18n/context';
import { useDailyWords, type DailyKey } from '../i18n/daily';
import { mayNurse } from '../incidents/screens';
import type { Resident } from '../place/ward';
import { planHref } from '../plan/screens';
import { Icon } from '../ui/Icon';
import { finerUnit } from '../vitals/draft';
import { parseTyped, showNumber } from '../vitals/number';
import { plainNumber, unitNamed } from '../vitals/withUnit';
import { fenceOf, forgottenComma, judge, likelierUnit, type GlucoseUnit } from '../vitals/ranges';
import { MEAL_TIMES, type CareKind, type MealTime } from './kinds';
import { Picture, pictureOf } from './pictures';
import type { AtTable } from './load';
import type { Act, ForOne } from './record';
import { SeizurePanel } from './Seizure';
import { Asides, same, Trouble, whomOf, type PanelProps, type Said } from './pieces';
import { sayConverted } from './say';

export function Panel(props: PanelProps) {
  switch (props.kind.ask) {
    case 'meal': return <MealPanel {...props} />;
    case 'amount': return <AmountPanel {...props} />;
    case 'number': return <NumberPanel {...props} />;
    case 'seizure': return <SeizurePanel {...props} />;
    case 'note': return <NotePanel {...props} />;
    default: return <AnswerPanel {...props} />;
  }
}

/* ---- shared pieces ---- */

function Answers({ kind, onPick }: { kind: CareKind; onPick: (code: string) => void }) {
  const w = useDailyWords();
  return (
    <div className="an-answers" role="group" aria-label={w(`care.kind.${kind.key}`)}>
      {kind.answers.map((a) => {
        const picture = a.icon ?? pictureOf(kind.key, a.code);
        return (
          <button key={a.code} type="button" className="an-answer" onClick={() => onPick(a.code)}>
            {picture && <Picture name={picture} size={44} />}
            <span>{w(`care.a.${kind.key}.${a.code}` as DailyKey)}</span>
          </button>
        );
      })}
    </div>
  );
}

function NoteField({ note, onNote, label }: { note: string; onNote: (text: string) => void; label: string }) {
  return (
    <label className="an-care-note">
      <span>{label}</span>
      <Input value={note} maxLength={500} onChange={(e) => onNote(e.currentTarget.value)} />
    </label>
  );
}

const withNote = (act: Act, note: string): Act => (note.trim() === '' ? act : { ...act, note: note.trim() });

/* ---- one tap ---- */

function AnswerPanel({ kind, people, onRecord }: PanelProps) {
  const w = useDailyWords();
  const [said, setSaid] = useState<Said>({});
  const [note, setNote] = useState('');
  return (
    <>
      <Asides asides={kind.asides} said={said} onSaid={setSaid} />
      <Answers kind={kind} onPick={(answer) => onRecord(same(people, withNote({ kind: kind.key, answer, asides: said }, note)))} />
      <NoteField note={note} onNote={setNote} label={w('care.note')} />
    </>
  );
}

/* ---- meals ---- */

/* Before the spoon, not after: said where the food is written down, for each who is at the table. */
function Careful({ who, table, name }: { who: string; table: Map<string, AtTable>; name?: string }) {
  const w = useDailyWords();
  const { t } = useI18n();
  const known = table.get(who);
  if (!known) return null;
  const words = [...(known.swallow ? [t('risk.swallow')] : []), ...(known.allergies.length > 0 ? [w('care.foods', { list: known.allergies.join(', ') })] : [])].join(' · ');
  return <span className="an-careful"><Icon name="warn" size={18} />{name === undefined ? words : `${name}: ${words}`}</span>;
}

function MealPanel({ kind, people, diets, table, mealNow, at, onRecord }: PanelProps) {
  const me = useMe();
  const w = useDailyWords();
  const { t } = useI18n();
  const [picked, setPicked] = useState<MealTime>();
  const [shares, setShares] = useState<ReadonlyMap<string, string>>(new Map());
  const meal = picked ?? mealNow;
  const eats = (r: Resident): string => diets.get(r.id)?.text ?? '';
  const act = (r: Resident, answer: string): ForOne => ({ whom: whomOf(r), act: { kind: 'meal', answer, meal, ...(eats(r) === '' ? {} : { diet: eats(r) }) } });
  /* nothing by mouth: no "the rest ate all" speaks of them */
  const fasts = (r: Resident): boolean => diets.get(r.id)?.fasts === true;
  const left = people.filter((r) => !shares.has(r.id) && !fasts(r));
  const one = people.length === 1 ? people[0] : undefined;
  const choose = (r: Resident, code: string): void => setShares(new Map([...shares, [r.id, code]]));
  return (
    <>
      <div className="an-aside" role="group" aria-label={w('care.mealWhich')}>
        <span className="an-aside-name">{w('care.mealWhich')}</span>
        {MEAL_TIMES.map((m) => <Button key={m} variant={m === meal ? 'filled' : 'default'} aria-pressed={m === meal} onClick={() => setPicked(m)}>{w('care.mealOf', { meal: w(`care.meal.${m}`) })}</Button>)}
      </div>
      {one && <Careful who={one.id} table={table} />}
      {one && <p className={fasts(one) ? 'an-diet an-late' : 'an-diet'}>{w('care.mealDiet', { diet: eats(one) || w('diet.ordinary') })}{mayNurse(me) && <> <a href={planHref(one.id)}>{w('diet.change')}</a></>}</p>}
      {one && <Answers kind={kind} onPick={(answer) => onRecord([act(one, answer)])} />}
      {!one && (
        <>
          <ul className="an-meals">
            {people.map((r) => {
              const name = personName(r.patient) || t('people.noName');
              return (
                <li key={r.id}><div className="an-meal-row" role="group" aria-label={name}>
                  <span className="an-meal-who"><strong>{name}</strong><span className="an-dim"><span className="an-bed">{r.bed}</span>{eats(r) !== '' && !fasts(r) && ` · ${eats(r)}`}</span>{fasts(r) && <span className="an-careful"><Icon name="warn" size={18} />{eats(r)}</span>}<Careful who={r.id} table={table} /></span>
                  <span className="an-meal-shares">
                    {kind.answers.map((a) => (
                      <button key={a.code} type="button" className="an-share" aria-pressed={shares.get(r.id) === a.code} onClick={() => choose(r, a.code)}>
                        {a.icon && <Picture name={a.icon} size={28} />}<span>{w(`care.a.meal.${a.code}` as DailyKey)}</span>
                      </button>
                    ))}
                  </span>
                </div></li>
              );
            })}
          </ul>
          <div className="an-bottom-bar">
            {left.length > 0 && <span className="an-dim">{w('care.mealLeft', { n: left.length })}</span>}
            {left.length > 0 && <Button variant="default" onClick={() => setShares(new Map([...shares, ...left.map((r): [string, string] => [r.id, 'all'])]))}>{w('care.mealRest')}</Button>}
            <Button disabled={shares.size === 0 || at === undefined} onClick={() => onRecord(people.filter((r) => shares.has(r.id)).map((r) => act(r, shares.get(r.id) as string)))}>
              {shares.size === 0 ? w('care.saveNone') : w('care.saveN', { n: shares.size })}
            </Button>
          </div>
        </>
      )}
    </>
  );
}

/* ---- fluids ---- */

const MOST_ML = 3000;

function AmountPanel({ kind, people, table, onRecord }: PanelProps) {
  const w = useDailyWords();
  const { lang } = useI18n();
  const [said, setSaid] = useState<Said>({});
  const [typed, setTyped] = useState('');
  const [bad, setBad] = useState(false);
  const record = (amount: number): void => onRecord(same(people, { kind: kind.key, amount, asides: said }));
  const other = (): void => {
    const read = parseTyped(typed, 0);
    const value = read.kind === 'number' ? read.value.number : 0;
    if (value >= 1 && value <= MOST_ML) record(value);
    else setBad(true);
  };
  return (
    <>
      {kind.key === 'drink' && people.map((r) => <Careful key={r.id} who={r.id} table={table} {...(people.length > 1 ? { name: personName(r.patient) } : {})} />)}
      <Asides asides={kind.asides} said={said} onSaid={setSaid} />
      <div className="an-answers" role="group" aria-label={w(`care.kind.${kind.key}`)}>
        {kind.amounts.map((ml) => <button key={ml} type="button" className="an-answer an-number" onClick={() => record(ml)}><strong>{showNumber(ml, lang)}</strong><span>mL</span></button>)}
      </div>
      <form className="an-care-note" onSubmit={(e) => { e.preventDefault(); other(); }}>
        <label><span>{w('care.amountOther')}</span><Input inputMode="numeric" value={typed} error={bad} aria-invalid={bad} onChange={(e) => { setTyped(e.currentTarget.value); setBad(false); }} /></label>
        <Button type="submit" variant="default">{w('care.save')}</Button>
        {bad && <Trouble>{w('care.amountBad')}</Trouble>}
      </form>
    </>
  );
}

/* ---- weight, glucose ---- */

const UNITS: GlucoseUnit[] = ['mmol/L', 'mg/dL'];

/* What an impossible number was perhaps meant to be; put in by a press, and recorded by the next. */
interface Meant { text: string; unit: GlucoseUnit | '' }

function NumberPanel({ kind, people, stageOf, onRecord }: PanelProps) {
  const w = useDailyWords();
  const { lang } = useI18n();
  const [typed, setTyped] = useState('');
  const [unit, setUnit] = useState<GlucoseUnit | ''>('');
  const [trouble, setTrouble] = useState('');
  const [offers, setOffers] = useState<Meant[]>([]);
  const [asked, setAsked] = useState('');
  const change = (text: string, u: GlucoseUnit | ''): void => {
    setTyped(text);
    setUnit(u);
    setTrouble('');
    setOffers([]);
  };
  const person = people[0];
  const field = kind.key === 'weight' ? 'weight' : 'glucose';
  const fence = person ? fenceOf(field, stageOf(person), unit) : undefined;
  const text = plainNumber(field, typed);
  const named = field === 'glucose' ? unitNamed(typed) : undefined;
  const read = parseTyped(text, fence?.decimals ?? 2);
  const shown = (v: number): string => showNumber(v, lang, 0, 2);
  const save = (): void => {
    if (!person) return;
    if (field === 'glucose' && (unit === '' || (named !== undefined && named !== unit))) {
      if (named !== undefined) setOffers([{ text, unit: named }]);
      return setTrouble(w('care.unitMissing'));
    }
    if (read.kind === 'empty') return setTrouble(w('care.valueMissing'));
    if (read.kind !== 'number' || !fence) {
      const finer = read.kind === 'tooFine' && field === 'glucose' ? finerUnit(text, unit) : undefined;
      if (finer !== undefined) setOffers([{ text: text, unit: finer }]);
      return setTrouble(finer === undefined ? w('care.valueBad') : w('care.valueOther', { value: text, unit, other: finer }));
    }
    const said = field === 'weight' ? 'kg' : unit as GlucoseUnit;
    const verdict = judge(read.value.number, fence);
    if (verdict === 'impossible') {
      const other = field === 'glucose' ? likelierUnit(read.value.number, unit as GlucoseUnit) : undefined;
      const meant = forgottenComma(read.value.number, fence);
      setOffers([...(other === undefined ? [] : [{ text: text, unit: other }]), ...(meant === undefined ? [] : [{ text: shown(meant), unit }])]);
      return setTrouble(other ? w('care.valueOther', { value: shown(read.value.number), unit: said, other }) : w('care.valueImpossible', { value: shown(read.value.number), unit: said }));
    }
    const print = `${read.value.text} ${said}`;
    if (verdict === 'rare' && asked !== print) {
      setAsked(print);
      return setTrouble(w('care.valueRare', { value: shown(read.value.number), unit: said }));
    }
    return onRecord(same(people, { kind: kind.key, number: { value: read.value, unit: said } }));
  };
  const other = read.kind === 'number' && unit !== '' ? sayConverted({ value: read.value.number, unit }, lang) : '';
  return (
    <form className="an-number-panel" onSubmit={(e) => { e.preventDefault(); save(); }}>
      <label className="an-care-note">
        <span>{w(`care.value.${field}`)}</span>
        <Input className="an-number-box" inputMode="decimal" autoComplete="off" value={typed} onChange={(e) => change(e.currentTarget.value, unit)} />
      </label>
      {field === 'glucose' && (
        <div className="an-aside" role="group" aria-label={w('care.unit')}>
          <span className="an-aside-name">{w('care.unit')}</span>
          {UNITS.map((u) => <Button key={u} variant={u === unit ? 'filled' : 'default'} aria-pressed={u === unit} onClick={() => change(typed, u)}>{u}</Button>)}
          {other !== '' && <span className="an-number">{w('care.also', { value: other.split(' ')[0] ?? '', unit: other.split(' ')[1] ?? '' })}</span>}
        </div>
      )}
      {trouble !== '' && <Trouble>{trouble}</Trouble>}
      {offers.length > 0 && (
        <div className="an-options">
          {offers.map((o) => <Button key={`${o.text} ${o.unit}`} variant="default" onClick={() => change(o.text, o.unit)}>{w('care.meant', { value: o.text, unit: o.unit || 'kg' })}</Button>)}
        </div>
      )}
      <Button type="submit" className="an-care-save">{w('care.save')}</Button>
    </form>
  );
}

/* ---- words ---- */

function NotePanel({ people, onRecord }: PanelProps) {
  const w = useDailyWords();
  const drafts = useDrafts();
  const draftId = people.map((r) => r.id).join();
  const [text, setText] = useState(() => drafts.get('care-note', draftId) ?? '');
  const [missing, setMissing] = useState(false);
  useEffect(() => drafts.keep('care-note', draftId, text === '' ? undefined : text), [drafts, draftId, text]);
  const save = (): void => {
    if (text.trim() === '') return setMissing(true);
    drafts.keep('care-note', draftId, undefined);
    return onRecord(same(people, { kind: 'note', note: text.trim() }));
  };
  return (
    <div className="an-number-panel">
      <label className="an-care-note"><span>{w('care.kind.note')}</span><textarea className="an-textarea" rows={4} maxLength={2000} value={text} onChange={(e) => { setText(e.currentTarget.value); setMissing(false); }} /></label>
      {missing && <Trouble>{w('care.noteNeeded')}</Trouble>}
      <Button className="an-care-save" onClick={save}>{w('care.save')}</Button>
    </div>
  );
}
