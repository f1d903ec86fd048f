/* An answer as it was given: with the version of the form it was given to, to be read and printed, never to be changed. */

import { Button, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { useMe } from '../access/me';
import { NoPermission } from '../access/NoPermission';
import { refersTo } from '../fhir/client';
import { showFhirDate } from '../fhir/dates';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import type { Patient } from '../fhir/types';
import { useI18n } from '../i18n/context';
import { useWords } from '../i18n/forms';
import { Sheet } from '../print/Sheet';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { ageText, genderText } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { Strike } from '../ui/Strike';
import { useLoad } from '../ui/useLoad';
import { AlertNotice } from './AlertDialog';
import { loadFormOf } from './load';
import { valueWords } from './Outcome';
import { judged } from './plain';
import { allItems, codingWords, conditionsOf, isCalculated, notesOf, textOf, titleOf } from './read';
import { mayFill, mayReadForms, stationHref } from './screens';
import { withdraw } from './send';
import type { Form, Item, Response, ResponseItem } from './types';
import './forms.css';

interface AnsweredData { person: Patient; response: Response; form: Form | undefined }

export default function Answered({ params }: ScreenProps) {
  const [patient, id] = [params.id ?? '', params.response ?? ''];
  const w = useWords();
  const { lang, t } = useI18n();
  const me = useMe();
  const load = useLoad(`answered ${patient} ${id}`, async (signal): Promise<AnsweredData> => {
    const [person, response] = await Promise.all([server.read<Patient>('Patient', patient, signal), server.read<Response>('QuestionnaireResponse', id, signal)]);
    return { person: person.resource, response: response.resource, form: await loadFormOf(server, response.resource.questionnaire ?? '', signal) };
  });
  if (!mayReadForms(me)) return <NoPermission what={w('answers.title')} />;
  const [striking, setStriking] = useState(false);
  const { data } = load;
  const wrong = data && !refersTo(data.response.subject?.reference, 'Patient', patient);
  return (
    <div className="an-forms">
      <div className="an-noprint an-paper-bar">
        <a className="an-back" href={stationHref(patient)}><Icon name="back" />{w('answers.back')}</a>
        {data && !wrong && mayFill(me) && data.response.status !== 'entered-in-error' && <Button variant="default" onClick={() => setStriking(true)}>{w('answers.strike')}</Button>}
        <Button variant="default" leftSection={<Icon name="print" />} disabled={!data || wrong === true} onClick={() => window.print()}>{w('answers.print')}</Button>
      </div>
      {load.error !== undefined && !data && <Problem error={load.error} onRetry={load.reload} />}
      {!data && load.error === undefined && <Skeleton height={400} />}
      {wrong === true && <Notice kind="bad" title={w('answers.otherPerson')} />}
      {data && !wrong && <Paper data={data} />}
      {data && striking && (
        <Strike
          words={{ sure: w('answers.strikeSure'), how: w('answers.strikeHow'), keep: w('answers.strikeNot'), strike: w('answers.strike') }}
          onStrike={() => withdraw(server, data.response)} onClose={() => setStriking(false)} onDone={() => { setStriking(false); load.reload(); }}
        >
          <strong>{personName(data.person) || t('people.noName')}</strong> · {data.form ? titleOf(data.form, lang) : w('answers.title')} · {showFhirDate(data.response.authored)}
        </Strike>
      )}
    </div>
  );
}

function Paper({ data }: { data: AnsweredData }) {
  const i18n = useI18n();
  const { t, lang } = i18n;
  const w = useWords();
  const { person, response, form } = data;
  const version = (response.questionnaire ?? '').split('|')[1] ?? '';
  const title = form ? titleOf(form, lang) : w('answers.title');
  const facts: [string, string][] = [
    [w('answers.person'), personName(person)], [t('people.col.age'), ageText(person, i18n)], [t('people.col.gender'), genderText(person, t)],
    [w('answers.when'), showFhirDate(response.authored)], [w('answers.who'), response.author?.display ?? ''], [w('answers.formVersion'), `${form?.id ?? ''} ${version}`.trim()],
  ];
  const items = new Map((form ? allItems(form) : []).map((i) => [i.linkId, i]));
  return (
    <Sheet title={title} facility="" ward="">
      {response.status === 'entered-in-error' && <Notice kind="warn" title={w('answers.withdrawn')} />}
      {!form && <Notice kind="info" title={w('answers.noForm', { version })} />}
      <dl className="an-paper-who">{facts.filter(([, v]) => v !== '').map(([k, v]) => <div key={k}><dt>{k}:</dt><dd>{v}</dd></div>)}</dl>
      {form && <AlertNotice alerts={judged(conditionsOf(form, 'alert'), response.item).met} />}
      <Lines form={form} items={items} given={response.item ?? []} depth={0} />
      <p className="an-dim">{w('result.screening')} {form && notesOf(form, lang).map((n) => n.text).join(' · ')}</p>
    </Sheet>
  );
}

interface LinesProps { form: Form | undefined; items: Map<string, Item>; given: ResponseItem[]; depth: number }

function Lines({ form, items, given, depth }: LinesProps) {
  const { lang, num } = useI18n();
  const w = useWords();
  if (depth > 40) return null;
  return (
    <dl className="an-answered">
      {given.map((r, n) => {
        const item = items.get(r.linkId);
        const text = item ? textOf(item, lang) : r.text ?? r.linkId;
        if (!r.answer) {
          return <div key={`${r.linkId} ${n}`} className="an-answered-group"><dt>{text}</dt><dd><Lines form={form} items={items} given={r.item ?? []} depth={depth + 1} /></dd></div>;
        }
        const said = r.answer.map((a) => (form && item ? valueWords(form, item, a, lang, num, w('fill.yes'), w('fill.no')) : codingWords(a.valueCoding, lang) || String(Object.values(a)[0] ?? '')));
        const below = r.answer.flatMap((a) => a.item ?? []);
        return (
          <div key={`${r.linkId} ${n}`} className={item && isCalculated(item) ? 'an-answered-result' : ''}>
            <dt>{text}</dt>
            <dd>{said.join(', ')}{below.length > 0 && <Lines form={form} items={items} given={below} depth={depth + 1} />}</dd>
          </div>
        );
      })}
    </dl>
  );
}
