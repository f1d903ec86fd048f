/* A person's consents and rights: who represents them, what was agreed to, what they asked for. */

import { Skeleton } from '@mantine/core';
import { useMe } from '../access/me';
import { personName } from '../fhir/person';
import { useConsentWords } from '../i18n/consent';
import { useI18n } from '../i18n/context';
import { personHref } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { PersonLine } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import './consent.css';
import type { PersonConsents } from './load';
import { PurposeCard, type Names } from './PurposeCard';
import { Represent } from './Represent';
import { PersonRequests } from './Requests';
import { mayAnswer, mayGive } from './screens';
import { useConsents, type UseConsents } from './useConsents';

export default function Consents({ params }: ScreenProps) {
  const { t } = useI18n();
  const w = useConsentWords();
  const id = params.id ?? '';
  const use = useConsents(id);
  return (
    <div className="an-consent">
      <a className="an-back" href={personHref(id)}><Icon name="back" />{w('back')}</a>
      <h1>{t('consent.title')}</h1>
      {use.load.error !== undefined && <Problem error={use.load.error} onRetry={use.load.reload} />}
      {!use.load.data && use.load.error === undefined && <div role="status" aria-label={w('loading')}><Skeleton height={300} /></div>}
      {use.load.data && <Loaded id={id} data={use.load.data} use={use} />}
    </div>
  );
}

function Loaded({ id, data, use }: { id: string; data: PersonConsents; use: UseConsents }) {
  const w = useConsentWords();
  const { t, lang } = useI18n();
  const me = useMe();
  const asked = data.needs.purposes.filter((p) => p.basis === 'consent' || p.basis === 'ground');
  const lawful = data.needs.purposes.filter((p) => p.basis === 'law');
  const names: Names = {
    self: personName(data.patient) || t('people.noName'),
    related: (r) => { const one = data.related.find((x) => x.id === r); return (one && personName(one)) || w('person.other'); },
    organization: (o) => data.recipients.find((x) => x.id === o)?.name ?? o,
  };
  const halted = use.outbox.items.filter((i) => i.halt !== undefined && i.patient === id && (i.resource.resourceType === 'Consent' || i.resource.resourceType === 'Basic'));
  return (
    <>
      <p>{names.self} · <PersonLine patient={data.patient} /></p>
      {halted.map((i) => (
        <Notice key={i.id} kind="bad" role="alert" title={w('give.refused', { why: i.why })} after={<button type="button" className="an-link" onClick={() => use.outbox.box.dismiss(i.id)}>{t('drugs.takenOk')}</button>} />
      ))}
      <Represent data={data} reload={use.load.reload} />
      <section aria-labelledby="consents">
        <h2 id="consents">{w('list.title')}</h2>
        <p className="an-dim">{w('list.lead')}</p>
        <div className="an-consent-cards">
          {asked.map((p) => <PurposeCard key={p.code} id={id} purpose={p} use={use} names={names} may={mayGive(me)} />)}
        </div>
        <h3>{w('list.law')}</h3>
        <ul className="an-consent-law">{lawful.map((p) => <li key={p.code}>{lang === 'vi' ? p.vi : p.en}</li>)}</ul>
      </section>
      {mayAnswer(me) && <PersonRequests id={id} />}
    </>
  );
}
