/* What the form works out, while it is filled in and afterwards: numbers, bands, and what to do. Until it is known it says so. */

import { useI18n } from '../i18n/context';
import { useWords } from '../i18n/forms';
import { numberOf } from '../fhir/decimal';
import { Icon } from '../ui/Icon';
import type { Filled } from './enable';
import { codingWords, isCalculated, isQuestion, optionsOf, textOf } from './read';
import type { Form, Item, Value } from './types';
import type { Working } from './useFill';

export const isResult = (item: Item): boolean => item.type === 'group' && item.linkId === 'result';

export function valueWords(form: Form, item: Item, value: Value, lang: 'vi' | 'en', num: (n: number) => string, yes: string, no: string): string {
  if (value.valueBoolean !== undefined) return value.valueBoolean ? yes : no;
  if (value.valueCoding) {
    const option = optionsOf(form, item).find((o) => o.value.valueCoding?.code === value.valueCoding?.code);
    return option?.[lang] ?? codingWords(value.valueCoding, lang);
  }
  const n = numberOf(value.valueInteger ?? value.valueDecimal ?? value.valueQuantity?.value);
  if (n !== undefined) return num(n);
  return value.valueString ?? value.valueDate ?? value.valueDateTime ?? value.valueTime?.slice(0, 5) ?? value.valueUri ?? '';
}

const STATES = { nothing: 'result.open', working: 'result.working', done: 'result.open', unreached: 'result.notCalculated', failed: 'result.notCalculated' } as const;

interface Props { filled: Filled; items: Item[]; working: Working }

export function Outcome({ filled, items, working }: Props) {
  const w = useWords();
  return (
    <section className="an-card an-outcome" aria-label={w('result.title')} aria-live="polite" aria-busy={working === 'working'}>
      <h2>{w('result.title')}</h2>
      {(working === 'unreached' || working === 'failed') && (
        <p className="an-outcome-note"><Icon name="offline" />{w(working === 'failed' ? 'result.failed' : 'result.unreached')}</p>
      )}
      <Lines filled={filled} items={items} working={working} />
    </section>
  );
}

function Lines({ filled, items, working }: Props) {
  const i18n = useI18n();
  const w = useWords();
  return (
    <dl className="an-outcome-lines">
      {items.filter((i) => filled.isEnabled(i, '')).map((item) => {
        if (item.type === 'group') {
          return (
            <div key={item.linkId} className="an-outcome-group">
              <dt>{textOf(item, i18n.lang)}</dt><dd><Lines filled={filled} items={item.item ?? []} working={working} /></dd>
            </div>
          );
        }
        if (item.type === 'display') return <div key={item.linkId} className="an-outcome-say"><dt className="an-outcome-mark"><Icon name="info" size={18} /></dt><dd>{textOf(item, i18n.lang)}</dd></div>;
        if (!isQuestion(item) || !isCalculated(item)) return null;
        const value = filled.valuesAt(item, '')[0];
        /* a finding that is not there is no news */
        if (item.type === 'boolean' && value?.valueBoolean !== true) return null;
        const said = value && valueWords(filled.form, item, value, i18n.lang, i18n.num, w('fill.yes'), w('fill.no'));
        return (
          <div key={item.linkId} className={said ? `an-outcome-${item.type}` : 'an-outcome-open'}>
            <dt>{textOf(item, i18n.lang)}</dt><dd>{said ?? w(STATES[working])}</dd>
          </div>
        );
      })}
    </dl>
  );
}

/* The result in a few words: for the bar at the bottom, and for "saved". */
export function useShort(filled: Filled, working: Working): string {
  const i18n = useI18n();
  const w = useWords();
  const within = (items: Item[]): Item[] => items.flatMap((i) => (i.type === 'group' ? within(i.item ?? []) : [i]));
  const known = within((filled.form.item ?? []).filter(isResult)).filter((i) => isCalculated(i) && i.type !== 'boolean').flatMap((item) => {
    const value = filled.valuesAt(item, '')[0];
    return value ? [{ item, text: valueWords(filled.form, item, value, i18n.lang, i18n.num, '', '') }] : [];
  });
  if (known.length === 0) return working === 'unreached' || working === 'failed' ? w('result.notCalculated') : '';
  if (known.length > 2) return '';
  return known.map(({ item, text }) => (item.type === 'integer' || item.type === 'decimal' ? w('result.points', { n: text }) : text)).join(' · ');
}
