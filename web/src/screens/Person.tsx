/* One person: who it is, the vital signs with their trend, what they have and what they take. Each part loads by itself and
 * fails by itself; the identity stands above all of them. */

import { Badge, Button, Skeleton, Table } from '@mantine/core';
import { useCallback, useState, type ReactNode } from 'react';
import { GlassBanner, GlassButton, useGlass, type GlassState } from '../access/Glass';
import { useMe } from '../access/me';
import { auditHref } from '../access/screens';
import { OpenWith } from '../apps/screens';
import { consentHref } from '../consent/screens';
import { conditionLines, medicineLines, type ConditionLine, type MedicineLine } from '../fhir/clinical';
import { nowMs } from '../fhir/clock';
import { showFhirDay, withOffset, showFhirDate } from '../fhir/dates';
import { identifiers, personName } from '../fhir/person';
import { server } from '../fhir/server';
import type { Condition, MedicationRequest, MedicationStatement, Patient } from '../fhir/types';
import { mayReadForms, ResultsCard, stationHref } from '../forms/screens';
import { useI18n } from '../i18n/context';
import { palliativeHref, PalliativeCard } from '../plan/screens';
import { paperHref } from '../print/screens';
import { peopleHref, vitalsHref } from '../route';
import { Icon } from '../ui/Icon';
import { mayReadMedicines, medicinesHref } from '../prescribe/screens';
import { mayReadRecord, recordHref } from '../record/screens';
import { mayReadResults, resultsHref } from '../results/screens';
import { mayReadTeam, TeamCard } from '../team/screens';
import { mayReadVisits, mayVisit, visitHref, VisitsCard } from '../visits/screens';
import { PersonPhoto } from '../photos/PersonPhoto';
import { PersonLine } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad, type Loaded } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { SavedNotice } from './SavedNotice';
import { mayMeasure } from './screens';
import { WaitingSets } from './WaitingSets';
import { seenAnew } from '../place/unseen';
import { Replaced } from '../stay/Replaced';
import { identityHref, personStayHref } from '../stay/screens';
import { VitalsPanel } from './VitalsPanel';

const NO_QUERY = new URLSearchParams();
const MANY = 500;
const PAST = 100;
const TAKING = 'active,on-hold,draft,unknown';
const OVER = 'completed,stopped,cancelled';

export function Person({ id }: { id: string }) {
  const { t } = useI18n();
  const me = useMe();
  const patient = useLoad(id, (signal) => server.read<Patient>('Patient', id, signal));
  useOnReconnect(patient.reload, patient.error !== undefined);
  /* what may be seen has changed: everything is asked for again */
  const [round, setRound] = useState(0);
  const glass = useGlass(id, useCallback(() => { setRound((n) => n + 1); seenAnew(); }, []));
  return (
    <>
      <a className="an-back" href={peopleHref()}><Icon name="back" />{t('person.back')}</a>
      {patient.error !== undefined && <Problem error={patient.error} onRetry={patient.reload} />}
      {patient.data === undefined && patient.error === undefined && <WaitingIdentity />}
      {/* without the server nobody knows the name, and that is when it matters */}
      <WaitingSets names={{ [id]: (patient.data && personName(patient.data.resource)) || t('waiting.thisOne') }} />
      {patient.data !== undefined && (
        <>
          <Identity patient={patient.data.resource} glass={glass} />
          <Replaced patient={patient.data.resource} />
          <GlassBanner glass={glass} patient={id} name={personName(patient.data.resource) || t('people.noName')} />
          <SavedNotice patientId={id} />
          <div className="an-person" key={round}>
            <VitalsPanel patientId={id} />
            <div className="an-person-side">
              <Conditions id={id} />
              <Medicines id={id} />
              {me.can('ward') && <PalliativeCard params={{ id }} query={NO_QUERY} />}
              {mayReadVisits(me) && <VisitsCard params={{ id }} query={NO_QUERY} />}
              {mayReadTeam(me) && <TeamCard params={{ id }} query={NO_QUERY} />}
              {me.signedIn && <OpenWith params={{ id }} query={NO_QUERY} />}
              {mayReadForms(me) && <ResultsCard params={{ id }} query={NO_QUERY} />}
            </div>
          </div>
          {mayMeasure(me) && <div className="an-bottom-bar an-only-touch"><RecordButton id={id} /></div>}
        </>
      )}
    </>
  );
}

function RecordButton({ id }: { id: string }) {
  const { t } = useI18n();
  return (
    <Button component="a" href={vitalsHref(id)} leftSection={<Icon name="pulse" />}>
      {t('person.record')}
    </Button>
  );
}

function WaitingIdentity() {
  const { t } = useI18n();
  return (
    <div role="status" aria-label={t('person.loading')}>
      <Skeleton height={36} width="60%" mb={12} />
      <Skeleton height={18} width="40%" mb={24} />
      {Array.from({ length: 6 }, (_, i) => <Skeleton key={i} height={44} mb={8} />)}
    </div>
  );
}

function Identity({ patient, glass }: { patient: Patient; glass: GlassState }) {
  const { t } = useI18n();
  const me = useMe();
  const { signedIn, can } = me;
  const numbers = identifiers(patient);
  const shown = numbers.filter((i) => !i.guarded).slice(0, 2);
  const rest = numbers.filter((i) => !shown.includes(i));
  return (
    <header className="an-identity">
      <PersonPhoto key={patient.meta?.versionId} patient={patient} />
      <div>
        <h1>{personName(patient) || t('people.noName')}</h1>
        <p className="an-identity-line">
          <PersonLine patient={patient} />
          {patient.birthDate !== undefined && ` · ${t('person.born', { date: showFhirDay(patient.birthDate) })}`}
        </p>
        {numbers.length > 0 && (
          <>
            <dl className="an-identifiers" aria-label={t('person.identifiers')}>
              {shown.map((i) => <div key={i.value}><dt>{i.label || t('person.identifier')}</dt><dd>{i.value}</dd></div>)}
            </dl>
            {rest.length > 0 && (
              <details className="an-noprint">
                <summary>{t('person.moreIdentifiers', { n: rest.length })}</summary>
                <dl className="an-identifiers">
                  {rest.map((i) => <div key={i.value}><dt>{i.label || t('person.identifier')}</dt><dd>{i.value}</dd></div>)}
                </dl>
              </details>
            )}
          </>
        )}
        <p className="an-printonly">{t('person.printed', { when: showFhirDate(withOffset(new Date(nowMs()))) })}</p>
      </div>
      <div className="an-identity-actions">
        {mayMeasure(me) && <div className="an-only-desk"><RecordButton id={patient.id ?? ''} /></div>}
        {signedIn && can('audit') && (
          <Button component="a" variant="default" href={auditHref(patient.id ?? '')} leftSection={<Icon name="footprint" />}>{t('audit.person')}</Button>
        )}
        {can('consent') && <Button component="a" variant="default" href={consentHref(patient.id ?? '')}>{t('consent.title')}</Button>}
        <GlassButton glass={glass} />
        <Button variant="default" leftSection={<Icon name="print" />} onClick={() => window.print()}>{t('person.print')}</Button>
        <Button component="a" variant="default" href={paperHref({ patient: patient.id ?? '' }, 'vitals')}>{t('print.screen')}</Button>
        {can('stay') && <Button component="a" variant="default" href={personStayHref(patient.id ?? '')}>{t('stay.person')}</Button>}
        {can('stay') && <Button component="a" variant="default" href={identityHref(patient.id ?? '')}>{t('stay.identity')}</Button>}
        {mayReadForms(me) && <Button component="a" variant="default" href={stationHref(patient.id ?? '')}>{t('forms.title')}</Button>}
        {mayReadMedicines(me) && <Button component="a" variant="default" href={medicinesHref(patient.id ?? '')}>{t('prescribe.title')}</Button>}
        {mayReadRecord(me) && <Button component="a" variant="default" href={recordHref(patient.id ?? '')}>{t('record.title')}</Button>}
        {mayReadResults(me) && <Button component="a" variant="default" href={resultsHref(patient.id ?? '')}>{t('results.title')}</Button>}
        {can('ward') && <Button component="a" variant="default" href={palliativeHref(patient.id ?? '')}>{t('plan.palliative')}</Button>}
        {mayVisit(me) && <Button component="a" variant="default" href={visitHref(patient.id ?? '')}>{t('visits.title')}</Button>}
      </div>
    </header>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return <section className="an-card"><h2>{title}</h2>{children}</section>;
}

/* Loading, failed, or here: the same for every card. */
function Part<T>({ load, children }: { load: Loaded<T>; children: (data: T) => ReactNode }) {
  if (load.data !== undefined) return <>{children(load.data)}</>;
  if (load.error !== undefined) return <Problem error={load.error} onRetry={load.reload} />;
  return <div aria-hidden="true">{[70, 55, 62].map((w) => <Skeleton key={w} height={18} width={`${w}%`} mb={10} />)}</div>;
}

function Conditions({ id }: { id: string }) {
  const { t } = useI18n();
  const load = useLoad(`conditions ${id}`, async (signal) => {
    const page = await server.search<Condition>('Condition', { patient: id, _sort: '-onset-date', _count: MANY }, signal);
    return { lines: conditionLines(page.items, id), capped: page.next !== undefined };
  });
  useOnReconnect(load.reload, load.error !== undefined);
  return (
    <Card title={t('person.conditions')}>
      <Part load={load}>
        {({ lines, capped }) => (
          <Split
            active={lines.filter((l) => l.active)} over={lines.filter((l) => !l.active)}
            none={t('person.conditionsNone')} noneActive={t('person.conditionsNoneActive')}
            overTitle={(n) => t('person.conditionsOver', { n })} capped={capped ? MANY : undefined}
            row={(line) => <ConditionRow key={line.id} line={line} />}
          />
        )}
      </Part>
    </Card>
  );
}

function ConditionRow({ line }: { line: ConditionLine }) {
  const { t } = useI18n();
  const dates = [
    line.since !== '' && t('person.since', { date: showFhirDay(line.since) }),
    line.until !== '' && t('person.until', { date: showFhirDay(line.until) }),
  ].filter(Boolean).join(' ');
  return (
    <Table.Tr>
      <Table.Td>
        {line.text || t('person.noText')}
        {line.doubtful && <> <Badge variant="default" tt="none">{t('person.doubtful')}</Badge></>}
      </Table.Td>
      <Table.Td className="an-dim an-when">{dates}</Table.Td>
    </Table.Tr>
  );
}

function Medicines({ id }: { id: string }) {
  const { t } = useI18n();
  const load = useLoad(`medicines ${id}`, async (signal) => {
    /* What is being taken is asked for by itself: however long the history, none of it may fall off the page. */
    const requests = (status: string, count: number) => server.search<MedicationRequest>('MedicationRequest', {
      patient: id, status, _sort: '-authoredon', _include: 'MedicationRequest:medication', _count: count,
    }, signal);
    const [taking, over, said] = await Promise.all([
      requests(TAKING, MANY), requests(OVER, PAST),
      server.search<MedicationStatement>('MedicationStatement', {
        patient: id, _sort: '-effective', _include: 'MedicationStatement:medication', _count: MANY,
      }, signal),
    ]);
    const included = [...taking.included, ...over.included, ...said.included];
    const lines = medicineLines([...taking.items, ...over.items], said.items, included, id);
    return { lines, capped: over.next !== undefined };
  });
  useOnReconnect(load.reload, load.error !== undefined);
  return (
    <Card title={t('person.medicines')}>
      <Part load={load}>
        {({ lines, capped }) => (
          <Split
            active={lines.filter((l) => l.active)} over={lines.filter((l) => !l.active)}
            none={t('person.medicinesNone')} noneActive={t('person.medicinesNoneActive')}
            overTitle={(n) => t('person.medicinesOver', { n })} capped={capped ? PAST : undefined}
            row={(line) => <MedicineRow key={line.id} line={line} />}
          />
        )}
      </Part>
    </Card>
  );
}

const SAID_STATUS = ['on-hold', 'draft', 'intended', 'unknown'] as const;

function MedicineRow({ line }: { line: MedicineLine }) {
  const { t } = useI18n();
  const said = SAID_STATUS.find((s) => s === line.status);
  return (
    <Table.Tr>
      <Table.Td>
        {line.text || t('person.noText')}
        {said && <> <Badge variant="default" tt="none">{t(`person.medStatus.${said}`)}</Badge></>}
        {line.dose !== '' && <div className="an-dim">{line.dose}</div>}
      </Table.Td>
      <Table.Td className="an-dim an-when">
        {line.since !== '' && <div>{t('person.since', { date: showFhirDay(line.since) })}</div>}
        <div>{t(line.source === 'request' ? 'person.fromRequest' : 'person.fromStatement')}</div>
      </Table.Td>
    </Table.Tr>
  );
}

interface SplitProps<T> {
  active: T[]; over: T[]; none: string; noneActive: string;
  overTitle: (n: number) => string; capped: number | undefined; row: (line: T) => ReactNode;
}

/* What is going on is in sight; what is over is one click away. */
function Split<T>({ active, over, none, noneActive, overTitle, capped, row }: SplitProps<T>) {
  const { t } = useI18n();
  const table = useCallback((lines: T[]) => (
    <Table verticalSpacing="xs" horizontalSpacing={0}><Table.Tbody>{lines.map(row)}</Table.Tbody></Table>
  ), [row]);
  if (active.length + over.length === 0) return <p className="an-dim">{none}</p>;
  return (
    <>
      {active.length > 0 ? table(active) : <p className="an-dim">{noneActive}</p>}
      {over.length > 0 && (
        <details className="an-noprint">
          <summary>{overTitle(over.length)}</summary>
          {table(over)}
          {capped !== undefined && <p className="an-dim">{t('person.more', { n: capped })}</p>}
        </details>
      )}
    </>
  );
}
