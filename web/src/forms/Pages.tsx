/* The questions of a form: all on one page, or on a phone one after another. The list of what is asked is the same. */

import { Button } from '@mantine/core';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { useI18n } from '../i18n/context';
import { useWords } from '../i18n/forms';
import { Icon } from '../ui/Icon';
import { countOf, keyIn, MOST_INSTANCES } from './answers';
import { Again, domId, Question } from './Question';
import { isCalculated, isHidden, isQuestion, textOf } from './read';
import type { Item } from './types';
import type { UseFill } from './useFill';

const PHONE = '(max-width: 599px)';
export function usePhone(): boolean {
  return useSyncExternalStore((tell) => {
    const list = window.matchMedia(PHONE);
    list.addEventListener('change', tell);
    return () => list.removeEventListener('change', tell);
  }, () => window.matchMedia(PHONE).matches);
}

interface Props {
  fill: UseFill; items: Item[]; /* of every question asked, in order */ keys: string[]; strict: boolean;
  /* all at once also on a phone: it is short */
  whole?: boolean;
  /* where to go now: a new object each time */
  target?: { key: string } | undefined;
  children?: ReactNode;
}

export function Pages({ fill, items, keys, strict, whole, target, children }: Props) {
  const phone = usePhone() && whole !== true;
  const w = useWords();
  const top = useRef<HTMLDivElement>(null);
  /* a draft goes on where it stopped */
  const [step, setStep] = useState(() => {
    const open = keys.findIndex((k) => (fill.draft.answers.given[k] ?? []).length === 0);
    return open <= 0 ? 0 : open;
  });
  const at = Math.min(step, keys.length);
  const move = (n: number): void => {
    setStep(n);
    requestAnimationFrame(() => {
      top.current?.scrollIntoView({ block: 'start' });
      top.current?.querySelector<HTMLElement>('fieldset, .an-outcome')?.focus({ preventScroll: true });
    });
  };
  const onAnswered = useCallback((key: string) => {
    const next = keys[keys.indexOf(key) + 1];
    if (next !== undefined) toQuestion(next);
  }, [keys]);
  const known = useRef(keys);
  known.current = keys;
  useEffect(() => {
    if (!target) return;
    setStep(Math.max(0, known.current.indexOf(target.key)));
    requestAnimationFrame(() => toQuestion(target.key));
  }, [target]);
  const only = phone ? keys[at] ?? '' : undefined;
  const render = <Nodes fill={fill} items={items} prefix="" depth={0} only={only} strict={strict} onAnswered={phone ? noop : onAnswered} />;
  if (!phone) return <>{!whole && <p className="an-dim an-only-desk an-noprint">{w('fill.keys')}</p>}{render}{children}</>;
  return (
    <div className="an-steps-phone" ref={top}>
      <div className="an-step-head">
        <p className="an-dim" role="status">{at < keys.length ? w('fill.step', { n: at + 1, all: keys.length }) : w('result.title')}</p>
        <progress value={Math.min(at, keys.length)} max={Math.max(1, keys.length)} aria-label={w('fill.step', { n: Math.min(at + 1, keys.length), all: keys.length })} />
      </div>
      {at < keys.length ? render : children}
      <div className="an-step-move">
        <Button variant="default" leftSection={<Icon name="back" />} disabled={at === 0} onClick={() => move(at - 1)}>{w('fill.before')}</Button>
        {at < keys.length && (
          <Button variant="filled" rightSection={<Icon name="next" />} onClick={() => move(at + 1)}>{w(at === keys.length - 1 ? 'fill.toResult' : 'fill.next')}</Button>
        )}
      </div>
    </div>
  );
}
/* To its first control, not to the frame around it: the next key then answers. */
function toQuestion(key: string): void {
  const frame = document.getElementById(domId(key));
  const control = frame?.querySelector<HTMLElement>('input:checked, input, select, textarea') ?? frame;
  control?.focus();
}

const noop = (): void => undefined;

interface NodesProps {
  fill: UseFill; items: Item[]; prefix: string; depth: number; only: string | undefined; strict: boolean; onAnswered: (key: string) => void;
}

function Nodes(props: NodesProps) {
  const { fill, items, prefix } = props;
  return <>{items.filter((i) => !isHidden(i) && fill.filled.isEnabled(i, prefix)).map((item) => <Node key={item.linkId} {...props} item={item} />)}</>;
}

/* On a phone only what leads to the one question is shown: its group's words, and what stands there to be read. */
function holds(fill: UseFill, item: Item, prefix: string, only: string): boolean {
  if (item.type !== 'group') return keyIn(prefix, item.linkId) === only || (item.item ?? []).some((i) => holds(fill, i, prefix, only));
  return fill.filled.instances(item, prefix).some((p) => (item.item ?? []).some((i) => holds(fill, i, p, only)));
}

function Node({ item, ...props }: NodesProps & { item: Item }) {
  const { fill, prefix, only } = props;
  const { lang } = useI18n();
  if (item.type === 'display') return <p className="an-q-say"><Icon name="info" size={18} /><span>{textOf(item, lang)}</span></p>;
  if (only !== undefined && !holds(fill, item, prefix, only)) return null;
  if (item.type === 'group') return <Group item={item} {...props} />;
  if (!isQuestion(item) || isCalculated(item)) return null;
  const key = keyIn(prefix, item.linkId);
  const mine = only === undefined || key === only;
  const answered = fill.filled.valuesAt(item, prefix).length > 0;
  return (
    <>
      {mine && (
        <Question
          form={fill.draft.form} item={item} at={key} given={fill.draft.answers.given[key] ?? []} expansions={fill.draft.expansions}
          give={fill.give} onAnswered={props.onAnswered} strict={props.strict}
        />
      )}
      {answered && (item.item ?? []).length > 0 && <div className="an-q-below"><Nodes {...props} items={item.item ?? []} depth={props.depth + 1} /></div>}
    </>
  );
}

function Group({ item, ...props }: NodesProps & { item: Item }) {
  const { fill, prefix, only, depth } = props;
  const { lang } = useI18n();
  const w = useWords();
  const name = textOf(item, lang);
  const key = keyIn(prefix, item.linkId);
  const count = countOf(fill.draft.answers, item, prefix);
  const Heading = depth === 0 ? 'h2' : 'h3';
  const instances = fill.filled.instances(item, prefix);
  const last = instances[instances.length - 1];
  /* on a phone: behind the last question of the last one */
  const mayAdd = item.repeats === true && count < MOST_INSTANCES && (only === undefined || (last !== undefined && only.startsWith(last)));
  return (
    <section className={`an-q-group an-q-group-${Math.min(depth, 2)}`} aria-label={name}>
      {item.repeats !== true && name !== '' && <Heading>{name}</Heading>}
      {instances.map((p, n) => (only === undefined || item.repeats !== true || only.startsWith(p)) && (
        <div key={p} className="an-q-instance">
          {item.repeats === true && <Heading>{count > 1 ? w('fill.instance', { what: name, n: n + 1 }) : name}</Heading>}
          <Nodes {...props} items={item.item ?? []} prefix={p} depth={depth + 1} />
          {item.repeats === true && n > 0 && n === count - 1 && (
            <Button variant="subtle" onClick={() => fill.count(key, count - 1)}>{w('fill.remove')}</Button>
          )}
        </div>
      ))}
      {mayAdd && <Again what={name} onAdd={() => fill.count(key, count + 1)} />}
    </section>
  );
}
