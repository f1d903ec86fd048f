/* A handover that has been signed: read as it was signed, taken over by a second signature, printed; afterwards only added to. */

import { Button, Input, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { problemOf, type FhirError } from '../fhir/client';
import { searchAll } from '../fhir/all';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import { wardFull } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { personHref } from '../route';
import type { ScreenProps } from '../screen';
import { useGiver } from '../drugs/useRound';
import type { Place } from '../drugs/forms';
import { Sheet } from '../print/Sheet';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { uuid4 } from '../vitals/uuid';
import { addendum, readSections, takeOver, type ReadSection } from './compose';
import type { Handover } from './forms';
import './handover.css';
import { handoverHref } from './screens';

export default function DocumentScreen({ params }: ScreenProps) {
  const { t } = useI18n();
  const id = params.id ?? '';
  const wardId = params.ward ?? '';
  const load = useLoad(`document ${id}`, async (signal) => {
    const [document, added, place] = await Promise.all([
      server.read<Handover>('Composition', id, signal),
      searchAll<Handover>(server, 'Composition', { 'related-ref': `Composition/${id}`, _sort: 'date' }, signal),
      server.search<Place>('Location', { _id: wardId, _include: 'Location:organization' }, signal),
    ]);
    const facility = place.included.find((r) => r.resourceType === 'Organization') as { name?: string } | undefined;
    return { ...document, added: added.items, ward: place.items[0]?.name ?? '', facility: facility?.name ?? '' };
  });
  return (
    <div className="an-handover">
      <a className="an-back" href={handoverHref(wardId)}><Icon name="back" />{t('handover.title')}</a>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {!load.data && load.error === undefined && <Skeleton height={300} />}
      {load.data && <Document h={load.data.resource} etag={load.data.etag ?? ''} added={load.data.added} ward={load.data.ward} facility={load.data.facility} reload={load.reload} />}
    </div>
  );
}

interface Props { h: Handover; etag: string; added: Handover[]; ward: string; facility: string; reload: () => void }

function Document({ h, etag, added, ward, facility, reload }: Props) {
  const { t } = useI18n();
  const [start, end] = [h.event?.[0]?.period?.start, h.event?.[0]?.period?.end];
  return (
    <>
      <div className="an-row an-noprint">
        <Button variant="default" leftSection={<Icon name="print" />} onClick={() => window.print()}>{t('print.print')}</Button>
      </div>
      <Sheet title={t('print.title.handover')} facility={facility} ward={ward} what={t('handover.period', { from: wardFull(Date.parse(start ?? '')), until: wardFull(Date.parse(end ?? '')) })}>
        {readSections(h).map((s, i) => <SectionView key={i} section={s} />)}
        {added.map((a) => (
          <section key={a.id} className="an-addendum">
            <h3>{t('handover.addendumBy', { name: a.author?.[0]?.display ?? '', when: wardFull(Date.parse(a.date ?? '')) })}</h3>
            {readSections(a).flatMap((s) => s.lines).map((l, i) => <p key={i}>{l.text}</p>)}
          </section>
        ))}
        <Signatures h={h} />
      </Sheet>
      <Act h={h} etag={etag} reload={reload} />
    </>
  );
}

function SectionView({ section }: { section: ReadSection }) {
  const patient = section.sections.length > 0;
  return (
    <section className={patient ? 'an-read-person' : 'an-read-block'}>
      {patient ? <h2>{section.title}</h2> : <h3>{section.title}</h3>}
      {section.lines.length > 0 && (
        <ul>{section.lines.map((l, i) => <li key={i}><FactLink reference={l.reference}>{l.text}</FactLink></li>)}</ul>
      )}
      {section.sections.map((s, i) => <SectionView key={i} section={s} />)}
    </section>
  );
}

/* Patients have a page; other facts are named so that any FHIR client can open them. */
function FactLink({ reference, children }: { reference: string; children: string }) {
  const id = /^Patient\/(.+)$/.exec(reference)?.[1];
  return id === undefined ? <span data-fact={reference}>{children}</span> : <a href={personHref(id)}>{children}</a>;
}

function Signatures({ h }: { h: Handover }) {
  const { t } = useI18n();
  const [gave, took] = h.attester ?? [];
  const box = (title: string, who: typeof gave) => (
    <div>
      <p><strong>{title}</strong></p>
      <p className="an-sign-name">{who ? who.party?.display ?? '' : t('handover.notYet')}</p>
      {who?.time !== undefined && <p className="an-dim an-number">{wardFull(Date.parse(who.time))}</p>}
    </div>
  );
  return <div className="an-signatures">{box(t('handover.gave'), gave)}{box(t('handover.took'), took)}</div>;
}

function Act({ h, etag, reload }: { h: Handover; etag: string; reload: () => void }) {
  const { t } = useI18n();
  const me = useGiver();
  const [text, setText] = useState('');
  const [key, setKey] = useState(uuid4);
  const [failure, setFailure] = useState<FhirError>();
  const signed = takeOver(h, me, nowMs());
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
    const made = addendum(h, text.trim(), t('handover.addendum'), me, nowMs(), key);
    await server.create(made, `identifier=urn:ietf:rfc:3986|urn:ansinh:entry:${key}`);
    setText('');
    setKey(uuid4());
  });
  return (
    <div className="an-noprint an-act">
      {failure && <Problem error={failure} />}
      {h.status === 'preliminary' && signed && (
        <div className="an-bottom-bar"><Button onClick={() => void run(() => server.update(signed, etag))}>{t('handover.take')}</Button></div>
      )}
      {h.status === 'preliminary' && !signed && <Notice kind="info" title={t('handover.waitsForSecond')} />}
      {h.status === 'final' && (
        <section className="an-card">
          <h2>{t('handover.addendum')}</h2>
          <p className="an-dim">{t('handover.locked')}</p>
          <div className="an-row">
            <Input className="an-ask-text" aria-label={t('handover.addendum')} value={text} maxLength={2000} onChange={(e) => setText(e.currentTarget.value)} />
            <Button disabled={text.trim() === ''} onClick={() => void add()}>{t('handover.addendumSign')}</Button>
          </div>
        </section>
      )}
    </div>
  );
}
