/* The admission on paper: the minutes of receiving a person with what came with them, for the file and for the family to take along. It is
 * no decision of an authority: the number and the day of that one stand in it. */

import { Button, Skeleton } from '@mantine/core';
import { idOf } from '../drugs/forms';
import type { FhirClient } from '../fhir/client';
import { FhirError } from '../fhir/client';
import { showFhirDate, showFhirDay } from '../fhir/dates';
import { identifiers, personName } from '../fhir/person';
import { server } from '../fhir/server';
import type { Bundle, CodeableConcept, HumanName, Identifier, Period, Reference, Resource } from '../fhir/types';
import { useI18n } from '../i18n/context';
import { useWords } from '../i18n/stay';
import { Sheet } from '../print/Sheet';
import type { ScreenProps } from '../screen';
import { ageText, genderText } from '../ui/PersonLine';
import { Icon } from '../ui/Icon';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { ESCORT_URL, FOUND_URL, type Bed, type Patient, type Stay } from './forms';
import { personStayHref } from './screens';
import './stay.css';

interface Contract extends Resource { identifier?: Identifier[]; issued?: string; authority?: Reference[]; applies?: Period; subType?: CodeableConcept[]; status?: string }
interface Related extends Resource { name?: HumanName[]; telecom?: { value?: string }[]; active?: boolean }
interface Held extends Resource { title?: string; code?: CodeableConcept; status?: string; entry?: { flag?: CodeableConcept; item?: { display?: string } }[] }
interface Named extends Resource { name?: string }
interface Data { stay: Stay; patient: Patient; facility: string; bed: string; contracts: Contract[]; related: Related[]; lists: Held[] }

async function load(client: FhirClient, id: string, signal: AbortSignal): Promise<Data> {
  const page = await client.search<Stay>('Encounter', { _id: id, _include: ['Encounter:subject', 'Encounter:location', 'Encounter:service-provider'] }, signal);
  const stay = page.items[0];
  const patient = page.included.find((r): r is Patient => r.resourceType === 'Patient');
  if (!stay || !patient?.id) throw new FhirError('missing');
  const asked = [`Contract?subject=Patient/${patient.id}`, `RelatedPerson?patient=${patient.id}`, `List?encounter=Encounter/${id}`];
  const answers = await client.batch({ resourceType: 'Bundle', type: 'batch', entry: asked.map((url) => ({ request: { method: 'GET' as const, url: `${url}&_count=50` } })) });
  const of = <T extends Resource>(n: number, type: string): T[] => ((answers[n]?.resource as Bundle | undefined)?.entry ?? []).map((e) => e.resource).filter((r): r is T & { status?: string } => r?.resourceType === type)
    .filter((r) => r.status !== 'entered-in-error');
  return {
    stay, patient, contracts: of<Contract>(0, 'Contract'), related: of<Related>(1, 'RelatedPerson').filter((r) => r.active !== false), lists: of<Held>(2, 'List'),
    facility: page.included.find((r): r is Named => r.resourceType === 'Organization')?.name ?? '',
    bed: page.included.find((r): r is Bed => r.resourceType === 'Location' && r.id === idOf((stay.location ?? []).at(-1)?.location))?.name ?? '',
  };
}

export default function Receipt({ params }: ScreenProps) {
  const w = useWords();
  const found = useLoad(`receipt ${params.id ?? ''}`, (signal) => load(server, params.id ?? '', signal));
  return (
    <div className="an-paper">
      <div className="an-noprint an-paper-bar">
        {found.data && <a className="an-back" href={personStayHref(found.data.patient.id ?? '')}><Icon name="back" />{w('back')}</a>}
        <Button leftSection={<Icon name="print" />} disabled={!found.data} onClick={() => window.print()}>{w('receipt.print')}</Button>
      </div>
      {found.error !== undefined && <Problem error={found.error} onRetry={found.reload} />}
      {!found.data && found.error === undefined && <Skeleton height={400} />}
      {found.data && <Paper data={found.data} />}
    </div>
  );
}

function Paper({ data }: { data: Data }) {
  const w = useWords();
  const i18n = useI18n();
  const { stay, patient } = data;
  const number = identifiers(patient).find((n) => !n.guarded)?.value ?? '';
  const text = (url: string, of: Stay | Patient): string => of.extension?.find((e) => e.url === url)?.valueString ?? '';
  const facts: [string, string][] = [
    [w('name'), personName(patient)], [w('birth'), showFhirDay(patient.birthDate)], [w('age'), ageText(patient, i18n)], [w('gender'), genderText(patient, i18n.t)],
    [w('idNumber'), number], [w('address'), patient.address?.[0]?.text ?? ''], [w('foundAt'), text(FOUND_URL, patient)], [w('at'), showFhirDate(stay.period?.start)],
    [w('stay.bed'), data.bed], [w('way'), stay.hospitalization?.admitSource?.text ?? ''], [w('reason'), stay.reasonCode?.[0]?.text ?? ''], [w('escort'), text(ESCORT_URL, stay)],
    ...data.related.map((r): [string, string] => [w('guardian'), [personName(r), r.telecom?.[0]?.value].filter(Boolean).join(' · ')]),
    ...data.contracts.map((c): [string, string] => [w('decision'), [
      c.identifier?.find((i) => i.system === 'urn:ansinh:id:decision')?.value, showFhirDay(c.issued), c.authority?.[0]?.display, c.subType?.[0]?.text].filter(Boolean).join(' · ')]),
  ];
  return (
    <Sheet title={w('receipt')} facility={data.facility} ward="" what={showFhirDate(stay.period?.start)}>
      <dl className="an-stay-facts">{facts.filter(([, v]) => v !== '').map(([k, v], i) => <div key={i}><dt>{k}:</dt><dd>{v}</dd></div>)}</dl>
      {data.lists.map((l) => (
        <table key={l.id} className="an-stay-table">
          <caption>{l.title}</caption>
          <tbody>
            {(l.entry ?? []).map((e, i) => {
              const state = e.flag?.coding?.[0]?.code;
              return <tr key={i}><td>{e.item?.display}</td>{l.code?.coding?.[0]?.code === 'admission-papers' && <td>{w(state === 'have' ? 'paper.have' : state === 'missing' ? 'paper.missing' : state === 'if-any' ? 'papers.ifAny' : 'paper.none')}</td>}</tr>;
            })}
          </tbody>
        </table>
      ))}
      <div className="an-stay-sides"><p>{w('receipt.giver')}</p><p>{w('receipt.taker')}</p></div>
    </Sheet>
  );
}
