/* Find a person by typing. The server does the hard part (accents, word order, tone placement); here the care is for the
 * hand: 150 ms of rest before asking, answers to what is no longer in the box dropped, results that can be chosen from the
 * keyboard, and an older list never clickable while a newer one is on its way. */

import { Button, CloseButton, Input, Skeleton } from '@mantine/core';
import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { server } from '../fhir/server';
import type { Page } from '../fhir/client';
import { identifiers, personName, searchAttempts } from '../fhir/person';
import type { Patient } from '../fhir/types';
import { useI18n } from '../i18n/context';
import { isScan, scanned } from '../print/paper';
import { go, peopleHref, personHref, replace } from '../route';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { ageText, genderText } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { Tied } from '../ui/Tied';

const REST_MS = 150;
const PAGE = 20;
/* only what a row shows: the line may be thin */
const SHOWN = 'name,birthDate,gender,identifier,deceased,active';

async function find(q: string, signal: AbortSignal): Promise<Page<Patient>> {
  let page: Page<Patient> | undefined;
  for (const attempt of searchAttempts(q)) {
    page = await server.search<Patient>('Patient', { ...attempt, _count: PAGE, _elements: SHOWN }, signal);
    if (page.items.length > 0) break;
  }
  return page as Page<Patient>;
}

function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

interface Found { q: string; items: Patient[]; next: string | undefined; total: number | undefined }

function usePeople(q: string) {
  const { data, error, loading, reload } = useLoad(q, (signal) => find(q, signal));
  const [shown, setShown] = useState<Found>();
  const [moreState, setMoreState] = useState<{ q: string; busy: boolean; error: unknown }>({ q, busy: false, error: undefined });
  useEffect(() => {
    if (data) setShown({ q, items: data.items, next: data.next, total: data.total });
  }, [data, q]);
  const more = useCallback(async () => {
    if (!shown?.next || shown.q !== q) return;
    setMoreState({ q, busy: true, error: undefined });
    try {
      const page = await server.next<Patient>('Patient', shown.next);
      setShown((s) => (s && s.q === q && s.next === shown.next ? append(s, page) : s));
      setMoreState({ q, busy: false, error: undefined });
    } catch (e) {
      setMoreState({ q, busy: false, error: e });
    }
  }, [shown, q]);
  const fresh = shown?.q === q && !(loading && data === undefined);
  return { shown, fresh, error, reload, more, moreState: moreState.q === q ? moreState : undefined };
}

function append(found: Found, page: Page<Patient>): Found {
  const have = new Set(found.items.map((p) => p.id));
  return { ...found, items: [...found.items, ...page.items.filter((p) => !have.has(p.id))], next: page.next };
}

export function People({ initial }: { initial: string }) {
  const { t } = useI18n();
  const [typed, setTyped] = useState(initial);
  const q = useRested(isScan(typed) ? '' : typed.trim().replace(/\s+/g, ' '));
  const box = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const { shown, fresh, error, reload, more, moreState } = usePeople(q);
  useOnReconnect(reload, error !== undefined);
  useEffect(() => { replace(peopleHref(q)); }, [q]);
  useSlash(box);
  const code = scanned(typed);
  useEffect(() => {
    if (code !== undefined) go(code); /* a scanner typed all of it */
  }, [code]);

  const rows = (): HTMLAnchorElement[] => [...(list.current?.querySelectorAll<HTMLAnchorElement>('a') ?? [])];
  const onBoxKey = (e: KeyboardEvent): void => {
    if (e.nativeEvent.isComposing) return; /* the key ends a syllable, not the search */
    if (e.key === 'Escape') setTyped('');
    const settled = fresh && q === typed.trim().replace(/\s+/g, ' ');
    if (!settled || (e.key !== 'ArrowDown' && e.key !== 'Enter')) return;
    e.preventDefault();
    const only = shown?.items.length === 1 ? shown.items[0] : undefined;
    /* Enter opens a single match; with several, choosing is left to the person: the wrong record is worse than one key more */
    if (e.key === 'Enter' && only?.id !== undefined) go(personHref(only.id));
    else rows()[0]?.focus();
  };
  const onListKey = (e: KeyboardEvent): void => {
    const all = rows();
    const at = all.indexOf(document.activeElement as HTMLAnchorElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[e.key];
    if (to === undefined || at < 0) return;
    e.preventDefault();
    if (to < 0) box.current?.focus();
    else all[Math.min(to, all.length - 1)]?.focus();
  };

  return (
    <>
      <h1>{t('people.title')}</h1>
      <div className="an-search" role="search">
        <label htmlFor="find">{t('people.search')}</label>
        <Input component={Tied}
          id="find" ref={box} type="text" size="lg" value={typed} placeholder={t('people.placeholder')}
          autoComplete="off" spellCheck={false} about="find-hint" enterKeyHint="search"
          leftSection={<Icon name="search" />} leftSectionPointerEvents="none" rightSectionPointerEvents="all"
          rightSection={typed !== '' && (
            <CloseButton size="lg" aria-label={t('people.clear')} onClick={() => { setTyped(''); box.current?.focus(); }} />
          )}
          onChange={(e) => setTyped(e.currentTarget.value)} onKeyDown={onBoxKey}
        />
        <p id="find-hint" className="an-dim an-hint">{t('people.searchHint')}</p>
      </div>
      {error !== undefined && <Problem error={error} onRetry={reload} />}
      <Count shown={shown} fresh={fresh} failed={error !== undefined} />
      {!shown && error === undefined && <Waiting />}
      {shown && error === undefined && (
        <div className={fresh ? 'an-results' : 'an-results an-stale'} inert={!fresh} aria-busy={!fresh}>
          {shown.items.length === 0 ? <Nobody q={shown.q} /> : (
            <>
              <ColumnHeads />
              <ul className="an-people" aria-label={t('people.list')} ref={list} onKeyDown={onListKey}>
                {shown.items.map((p) => <Row key={p.id} patient={p} />)}
              </ul>
            </>
          )}
          {moreState?.error !== undefined && <Problem error={moreState.error} onRetry={() => void more()} />}
          {shown.next !== undefined && (
            <Button variant="default" loading={moreState?.busy ?? false} onClick={() => void more()}>{t('people.more')}</Button>
          )}
        </div>
      )}
    </>
  );
}

/* The key / goes to the search box, unless somebody is typing a / somewhere. */
function useSlash(box: { current: HTMLInputElement | null }): void {
  useEffect(() => {
    const onKey = (e: globalThis.KeyboardEvent): void => {
      const typing = e.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName);
      if (e.key !== '/' || typing || e.ctrlKey || e.altKey || e.metaKey) return;
      e.preventDefault();
      box.current?.focus();
      box.current?.select();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [box]);
}

function Count({ shown, fresh, failed }: { shown: Found | undefined; fresh: boolean; failed: boolean }) {
  const { t } = useI18n();
  let text = '';
  if (failed) text = '';
  else if (!shown || !fresh) text = t('people.loading');
  else if (shown.next === undefined) text = t('people.found', { n: shown.items.length });
  else if (shown.total !== undefined) text = t('people.found', { n: shown.total });
  else text = t('people.shown', { n: shown.items.length });
  return <p className="an-count an-dim" role="status">{text}</p>;
}

function ColumnHeads() {
  const { t } = useI18n();
  /* for the eye only: every row says the same by itself */
  return (
    <div className="an-person-row an-heads" aria-hidden="true">
      <span>{t('people.col.name')}</span><span>{t('people.col.age')}</span>
      <span>{t('people.col.gender')}</span><span>{t('people.col.identifier')}</span><span />
    </div>
  );
}

function Row({ patient }: { patient: Patient }) {
  const i18n = useI18n();
  const { t } = i18n;
  const identifier = identifiers(patient).find((i) => !i.guarded);
  return (
    <li>
      <a className="an-person-row" href={personHref(patient.id ?? '')}>
        <span className="an-person-name">{personName(patient) || t('people.noName')}</span>
        <span>{ageText(patient, i18n)}{patient.active === false && ` · ${t('inactive')}`}</span>
        <span>{genderText(patient, t)}</span>
        <span className="an-dim an-number">{identifier && t('people.identifier', { value: identifier.value })}</span>
        <Icon name="next" />
      </a>
    </li>
  );
}

function Nobody({ q }: { q: string }) {
  const { t } = useI18n();
  return q === ''
    ? <Notice kind="info" title={t('people.empty')}><p>{t('people.emptyHint')}</p></Notice>
    : <Notice kind="info" title={t('people.emptyFor', { q })}><p>{t('people.emptyForHint')}</p></Notice>;
}

function Waiting() {
  return (
    <div className="an-people" aria-hidden="true">
      {Array.from({ length: 8 }, (_, i) => (
        <div className="an-person-row" key={i}>
          <Skeleton height={20} width="70%" /><Skeleton height={16} width="60%" />
          <Skeleton height={16} width="50%" /><Skeleton height={16} width="80%" /><span />
        </div>
      ))}
    </div>
  );
}
