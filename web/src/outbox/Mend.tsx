/* What the server refused, opened where it was typed: whose, when and in which words, with everything else as it was. It is its author's alone, since the
 * box is their account's. Sent again it is the same entry; let go of, it can be had back for some seconds (OutboxBar). */

import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { nowMs } from '../fhir/clock';
import { fromLocalInput, toLocalInput } from '../fhir/dates';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import type { Patient } from '../fhir/types';
import { useI18n } from '../i18n/context';
import type { Resident } from '../place/ward';
import { Icon } from '../ui/Icon';
import { useLoad } from '../ui/useLoad';
import type { Item } from './item';
import { canChangePerson, canMend, mended, wordsOf } from './mend';
import './mend.css';
import { useOutbox } from './use';

/* people: those it may have been done for instead; without them the time and the words alone */
interface Props { item: Item; people?: Resident[] }

export function Mend({ item, people = [] }: Props) {
  const { t } = useI18n();
  const { box } = useOutbox();
  const [open, setOpen] = useState(false);
  return (
    <>
      {open && canMend(item) && <Fields item={item} people={canChangePerson(item) ? people : []} onCancel={() => setOpen(false)} />}
      {!open && (
        <div className="an-options">
          {canMend(item) && <Button onClick={() => setOpen(true)}>{t('mend.open')}</Button>}
          <Button variant="default" onClick={() => box.drop(item.id)}>{t('mend.drop')}</Button>
        </div>
      )}
    </>
  );
}

/* Of who is on no list here any more: they died, left, or lie elsewhere. Who may not be seen stays without a name. */
export function useNames(ids: string[], known: Resident[]): (id: string) => string {
  const { t } = useI18n();
  const missing = [...new Set(ids)].filter((id) => id !== '' && !known.some((r) => r.id === id)).sort();
  const load = useLoad(`names ${missing.join()}`, (signal) => Promise.all(missing.map((id) => server.read<Patient>('Patient', id, signal).then((r): [string, string] => [id, personName(r.resource)], () => undefined))));
  const found = useMemo(() => new Map((load.data ?? []).filter((x): x is [string, string] => x !== undefined)), [load.data]);
  return (id) => {
    const here = known.find((r) => r.id === id);
    return (here ? personName(here.patient) : found.get(id)) || t('people.noName');
  };
}

function Fields({ item, people, onCancel }: { item: Item; people: Resident[]; onCancel: () => void }) {
  const { t } = useI18n();
  const { box } = useOutbox();
  const whose = [...new Set((item.parts ?? []).map((p) => p.patient))];
  const nameOf = useNames(whose, people);
  const [typed, setTyped] = useState(() => toLocalInput(new Date(item.at)));
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const [words, setWords] = useState(() => wordsOf(item));
  const [trouble, setTrouble] = useState('');
  const send = (): void => {
    const minute = fromLocalInput(typed)?.getTime();
    if (minute === undefined || minute > nowMs()) return setTrouble(t(minute === undefined ? 'mend.noTime' : 'mend.future'));
    if (words !== undefined && words.trim() === '' && (wordsOf(item) ?? '') !== '') return setTrouble(t('mend.noWords'));
    const targets = whose.map((id) => chosen[id] ?? id);
    if (new Set(targets).size < targets.length) return setTrouble(t('mend.twice'));
    /* the minute it was tapped in is that very moment */
    const at = typed === toLocalInput(new Date(item.at)) ? item.at : minute;
    const to = new Map(Object.entries(chosen).flatMap(([from, id]) => {
      const r = people.find((x) => x.id === id);
      return r && id !== from ? [[from, { id, stay: r.stay.id ?? '' }] as const] : [];
    }));
    return box.mend(mended(item, { at, people: to, ...(words === undefined ? {} : { words: words.trim() }) }));
  };
  return (
    <div className="an-mend" role="group" aria-label={t('mend.open')}>
      <label className="an-entry">{t('mend.at')}<input type="datetime-local" className="an-time" value={typed} max={toLocalInput(new Date(nowMs()))} onChange={(e) => setTyped(e.currentTarget.value)} /></label>
      {people.length > 0 && whose.map((id) => (
        <label key={id} className="an-entry">{t('mend.whose', { name: nameOf(id) })}
          <select className="mantine-Input-input an-select" value={chosen[id] ?? id} onChange={(e) => setChosen({ ...chosen, [id]: e.currentTarget.value })}>
            {!people.some((r) => r.id === id) && <option value={id}>{nameOf(id)}</option>}
            {people.map((r) => <option key={r.id} value={r.id}>{`${r.bed} · ${nameOf(r.id)}`}</option>)}
          </select>
        </label>
      ))}
      {words !== undefined && <label className="an-entry">{t('mend.words')}<textarea className="an-textarea" rows={3} maxLength={2000} value={words} onChange={(e) => setWords(e.currentTarget.value)} /></label>}
      {trouble !== '' && <p className="an-trouble" role="alert"><Icon name="bad" />{trouble}</p>}
      <div className="an-options"><Button onClick={send}>{t('mend.send')}</Button><Button variant="default" onClick={onCancel}>{t('mend.cancel')}</Button></div>
    </div>
  );
}
