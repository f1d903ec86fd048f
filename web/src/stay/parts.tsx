/* The few pieces the stay's screens are made of. Nothing is chosen beforehand, and a choice can be taken away. */

import { Input } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import { Icon } from '../ui/Icon';
import { Tied } from '../ui/Tied';

export interface Option<T extends string> { value: T; label: string; hint?: string }

interface OptionsProps<T extends string> {
  label: string; value: T | ''; options: Option<T>[]; onChange: (value: T | '') => void; trouble?: string | undefined; id?: string;
}

export function Options<T extends string>({ label, value, options, onChange, trouble, id }: OptionsProps<T>) {
  const own = useId();
  const name = id ?? own;
  return (
    <fieldset className="an-stay-options" id={name} aria-describedby={trouble === undefined ? undefined : `${name}-wrong`}>
      <legend>{label}</legend>
      <div className="an-stay-choices">
        {options.map((o) => (
          <label key={o.value} className="an-stay-choice">
            <input type="radio" name={name} checked={value === o.value} onChange={() => onChange(o.value)} onClick={() => { if (value === o.value) onChange(''); }} />
            <span>{o.label}{o.hint !== undefined && <small>{o.hint}</small>}</span>
          </label>
        ))}
      </div>
      <Wrong id={`${name}-wrong`} text={trouble} />
    </fieldset>
  );
}

export function Wrong({ id, text }: { id: string; text: string | undefined }) {
  return text === undefined ? null : <p className="an-stay-wrong" id={id} role="alert"><Icon name="warn" />{text}</p>;
}

interface SelectProps { id?: string; label: string; value: string; none: string; options: { value: string; label: string }[]; onChange: (v: string) => void; trouble?: string | undefined; hint?: string }

export function Select({ id, label, value, none, options, onChange, trouble, hint }: SelectProps) {
  const own = useId();
  const name = id ?? own;
  return (
    <div className="an-entry">
      <label htmlFor={name}>{label}</label>
      <select id={name} className="an-select" value={value} onChange={(e) => onChange(e.currentTarget.value)} aria-describedby={`${name}-about`} aria-invalid={trouble !== undefined}>
        <option value="">{none}</option>
        {options.map((o) => <option key={o.value} value={o.value}>{o.label}</option>)}
      </select>
      <p id={`${name}-about`} className={trouble === undefined ? 'an-dim an-entry-about' : 'an-entry-trouble'}>{trouble ?? hint}</p>
    </div>
  );
}

interface EntryProps {
  id: string; label: string; value: string; onChange: (v: string) => void; type?: 'text' | 'date' | 'datetime-local'; hint?: ReactNode; trouble?: string | undefined;
  inputMode?: 'text' | 'numeric' | 'tel'; maxLength?: number; onEnter?: (() => void) | undefined;
}

export function Entry({ id, label, value, onChange, type = 'text', hint, trouble, inputMode = 'text', maxLength = 200, onEnter }: EntryProps) {
  return (
    <div className="an-entry">
      <label htmlFor={id}>{label}</label>
      <Input component={Tied}
        id={id} type={type} value={value} onChange={(e) => onChange(e.currentTarget.value)} autoComplete="off" spellCheck={false} inputMode={inputMode} maxLength={maxLength}
        error={trouble !== undefined} about={`${id}-about`} onKeyDown={(e) => { if (e.key === 'Enter' && onEnter && !e.nativeEvent.isComposing) { e.preventDefault(); onEnter(); } }}
      />
      <p id={`${id}-about`} className={trouble === undefined ? 'an-dim an-entry-about' : 'an-entry-trouble'}>{trouble ?? hint}</p>
    </div>
  );
}

export function Area({ id, label, value, onChange, hint }: { id: string; label: string; value: string; onChange: (v: string) => void; hint?: string }) {
  return (
    <div className="an-entry">
      <label htmlFor={id}>{label}</label>
      <textarea id={id} className="an-select" rows={3} maxLength={4000} value={value} onChange={(e) => onChange(e.currentTarget.value)} aria-describedby={`${id}-about`} />
      <p id={`${id}-about`} className="an-dim an-entry-about">{hint}</p>
    </div>
  );
}

export function Section({ title, children, rare = false, summary }: { title: string; children: ReactNode; rare?: boolean; summary?: string }) {
  if (rare) {
    return (
      <details className="an-card an-stay-rare">
        <summary><strong>{title}</strong>{summary !== undefined && summary !== '' && <span className="an-dim"> · {summary}</span>}</summary>
        <div className="an-entries">{children}</div>
      </details>
    );
  }
  return <section className="an-card an-entries" aria-label={title}><h2>{title}</h2>{children}</section>;
}
