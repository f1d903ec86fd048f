/* Who represents the person, since when and by which decision; what an authority decided; somebody added or ended. */

import { Button, Input } from '@mantine/core';
import { useId, useState } from 'react';
import { useMe } from '../access/me';
import { nowMs } from '../fhir/clock';
import { showFhirDay } from '../fhir/dates';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import { wardTime } from '../fhir/zone';
import { useConsentWords } from '../i18n/consent';
import { entryIdentifier, entryQuery } from '../outbox/item';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Sure } from '../ui/Sure';
import { uuid4 } from '../vitals/uuid';
import { Decide } from './Decide';
import type { PersonConsents } from './load';
import type { Representation } from './needs';
import { ended, lacks, needsDecision, NO_DRAFT, relatedOf, RELATIONS, type Draft } from './represent';
import { mayGive, mayName } from './screens';
import { codeOf, DECISION, extensionOf, PERIOD, type Basic, type Extension, type RelatedPerson } from './types';
import { refusal } from './useConsents';

export function Represent({ data, reload }: { data: PersonConsents; reload: () => void }) {
  const w = useConsentWords();
  const me = useMe();
  const may = mayName(me);
  const [adding, setAdding] = useState(false);
  const [deciding, setDeciding] = useState<'no' | 'yes' | 'kept'>('no');
  const { needs, related } = data;
  const capacity = (['difficult', 'limited', 'lost'] as const).find((c) => c === needs.capacity);
  return (
    <section className="an-card" aria-labelledby="who-represents">
      <h2 id="who-represents">{w('who.title')}</h2>
      {needs.age === undefined ? <Notice kind="warn" title={w('who.noBirth')} /> : <p>{w('who.age', { n: needs.age })}{needs.vague && ` · ${w('who.vague')}`}</p>}
      {capacity && <p>{w(`who.capacity.${capacity}`)}</p>}
      {needs.representatives.length === 0 && <p className="an-dim">{w('who.none')}</p>}
      <ul className="an-consent-who">
        {needs.representatives.map((r) => <Line key={`${r.id}-${r.stands}`} r={r} person={related.find((p) => p.id === r.id)} may={may} reload={reload} />)}
      </ul>
      <Decisions list={data.decisions} />
      {may && !adding && <Button variant="default" onClick={() => setAdding(true)}>{w('who.add')}</Button>}
      {mayGive(me) && deciding !== 'yes' && <Button variant="default" onClick={() => setDeciding('yes')}>{w('decide.add')}</Button>}
      {deciding === 'yes' && <Decide patient={data.patient.id ?? ''} onClose={(guarded) => setDeciding(guarded ? 'kept' : 'no')} reload={reload} />}
      {deciding === 'kept' && <Notice kind="good" title={w('decide.kept')} role="status" />}
      {adding && <Add patient={data.patient.id ?? ''} onClose={() => setAdding(false)} reload={reload} />}
    </section>
  );
}

function decisionText(decision: Extension | undefined, w: ReturnType<typeof useConsentWords>): string {
  if (!decision) return '';
  return w('who.decision', {
    number: extensionOf(decision, 'number')?.valueString ?? '', day: showFhirDay(extensionOf(decision, 'date')?.valueDate), by: extensionOf(decision, 'by')?.valueString ?? '',
  });
}

function Line({ r, person, may, reload }: { r: Representation; person: RelatedPerson | undefined; may: boolean; reload: () => void }) {
  const w = useConsentWords();
  const [failed, setFailed] = useState('');
  const name = (person && personName(person)) || w('who.noName');
  const stands = (['parent', 'guardian', 'legal-representative'] as const).find((s) => s === r.stands) ?? 'parent';
  const decision = decisionText(extensionOf(person, DECISION), w);
  const facts = [
    w(`who.stands.${stands}`), r.from !== '' && w('who.since', { day: showFhirDay(r.from) }), r.to !== '' && w('who.until', { day: showFhirDay(r.to) }),
    !r.now && w('who.over'), r.now && stands !== 'parent' && !r.decided && w('who.undecided'),
  ].filter(Boolean).join(' · ');
  const end = async (): Promise<void> => {
    if (!person) return;
    try {
      await server.update(ended(person, wardTime(nowMs()).day), `W/"${person.meta?.versionId ?? ''}"`);
      reload();
    } catch (error) {
      const why = refusal(error);
      setFailed(why === '' ? w('give.failed') : w('give.refused', { why }));
    }
  };
  return (
    <li>
      <div>
        <strong>{name}</strong>
        <p className="an-dim">{facts}</p>
        {decision !== '' && <p className="an-dim">{decision}</p>}
        {failed !== '' && <p className="an-consent-wrong" role="alert"><Icon name="bad" />{failed}</p>}
      </div>
      {may && r.now && person && <Sure label={w('who.end')} name={w('who.endFor', { name })} title={w('who.endSure')} keep={w('who.keep')} yes={w('who.end')} onDo={() => void end()}><p><strong>{name}</strong> · {facts}</p><p>{w('who.endMeans')}</p></Sure>}
    </li>
  );
}

const CODES = ['capacity-lost', 'capacity-limited', 'capacity-difficult', 'capacity-restored', 'compulsory-treatment', 'compulsory-rehabilitation'] as const;

function Decisions({ list }: { list: Basic[] }) {
  const w = useConsentWords();
  const known = list.map((b) => ({ b, code: CODES.find((c) => c === codeOf(b.code, 'urn:ansinh:decision')) })).filter((x) => x.code !== undefined);
  if (known.length === 0) return null;
  return (
    <>
      <h3>{w('decisions.title')}</h3>
      <ul className="an-consent-who">
        {known.map(({ b, code }) => {
          const period = extensionOf(b, PERIOD)?.valuePeriod;
          return (
            <li key={b.id}>
              <div>
                <strong>{w(`decisions.${code as (typeof CODES)[number]}`)}</strong>
                <p className="an-dim">{[decisionText(extensionOf(b, DECISION), w), period?.start !== undefined && w('who.since', { day: showFhirDay(period.start) }), period?.end !== undefined && w('who.until', { day: showFhirDay(period.end) })].filter(Boolean).join(' · ')}</p>
              </div>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Add({ patient, onClose, reload }: { patient: string; onClose: () => void; reload: () => void }) {
  const w = useConsentWords();
  const field = useId();
  const [draft, setDraft] = useState<Draft>(NO_DRAFT);
  const [entry] = useState(uuid4); /* one, however often it is pressed */
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const save = async (): Promise<void> => {
    const lack = lacks(draft);
    setTrouble(lack ? w(`who.lacks.${lack}`) : '');
    if (lack) return;
    setBusy(true);
    try {
      await server.create<RelatedPerson>({ ...relatedOf(patient, draft), identifier: [entryIdentifier(entry)] }, entryQuery(entry));
      reload();
      onClose();
    } catch (error) {
      const why = refusal(error);
      setTrouble(why === '' ? w('give.failed') : w('give.refused', { why }));
      setBusy(false);
    }
  };
  const text = (name: 'name' | 'number' | 'by', max: number) => (
    <div className="an-entry">
      <label htmlFor={`${field}-${name}`}>{w(`who.${name}`)}</label>
      <Input id={`${field}-${name}`} value={draft[name]} maxLength={max} onChange={(e) => set({ [name]: e.currentTarget.value })} />
    </div>
  );
  const day = (name: 'date' | 'from') => (
    <div className="an-entry">
      <label htmlFor={`${field}-${name}`}>{w(`who.${name}`)}</label>
      <input id={`${field}-${name}`} type="date" className="an-select" value={draft[name]} onChange={(e) => set({ [name]: e.currentTarget.value })} />
    </div>
  );
  return (
    <form className="an-consent-form" noValidate onSubmit={(e) => { e.preventDefault(); void save(); }}>
      <fieldset className="an-checks an-checks-row">
        <legend>{w('who.relation')}</legend>
        {RELATIONS.map((r) => <label key={r}><input type="radio" name="relation" checked={draft.relation === r} onChange={() => set({ relation: r })} />{w(`who.relation.${r}`)}</label>)}
      </fieldset>
      {text('name', 120)}
      {draft.relation !== '' && needsDecision(draft.relation) && <>{text('number', 60)}{day('date')}{text('by', 120)}</>}
      {day('from')}
      <div role="alert">{trouble !== '' && <p className="an-consent-wrong"><Icon name="bad" />{trouble}</p>}</div>
      <div className="an-row">
        <Button type="submit" loading={busy}>{w('who.save')}</Button>
        <Button variant="subtle" onClick={onClose}>{w('give.cancel')}</Button>
      </div>
    </form>
  );
}
