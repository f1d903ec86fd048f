/* Beside the form of an identity: what two people changed at once, and what everything was before. */

import { Button, Skeleton } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { showFhirDate, showFhirDay } from '../fhir/dates';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import { useWords, type StayWords } from '../i18n/stay';
import type { Lang } from '../vitals/number';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { fieldOf, partsOf, type Field, type Known } from './identity';
import { loadHistory } from './identityLoad';
import { Section } from './parts';
import type { UseIdentity } from './useIdentity';
import { GROUPS, nameOf } from './ways';

const GENDERS = ['male', 'female', 'unknown'] as const;
const RELATIONS = ['CHILD', 'PRN', 'SPS', 'SIB', 'NIENEPH', 'GRPRN', 'EXT', 'FRND'] as const;

/* A value as people read it. */
export function shownValue(field: Field, value: string, w: StayWords, lang: Lang): string {
  if (value === '') return '';
  if (field === 'gender') { const known = GENDERS.find((g) => g === value); return known ? w(`gender.${known}`) : value; }
  if (field === 'relation') { const known = RELATIONS.find((r) => r === value); return known ? w(`relation.${known}`) : value; }
  if (field === 'decGroup') return nameOf(GROUPS.find((g) => g.code === value), lang) || value;
  if (field === 'relLegal' || field === 'relOver' || field === 'decOver') return w(value === 'yes' ? 'yes' : 'no');
  return field === 'decFrom' || field === 'decUntil' || field === 'covFrom' || field === 'covUntil' ? showFhirDay(value) : value;
}

export function Clashes({ u }: { u: UseIdentity }) {
  const w = useWords();
  const { lang } = useI18n();
  const box = useRef<HTMLDivElement>(null);
  const isThere = u.clashes.length > 0 || u.taken.length > 0;
  /* it comes where nobody looks: at the top of a form whose button is at its end */
  useEffect(() => {
    if (!isThere) return;
    box.current?.scrollIntoView({ block: 'center' });
    box.current?.focus({ preventScroll: true });
  }, [isThere]);
  if (!isThere) return null;
  const label = (key: string): string => w(`identity.field.${fieldOf(key)}`);
  return (
    <div id="identity-clashes" ref={box} tabIndex={-1}>
      <Notice kind="warn" title={w('identity.clash')} role="alert">
        {u.taken.length > 0 && <p>{w('identity.taken', { fields: u.taken.map(label).join(', ') })}</p>}
        {u.clashes.length > 0 && <p>{w('identity.clashDo')}</p>}
        {u.clashes.map(({ key, mine, theirs }) => (
          <fieldset key={key} className="an-stay-options">
            <legend>{label(key)}</legend>
            <div className="an-row">
              <Button variant="default" onClick={() => u.choose(key, mine)}>{w('identity.mine', { value: shownValue(fieldOf(key), mine, w, lang) || w('identity.nothing') })}</Button>
              <Button variant="default" onClick={() => u.choose(key, theirs)}>{w('identity.theirs', { value: shownValue(fieldOf(key), theirs, w, lang) || w('identity.nothing') })}</Button>
            </div>
          </fieldset>
        ))}
      </Notice>
    </div>
  );
}

export function History({ known }: { known: Known }) {
  const w = useWords();
  const { lang } = useI18n();
  const load = useLoad(`identity history ${partsOf(known).map((r) => `${r.id ?? ''}/${r.meta?.versionId ?? ''}`).join(' ')}`, (signal) => loadHistory(server, known, signal));
  return (
    <Section title={w('identity.history')}>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {load.data === undefined && load.error === undefined && <Skeleton height={60} />}
      {load.data?.length === 0 && <p className="an-dim">{w('identity.never')}</p>}
      <ol className="an-lines">
        {(load.data ?? []).map((e) => (
          <li key={`${e.of} ${e.at} ${e.lines.map((l) => l.key).join()}`}>
            <div>
              {e.lines.map((l) => (
                <p key={l.key}>{w(`identity.field.${fieldOf(l.key)}`)}: <del>{shownValue(fieldOf(l.key), l.from, w, lang) || w('identity.nothing')}</del> → <strong>{shownValue(fieldOf(l.key), l.to, w, lang) || w('identity.nothing')}</strong></p>
              ))}
              <p className="an-dim">{[showFhirDate(e.at), e.name || w('identity.nobody'), e.kind === '' ? '' : w(`identity.kind.${e.kind}`), e.why].filter(Boolean).join(' · ')}</p>
            </div>
          </li>
        ))}
      </ol>
    </Section>
  );
}
