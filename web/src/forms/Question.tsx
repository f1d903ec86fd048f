/* One question, the way a thumb and a keyboard answer it. Nothing is chosen beforehand, and what was chosen can be taken away. */

import { Button, Input } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import { useI18n } from '../i18n/context';
import { useWords } from '../i18n/forms';
import { Icon } from '../ui/Icon';
import { meaning, type Given } from './answers';
import { codingWords, limitOf, optionsOf, textOf, unitOf, type Expansions, type Option } from './read';
import type { Form, Item, Value } from './types';

export interface QuestionProps {
  form: Form; item: Item; at: string; given: Given[]; expansions: Expansions;
  give: (key: string, given: Given[]) => void;
  /* after a number key chose an answer: on to what comes next */
  onAnswered: (key: string) => void;
  /* show what is wrong, also of what is left empty */
  strict: boolean;
}

const MANY = 14;
export const domId = (key: string): string => `an-q-${key.replace(/[^\w-]/g, '_')}`;

export function Question(props: QuestionProps) {
  const { item, given } = props;
  const w = useWords();
  const { lang } = useI18n();
  const trouble = given.map((g) => meaning(item, g).trouble).find((t) => t !== undefined);
  const missing = props.strict && item.required === true && !given.some((g) => meaning(item, g).value);
  const id = domId(props.at);
  return (
    <fieldset className="an-q" id={id} tabIndex={-1} aria-describedby={trouble || missing ? `${id}-wrong` : undefined}>
      <legend className="an-q-text">{item.prefix !== undefined && `${item.prefix} `}{textOf(item, lang)}</legend>
      <Entry {...props} />
      {/* its place is there from the start: nothing moves when it comes */}
      {given.length > 0 && /choice|boolean/.test(item.type) && <button type="button" className="an-link an-q-clear an-noprint" onClick={() => props.give(props.at, [])}>{w('fill.clear')}</button>}
      {(trouble || missing) && (
        <p className="an-q-wrong" id={`${id}-wrong`} role="alert">
          <Icon name="warn" />
          {missing && !trouble ? w('fill.required') : w(`fill.trouble.${trouble ?? 'number'}`, limits(item, lang))}
        </p>
      )}
    </fieldset>
  );
}

const shown = (n: number | undefined, lang: 'vi' | 'en'): string => (n === undefined ? '' : String(n).replace('.', lang === 'vi' ? ',' : '.'));
const limits = (item: Item, lang: 'vi' | 'en') => ({ low: shown(limitOf(item, 'minValue'), lang), high: shown(limitOf(item, 'maxValue'), lang) });

function Entry(props: QuestionProps) {
  const w = useWords();
  const { item } = props;
  if (item.type === 'boolean') {
    const options: Option[] = [['true', 'fill.yes', true], ['false', 'fill.no', false]].map(([key, word, value]) => (
      { key: String(key), value: { valueBoolean: value === true }, vi: w(word as 'fill.yes'), en: w(word as 'fill.yes') }));
    return <Choice {...props} options={options} />;
  }
  if (item.type === 'choice' || item.type === 'open-choice') {
    const options = optionsOf(props.form, item, props.expansions);
    return (
      <>
        {options.length === 0 && item.type === 'choice' && <p className="an-dim">{w('fill.noOptions')}</p>}
        {options.length > 0 && <Choice {...props} options={options} />}
        {item.type === 'open-choice' && <Typed {...props} />}
      </>
    );
  }
  return <Typed {...props} />;
}

const sameValue = (a: Value | undefined, b: Value): boolean => {
  if (a?.valueCoding && b.valueCoding) return a.valueCoding.code === b.valueCoding.code && a.valueCoding.system === b.valueCoding.system;
  return JSON.stringify(a) === JSON.stringify(b);
};

/* The option a number key means: its own number where all of them are numbers (0 to 10), else its place. */
export function optionForDigit(options: { vi: string }[], digit: number): number {
  const own = options.map((o) => /^(\d+)(?!\d)/.exec(o.vi)?.[1]);
  if (own.every((n) => n !== undefined)) return own.findIndex((n) => n === String(digit));
  return digit >= 1 && digit <= Math.min(9, options.length) ? digit - 1 : -1;
}

function Choice({ item, at, given, give, onAnswered, options }: QuestionProps & { options: Option[] }) {
  const { lang } = useI18n();
  const several = item.repeats === true;
  const chosen = (o: Option): boolean => given.some((g) => sameValue(g.value, o.value));
  const choose = (o: Option): void => {
    const others = several ? given.filter((g) => !sameValue(g.value, o.value)) : [];
    give(at, several && chosen(o) ? others : [...others, { value: o.value }]);
  };
  const onKey = (e: KeyboardEvent): void => {
    if (!/^\d$/.test(e.key) || e.ctrlKey || e.altKey || e.metaKey) return;
    const option = options[optionForDigit(options, Number(e.key))];
    if (!option) return;
    e.preventDefault();
    choose(option);
    if (!several) onAnswered(at);
  };
  if (options.length > MANY && !several) return <Select at={at} given={given} give={give} options={options} />;
  const numbered = options.every((o) => /^\d+/.test(o.vi));
  const short = options.every((o) => o[lang].length <= 6);
  return (
    <div className={`an-q-options ${short ? 'an-q-short' : ''}`} onKeyDown={onKey}>
      {options.map((o, n) => (
        <label key={o.key} className="an-q-option">
          <input
            type={several ? 'checkbox' : 'radio'} name={domId(at)} checked={chosen(o)} onChange={() => choose(o)}
          />
          {!numbered && options.length <= 9 && <span className="an-q-key an-only-desk" aria-hidden="true">{n + 1}</span>}
          <span>{o[lang]}</span>
        </label>
      ))}
    </div>
  );
}

function Select({ at, given, give, options }: Pick<QuestionProps, 'at' | 'given' | 'give'> & { options: Option[] }) {
  const w = useWords();
  const { lang } = useI18n();
  const now = options.findIndex((o) => given.some((g) => sameValue(g.value, o.value)));
  return (
    <Input
      component="select" className="an-q-entry" value={String(now)} aria-label={w('fill.choose')}
      onChange={(e) => {
        const option = options[Number(e.currentTarget.value)];
        give(at, option ? [{ value: option.value }] : []);
      }}
    >
      <option value="-1">{w('fill.choose')}</option>
      {options.map((o, n) => <option key={o.key} value={String(n)}>{o[lang]}</option>)}
    </Input>
  );
}

const KINDS: Record<string, string> = { date: 'date', dateTime: 'datetime-local', time: 'time' };

function Typed({ item, at, given, give }: QuestionProps) {
  const { lang } = useI18n();
  const w = useWords();
  const text = given.find((g) => g.value === undefined)?.text ?? '';
  const number = ['integer', 'decimal', 'quantity'].includes(item.type);
  const unit = unitOf(item);
  const type = (value: string): void => give(at, value === '' ? [] : [{ text: value }]);
  const { low, high } = limits(item, lang);
  const label = { 'aria-label': textOf(item, lang) };
  if (item.type === 'text') {
    return <textarea className="an-q-area mantine-Input-input" {...label} rows={3} value={text} onChange={(e) => type(e.currentTarget.value)} />;
  }
  return (
    <div className="an-q-typed">
      <Input
        {...label} className={number ? 'an-number-box' : 'an-q-entry'} type={KINDS[item.type] ?? 'text'} value={text} autoComplete="off"
        inputMode={item.type === 'integer' ? 'numeric' : number ? 'decimal' : undefined} onChange={(e) => type(e.currentTarget.value)}
      />
      {unit && unit.code !== '{score}' && <span className="an-unit">{codingWords(unit, lang)}</span>}
      {low !== '' && high !== '' && <span className="an-dim">{w('fill.range', { low, high })}</span>}
    </div>
  );
}

/* A question that may be there several times. */
export function Again({ what, onAdd }: { what: string; onAdd: () => void }) {
  const w = useWords();
  return <Button variant="default" leftSection={<Icon name="plus" />} onClick={onAdd}>{w('fill.add', { what })}</Button>;
}
