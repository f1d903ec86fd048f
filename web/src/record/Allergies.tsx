/* Allergies: with reaction and severity; and "none known", which is said by somebody and never by an empty list. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { useDrafts } from '../access/drafts';
import { useTyped } from '../access/typed';
import { conceptText } from '../fhir/clinical';
import { nowMs } from '../fhir/clock';
import { useVisitWords, VISIT_CATALOGUES } from '../i18n/visits';
import { Icon } from '../ui/Icon';
import { Sure } from '../ui/Sure';
import { sayIn } from '../visits/compose';
import { Line } from '../visits/parts';
import { ALLERGY_KINDS, allergyOf, CERTAINTIES, isNoKnown, noKnownAllergy, refuted, SEVERITIES, standsAllergy, type Allergy, type AllergyWish } from './entries';
import { Adding, By, Choice, Missing, RecordCard, type CardProps } from './Record';

interface Draft { kind: AllergyWish['kind'] | ''; substance: string; reaction: string; severity: AllergyWish['severity']; certainty: AllergyWish['certainty'] | '' }
const NO_WISH: Draft = { kind: '', substance: '', reaction: '', severity: '', certainty: '' };
const DRAFT = 'allergy';

export function Allergies({ id, data, use, may }: CardProps) {
  const w = useVisitWords();
  const drafts = useDrafts();
  const [editing, setEditing] = useState('');
  /* a change begins with what stands */
  const edit = (which: string): void => {
    for (const x of [editing, which]) drafts.keep(DRAFT, x, undefined);
    setEditing(which);
  };
  const stands = data.allergies.filter(standsAllergy);
  const real = stands.filter((a) => !isNoKnown(a));
  const none = stands.filter(isNoKnown);
  const lines = real.length > 0 ? real : none;
  const save = (wish: AllergyWish, before?: Allergy): void => {
    if (before) void use.change(allergyOf(wish, id, use.me, nowMs(), before));
    else use.add(allergyOf(wish, id, use.me, nowMs()));
    /* "none known" is no longer so */
    for (const n of none) void use.change(refuted(n));
    edit('');
  };
  return (
    <RecordCard title={w('allergy.title')}>
      {lines.length === 0 && <p className="an-visit-mark">{w('allergy.notAsked')}</p>}
      <ul className="an-visit-lines">
        {lines.map((a) => (
          <li key={a.id} className="an-visit-line">
            {editing === a.id ? <div><AllergyForm id={a.id ?? ''} before={a} save={(wish) => save(wish, a)} /><Button variant="subtle" onClick={() => edit('')}>{w('cancel')}</Button></div> : (
              <>
                <div><p className="an-person-name">{!isNoKnown(a) && <Icon name="allergy" />} {conceptText(a.code)}</p><Said allergy={a} /><By who={a.recorder} when={a.recordedDate} names={data.names} /></div>
                {may && !isNoKnown(a) && (
                  <span className="an-row">
                    <Button variant="default" aria-label={w('allergy.editOf', { what: conceptText(a.code) })} onClick={() => edit(a.id ?? '')}>{w('record.edit')}</Button>
                    <Sure variant="subtle" label={w('allergy.refute')} name={w('allergy.refuteOf', { what: conceptText(a.code) })} title={w('allergy.refuteSure')} keep={w('cancel')} yes={w('allergy.refute')} onDo={() => void use.change(refuted(a))}>
                      <p><strong>{conceptText(a.code)}</strong></p><p>{w('allergy.refuteMeans')}</p>
                    </Sure>
                  </span>
                )}
              </>
            )}
          </li>
        ))}
      </ul>
      {may && (
        <div className="an-row">
          <Adding label={w('allergy.add')} draft={{ kind: DRAFT, id }}>{(close) => <AllergyForm id={id} save={(wish) => { save(wish); close(); }} />}</Adding>
          {lines.length === 0 && <Button variant="default" onClick={() => use.add(noKnownAllergy(id, use.me, nowMs(), sayIn(VISIT_CATALOGUES.vi)('allergy.none')))}>{w('allergy.none')}</Button>}
        </div>
      )}
    </RecordCard>
  );
}

function Said({ allergy: a }: { allergy: Allergy }) {
  const w = useVisitWords();
  const reaction = a.reaction?.[0];
  const severity = SEVERITIES.find((s) => s === reaction?.severity);
  const kind = ALLERGY_KINDS.find((k) => k === a.category?.[0]);
  const doubtful = (a.verificationStatus?.coding ?? []).some((c) => c.code === 'unconfirmed');
  const parts = [kind && w(`allergy.${kind}`), reaction?.manifestation?.map(conceptText).join(', '), severity && w(`severity.${severity}`), doubtful && w('certainty.unconfirmed')].filter(Boolean);
  return parts.length === 0 ? null : <p>{parts.join(' · ')}</p>;
}

/* id: of the entry that is changed, or of the person it is new for */
function AllergyForm({ id, before, save }: { id: string; before?: Allergy; save: (wish: AllergyWish) => void }) {
  const w = useVisitWords();
  const { now: wish, change } = useTyped<Draft>(DRAFT, id, () => (before ? {
    kind: ALLERGY_KINDS.find((k) => k === before.category?.[0]) ?? ('' as const), substance: conceptText(before.code), reaction: before.reaction?.[0]?.manifestation?.map(conceptText).join(', ') ?? '',
    severity: SEVERITIES.find((s) => s === before.reaction?.[0]?.severity) ?? ('' as const),
    certainty: (before.verificationStatus?.coding ?? []).some((c) => c.code === 'unconfirmed') ? 'unconfirmed' as const : 'confirmed' as const,
  } : NO_WISH));
  const { kind, certainty } = wish;
  const ok = kind !== '' && certainty !== '' && wish.substance.trim() !== '';
  return (
    <div className="an-record-form">
      <Choice label={w('allergy.kind')} values={ALLERGY_KINDS} value={kind} onChange={(v) => change({ kind: v })} words={(v) => w(`allergy.${v}`)} />
      <div className="an-visit-fields">
        <Line label={w('allergy.substance')} value={wish.substance} onChange={(substance) => change({ substance })} />
        <Line label={w('allergy.reaction')} value={wish.reaction} onChange={(reaction) => change({ reaction })} />
      </div>
      {wish.reaction.trim() !== '' && <Choice label={w('allergy.severity')} values={SEVERITIES} value={wish.severity} onChange={(severity) => change({ severity })} words={(v) => w(`severity.${v}`)} />}
      <Choice label={w('allergy.certainty')} values={CERTAINTIES} value={certainty} onChange={(v) => change({ certainty: v })} words={(v) => w(`certainty.${v}`)} />
      <Missing what={[kind === '' && w('allergy.kind'), wish.substance.trim() === '' && w('allergy.substance'), certainty === '' && w('allergy.certainty')]} />
      <Button disabled={!ok} onClick={() => { if (kind !== '' && certainty !== '') save({ ...wish, kind, certainty }); }}>{w('record.save')}</Button>
    </div>
  );
}
