/* A signed note: read as it was signed, with the proof that it still is, its addenda, and the only two things that may follow: an
 * addendum, and being struck through by who signed it. */

import { Button, Checkbox, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { useMe } from '../access/me';
import { useTyped } from '../access/typed';
import { NoPermission } from '../access/NoPermission';
import { useGiver } from '../drugs/useRound';
import { searchAll } from '../fhir/all';
import { problemOf, type FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { showFhirDay } from '../fhir/dates';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import type { Patient, Resource } from '../fhir/types';
import { wardFull } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useVisitWords, VISIT_CATALOGUES } from '../i18n/visits';
import { Sheet } from '../print/Sheet';
import { personHref } from '../route';
import type { ScreenProps } from '../screen';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { genderText } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { uuid4 } from '../vitals/uuid';
import { addendumOf, readParts, sayIn, signedAs, type ReadPart } from './compose';
import { ADDENDUM, hasCode, onceOf, RECORD_KIND, REASON_URL, type Document, type Signing } from './forms';
import { practiceOf, type Practitioner } from './load';
import { Area } from './parts';
import { mayReadVisits, mayVisit } from './screens';
import { useSigningRole } from './signer';
import { loadWrote, NOTHING_WROTE, strikeBundle, type Wrote } from './strike';
import './visits.css';

type Parameters = Resource & { resourceType: 'Parameters'; parameter?: { name?: string; valueBoolean?: boolean; valueString?: string }[] };
interface Loaded { document: Document; etag: string; signing: Signing; added: Document[]; person: Patient; facility: string }

export function signingIn(p: Parameters): Signing {
  const of = (name: string) => p.parameter?.find((x) => x.name === name);
  return { signed: of('signed')?.valueBoolean ?? false, hash: of('hash')?.valueString ?? '', unchanged: of('unchanged')?.valueBoolean ?? false };
}

export default function DocumentScreen({ params }: ScreenProps) {
  const id = params.document ?? '';
  const patient = params.id ?? '';
  const me = useMe();
  const w = useVisitWords();
  const load = useLoad(`note ${id}`, async (signal): Promise<Loaded> => {
    const [document, proof, added, person] = await Promise.all([
      server.read<Document>('Composition', id, signal),
      server.operation<Parameters>(`Composition/${encodeURIComponent(id)}/$signature`, 'Parameters', undefined, signal),
      searchAll<Document>(server, 'Composition', { 'related-ref': `Composition/${id}`, _sort: 'date' }, signal),
      server.read<Patient>('Patient', patient, signal),
    ]);
    const custodian = document.resource.custodian?.reference?.replace(/^Organization\//, '') ?? '';
    const facility = custodian === '' ? undefined
      : await server.read<Resource & { resourceType: 'Organization'; name?: string }>('Organization', custodian, signal).catch(() => undefined);
    return {
      document: document.resource, etag: document.etag ?? '', signing: signingIn(proof?.resource ?? { resourceType: 'Parameters' }), added: added.items,
      person: person.resource, facility: facility?.resource.name ?? '',
    };
  });
  if (!mayReadVisits(me)) return <NoPermission what={w('screen.visit')} />;
  return (
    <div className="an-visit">
      <a className="an-back an-noprint" href={personHref(patient)}><Icon name="back" />{w('screen.back')}</a>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {!load.data && load.error === undefined && <Skeleton height={300} />}
      {load.data && <Note {...load.data} reload={load.reload} />}
    </div>
  );
}

function Note({ document: d, etag, signing, added, person, facility, reload }: Loaded & { reload: () => void }) {
  const w = useVisitWords();
  const { t } = useI18n();
  const struck = d.status === 'entered-in-error';
  const why = d.extension?.find((e) => e.url === REASON_URL)?.valueString ?? '';
  const monitoring = (d.category ?? []).some((c) => hasCode(c, RECORD_KIND, 'health-monitoring'));
  return (
    <>
      <div className="an-row an-noprint">
        <Button variant="default" leftSection={<Icon name="print" />} onClick={() => window.print()}>{w('document.print')}</Button>
      </div>
      {struck && <Notice kind="bad" title={w('signed.struck', { why })} />}
      <Sheet title={d.title ?? ''} facility={facility} ward="" what={w('document.date', { when: wardFull(Date.parse(d.date ?? '')) })}>
        <p>
          {w('document.person', { name: personName(person) || t('people.noName') })}
          {person.birthDate !== undefined && <> · {w('document.born', { date: showFhirDay(person.birthDate) })}</>} · {w('document.sex', { sex: genderText(person, t) })}
        </p>
        {monitoring && <p className="an-visit-small">{w('monitoring.note')}</p>}
        <div className={struck ? 'an-struck' : ''}>{readParts(d.section).map((p, i) => <Part key={i} part={p} />)}</div>
        {added.map((a) => (
          <section key={a.id} className="an-addendum">
            <h2>{w('addendum.by', { name: a.author?.[0]?.display ?? '', when: wardFull(Date.parse(a.date ?? '')) })}</h2>
            {readParts(a.section).flatMap((p) => p.lines).map((l, i) => <p key={i}>{l}</p>)}
          </section>
        ))}
        <Proof document={d} signing={signing} struck={struck} />
      </Sheet>
      {!struck && <Act document={d} etag={etag} reload={reload} />}
    </>
  );
}

function Part({ part }: { part: ReadPart }) {
  return (
    <section className="an-note-part">
      <h2>{part.title}</h2>
      {part.lines.length === 1 ? <p>{part.lines[0]}</p> : part.lines.length > 1 && <ul>{part.lines.map((l, i) => <li key={i}>{l}</li>)}</ul>}
      {part.parts.length > 0 && (
        <dl className="an-note-exam">{part.parts.map((p, i) => <div key={i}><dt>{p.title}</dt><dd>{p.lines.join('; ')}</dd></div>)}</dl>
      )}
    </section>
  );
}

function Proof({ document: d, signing, struck }: { document: Document; signing: Signing; struck: boolean }) {
  const w = useVisitWords();
  const by = d.attester?.[0];
  return (
    <section className="an-note-proof">
      <dl>
        <div><dt>{w('signed.by')}</dt><dd>{by?.party?.display ?? ''}</dd></div>
        <div><dt>{w('signed.at')}</dt><dd className="an-number">{wardFull(Date.parse(by?.time ?? ''))}</dd></div>
        <div><dt>{w('signed.hash')}</dt><dd className="an-note-hash">{signing.hash}</dd></div>
      </dl>
      {!struck && <p className={signing.unchanged ? 'an-note-same' : 'an-late'}><Icon name={signing.unchanged ? 'good' : 'bad'} />{w(signing.unchanged ? 'signed.same' : 'signed.different')}</p>}
    </section>
  );
}

function Act({ document: d, etag, reload }: { document: Document; etag: string; reload: () => void }) {
  const w = useVisitWords();
  const { t } = useI18n();
  const access = useMe();
  const me = useGiver();
  const role = useSigningRole();
  const { now: { text, key }, change, forget } = useTyped('addendum', d.id ?? '', () => ({ text: '', key: uuid4() }));
  const [striking, setStriking] = useState(false);
  const [failure, setFailure] = useState<FhirError>();
  const run = async (act: () => Promise<unknown>): Promise<void> => {
    setFailure(undefined);
    try {
      await act();
      reload();
    } catch (e) {
      setFailure(problemOf(e));
    }
  };
  const add = (): Promise<void> => run(async () => {
    const say = sayIn(VISIT_CATALOGUES.vi);
    const own = me.reference === '' ? undefined : await server.read<Practitioner>('Practitioner', me.reference.replace('Practitioner/', '')).catch(() => undefined);
    const number = practiceOf(own?.resource);
    const called = role.code === '' ? me.display : signedAs(t(`role.${role.code}`), me.display, number, say);
    await server.create(addendumOf(d, text.trim(), { me, name: called, roleCode: role.code }, nowMs(), key, say), onceOf(key));
    change({ text: '', key: uuid4() });
    forget();
  });
  const strike = (why: string, wrote: Wrote, along: ReadonlySet<string>): Promise<void> => run(() => server.transaction(strikeBundle(d, etag, wrote, along, why)));
  const isMine = me.reference !== '' && (d.author ?? []).some((a) => a.reference === me.reference);
  if (!mayVisit(access)) return <div className="an-noprint"><Notice kind="info" title={w('noRole')} /></div>;
  return (
    <div className="an-noprint an-act">
      {failure && <Problem error={failure} />}
      <section className="an-card">
        <h2>{w('addendum.title')}</h2>
        <p className="an-dim">{w('signed.locked')}</p>
        <Area label={w('addendum.text')} value={text} onChange={(typed) => change({ text: typed })} />
        <div className="an-row">
          <Button disabled={text.trim() === ''} onClick={() => void add()}>{w('addendum.sign')}</Button>
          {isMine && <Button variant="subtle" color="red" onClick={() => setStriking(true)}>{w('strike.do')}</Button>}
        </div>
      </section>
      {striking && <Strike document={d} onClose={() => setStriking(false)} onDo={(why, wrote, along) => { setStriking(false); void strike(why, wrote, along); }} />}
    </div>
  );
}

/* What the visit wrote goes with it unless it is let stand: the note may be wrong and the diagnosis right. */
function Strike({ document: d, onClose, onDo }: { document: Document; onClose: () => void; onDo: (why: string, wrote: Wrote, along: ReadonlySet<string>) => void }) {
  const w = useVisitWords();
  const [why, setWhy] = useState('');
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const load = useLoad(`wrote ${d.id ?? ''}`, (signal) => loadWrote(server, d, signal));
  const wrote = load.data;
  const flip = (key: string): void => setLeft((now) => new Set(now.has(key) ? [...now].filter((k) => k !== key) : [...now, key]));
  const isAddendum = d.type?.coding?.some((c) => c.code === ADDENDUM.code) === true;
  return (
    <Dialog title={w('strike.do')} onClose={onClose}>
      <p>{w('strike.how')}</p>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {wrote && !isAddendum && wrote.made.length > 0 && (
        <fieldset className="an-strike-along">
          <legend>{w('strike.along')}</legend>
          {wrote.made.map((m) => <Checkbox key={m.key} label={`${w(`strike.kind.${m.kind}`)}: ${m.text}`} checked={!left.has(m.key)} onChange={() => flip(m.key)} />)}
        </fieldset>
      )}
      {wrote && !isAddendum && wrote.moved.length > 0 && <p className="an-dim">{w('strike.moved', { n: wrote.moved.length })}</p>}
      <Area label={w('strike.why')} value={why} onChange={setWhy} />
      <div className="an-row">
        <Button variant="default" onClick={onClose}>{w('cancel')}</Button>
        <Button
          color="red" disabled={why.trim() === '' || !wrote}
          onClick={() => wrote && onDo(why.trim(), isAddendum ? NOTHING_WROTE : wrote, new Set(wrote.made.map((m) => m.key).filter((k) => !left.has(k))))}
        >{w('strike.do')}</Button>
      </div>
    </Dialog>
  );
}
