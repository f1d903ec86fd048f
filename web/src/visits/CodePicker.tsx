/* Typing towards a code: a combobox over the server's list, driven by keys or thumb. What is typed may always be written without a
 * code. An older answer never replaces a newer one, and nothing is chosen by merely typing. */

import { Input } from '@mantine/core';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { isAbort } from '../fhir/client';
import { server } from '../fhir/server';
import type { Coding } from '../fhir/types';
import { useVisitWords } from '../i18n/visits';
import { findCodes, findShort, type Found } from './codes';

const PAUSE_MS = 180;

interface Props {
  label: string; set: string; day: string; kind: 'icd10' | 'techniques';
  onPick: (coding: Coding | undefined, text: string) => void;
  /* what was typed and not chosen, where the form keeps it */
  typed?: string; onTyped?: (text: string) => void;
  /* what is said beside a code: on the approved list or not */
  mark?: (coding: Coding) => string;
}

export function CodePicker({ label, set, day, kind, onPick, mark, typed: kept, onTyped }: Props) {
  const w = useVisitWords();
  const id = useId();
  const [own, setOwn] = useState('');
  const typed = kept ?? own;
  const setTyped = onTyped ?? setOwn;
  const [found, setFound] = useState<{ of: string; is: Found; failed?: true }>();
  const [at, setAt] = useState(-1);
  const wanted = typed.trim();
  useEffect(() => {
    setAt(-1);
    if (wanted.length < 2) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      findCodes(server, set, wanted, day, abort.signal).then(
        (is) => setFound({ of: wanted, is }),
        (error: unknown) => { if (!isAbort(error)) setFound({ of: wanted, is: { ...findShort(set, wanted), loaded: false }, failed: true }); },
      );
    }, PAUSE_MS);
    return () => { clearTimeout(timer); abort.abort(); };
  }, [wanted, set, day]);
  const answer = found?.of === wanted ? found.is : undefined;
  const failed = answer !== undefined && found?.failed === true;
  const codings = answer?.codings ?? [];
  const open = wanted.length >= 2 && answer !== undefined;
  const options = codings.length + 1; /* the last: without a code */
  const said = (is: Found): string => {
    if (is.codings.length === 0) return w('code.nothing', { text: wanted });
    const more = is.total - is.codings.length;
    return `${w('code.found', { n: is.total })}${more > 0 ? `, ${w('code.more', { n: more })}` : ''}`;
  };
  const pick = (n: number): void => {
    onPick(codings[n], wanted);
    setTyped('');
    setFound(undefined);
  };
  const key = (e: KeyboardEvent): void => {
    if (e.nativeEvent.isComposing) return; /* the key ends a syllable, not the search */
    if (e.key === 'Escape') setTyped('');
    if (!open) return;
    if (e.key === 'ArrowDown') setAt((n) => (n + 1) % options);
    else if (e.key === 'ArrowUp') setAt((n) => (n <= 0 ? options - 1 : n - 1));
    else if (e.key === 'Enter' && at >= 0) pick(at);
    else return;
    e.preventDefault();
  };
  /* on a phone what was found lies below the bar: brought into sight once, while the hand is on the keys */
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => { if (open) box.current?.scrollIntoView({ block: 'nearest' }); }, [open]);
  return (
    <div className="an-code" ref={box}>
      <label htmlFor={id}>{label}</label>
      <Input
        id={id} type="text" value={typed} autoComplete="off" spellCheck={false} maxLength={200} role="combobox" aria-expanded={open} aria-controls={`${id}-list`}
        aria-autocomplete="list" aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined} onChange={(e) => setTyped(e.currentTarget.value)} onKeyDown={key}
      />
      <div role="status" className="an-visit-small">
        {failed && w('code.failed')}
        {answer && !failed && !answer.loaded && <>{w('code.notLoaded')} <span className="an-number">{w('code.notLoadedHow', { kind })}</span></>}
        {answer && !answer.loaded && codings.length > 0 && <> {w('code.short', { n: answer.total })}</>}
        {answer?.loaded === true && said(answer)}
      </div>
      <ul id={`${id}-list`} role="listbox" aria-label={label} className="an-code-list" hidden={!open}>
        {open && codings.map((c, n) => (
          <li key={`${c.system} ${c.code}`} id={`${id}-${n}`} role="option" aria-selected={n === at} onClick={() => pick(n)}>
            <strong className="an-number">{c.code}</strong><span>{c.display}</span>{mark && <span className="an-visit-small">{mark(c)}</span>}
          </li>
        ))}
        {open && <li id={`${id}-${codings.length}`} role="option" aria-selected={at === codings.length} onClick={() => pick(codings.length)}>{w('code.free', { text: wanted })}</li>}
      </ul>
    </div>
  );
}
