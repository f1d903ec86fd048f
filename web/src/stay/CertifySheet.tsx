/* What is written of a death, on one sheet for the file of the house. It is no official form, and says so. */

import { showFhirDate, showFhirDay } from '../fhir/dates';
import { identifiers, personName } from '../fhir/person';
import { useI18n } from '../i18n/context';
import { useWords } from '../i18n/stay';
import { Sheet } from '../print/Sheet';
import { ageText, genderText } from '../ui/PersonLine';
import { shownOf, type Certificate, type Known } from './certify';

export function CertifySheet({ data, certificate }: { data: Known; certificate: Certificate }) {
  const w = useWords();
  const i18n = useI18n();
  const { patient } = data;
  const s = shownOf(certificate);
  const facts: [string, string][] = [
    [w('name'), personName(patient)], [w('birth'), showFhirDay(patient.birthDate)], [w('age'), ageText(patient, i18n)], [w('gender'), genderText(patient, i18n.t)],
    [w('idNumber'), identifiers(patient).find((n) => !n.guarded)?.value ?? ''], [w('address'), patient.address?.[0]?.text ?? ''],
    [w('certify.died'), showFhirDate(data.died)], [w('certify.where'), s.place],
    [w('certify.by'), [s.name, s.by === '' ? '' : w(`certify.by.${s.by}`), s.house].filter(Boolean).join(' · ')], [w('certify.at'), showFhirDate(s.at)], [w('certify.number'), s.number],
    [w('certify.immediate'), s.immediate], [w('certify.underlying'), s.underlying], [w('certify.manner'), s.mannerCode === '' ? s.manner : w(`certify.manner.${s.mannerCode}`)],
  ];
  return (
    <Sheet title={w('certify.paper')} facility={data.facilityName} ward="" what={showFhirDate(s.at)}>
      <p>{w('certify.notOfficial')}</p>
      <dl className="an-stay-facts">{facts.filter(([, v]) => v !== '').map(([k, v]) => <div key={k}><dt>{k}:</dt><dd>{v}</dd></div>)}</dl>
      {s.told.length > 0 && (
        <table className="an-stay-table">
          <caption>{w('certify.told')}</caption>
          <tbody>{s.told.map((x) => <tr key={x.who}><td>{w(`certify.told.${x.who}`)}</td><td>{x.name}</td><td className="an-number">{showFhirDate(x.at)}</td></tr>)}</tbody>
        </table>
      )}
      {s.left.length > 0 && (
        <table className="an-stay-table">
          <caption>{w('certify.left')}</caption>
          <tbody>{s.left.map((x, i) => <tr key={i}><td>{x}</td></tr>)}</tbody>
          <tfoot><tr><td>{s.taker}</td></tr></tfoot>
        </table>
      )}
      <div className="an-stay-sides an-stay-signs"><p>{w('certify.signedBy')}</p><p>{w('certify.signedHead')}</p><p>{w('certify.signedFamily')}</p></div>
    </Sheet>
  );
}
