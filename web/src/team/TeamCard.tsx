/* Who is assigned to this person, since when; for those who keep teams also adding and ending, with what it opens said beforehand. */

import { Button } from '@mantine/core';
import { useEffect, useId, useState } from 'react';
import { useMe } from '../access/me';
import { findPractitioners, type Staff } from '../access/staff';
import { rolesText } from '../access/UserMenu';
import { problemOf } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { showFhirDay } from '../fhir/dates';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import type { ScreenProps } from '../screen';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { uuid4 } from '../vitals/uuid';
import { mayKeepTeam } from './screens';
import './team.css';
import { assign, loadTeams, MOST, release, type Member } from './team';

export default function TeamCard({ params }: ScreenProps) {
  const { t } = useI18n();
  const me = useMe();
  const id = params.id ?? '';
  const load = useLoad(`team ${id}`, (signal) => loadTeams(server, id, nowMs(), signal));
  useOnReconnect(load.reload, load.error !== undefined);
  const [adding, setAdding] = useState(false);
  const [asking, setAsking] = useState<{ act: 'add' | 'end'; who: { id: string; name: string } }>();
  const [error, setError] = useState<unknown>();
  const [uuid] = useState(uuid4);
  const keeps = mayKeepTeam(me);
  const members = load.data?.members ?? [];
  const act = async (): Promise<void> => {
    const wanted = asking;
    setAsking(undefined);
    setError(undefined);
    if (!wanted || !load.data) return;
    try {
      if (wanted.act === 'add') await assign(server, id, load.data.teams, wanted.who, uuid, nowMs());
      else await release(server, load.data.teams, wanted.who.id, nowMs());
      setAdding(false);
    } catch (e) {
      setError(problemOf(e));
    }
    load.reload();
  };
  return (
    <section className="an-card an-team" aria-labelledby="team-title">
      <h2 id="team-title">{t('team.title')}</h2>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {error !== undefined && <Problem error={error} />}
      {load.data && members.length === 0 && <p className="an-dim">{t('team.none')}</p>}
      <ul className="an-team-list">
        {members.map((m) => <Row key={m.id} m={m} mine={me.practitioner === `Practitioner/${m.id}`} onEnd={keeps ? () => setAsking({ act: 'end', who: { id: m.id, name: m.name || t('users.staffUnknown') } }) : undefined} />)}
      </ul>
      {keeps && load.data && !adding && members.length < MOST && <div><Button variant="default" leftSection={<Icon name="plus" />} onClick={() => setAdding(true)}>{t('team.add')}</Button></div>}
      {keeps && members.length >= MOST && <p className="an-dim">{t('team.full', { n: MOST })}</p>}
      {adding && <Choose known={members.map((m) => m.id)} me={(me.practitioner ?? '').split('/').pop() ?? ''} onChoose={(who) => setAsking({ act: 'add', who })} onClose={() => setAdding(false)} />}
      {asking && (
        <Dialog title={t(asking.act === 'add' ? 'team.askAdd' : 'team.askEnd', { who: asking.who.name })} onClose={() => setAsking(undefined)}>
          <p>{t(asking.act === 'add' ? 'team.opens' : 'team.closes')}</p>
          <div className="an-row">
            <Button variant="default" onClick={() => setAsking(undefined)}>{t('office.cancel')}</Button>
            <Button onClick={() => void act()}>{t(asking.act === 'add' ? 'team.addYes' : 'team.endYes')}</Button>
          </div>
        </Dialog>
      )}
    </section>
  );
}

function Row({ m, mine, onEnd }: { m: Member; mine: boolean; onEnd: (() => void) | undefined }) {
  const { t } = useI18n();
  const name = m.name || t('users.staffUnknown');
  return (
    <li>
      <div>
        <strong>{name}</strong>{mine && <span className="an-mark">{t('team.you')}</span>}
        {m.since !== '' && <p className="an-dim">{t('team.since', { day: showFhirDay(m.since) })}</p>}
      </div>
      {onEnd && <Button variant="subtle" aria-label={t('team.endFor', { who: name })} onClick={onEnd}>{t('team.end')}</Button>}
    </li>
  );
}

/* Staff of the house by name. Oneself is not offered, and who is on the team is not either. */
function Choose({ known, me, onChoose, onClose }: { known: string[]; me: string; onChoose: (who: { id: string; name: string }) => void; onClose: () => void }) {
  const { t } = useI18n();
  const field = useId();
  const [q, setQ] = useState('');
  const [rested, setRested] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setRested(q.trim()), 200);
    return () => clearTimeout(timer);
  }, [q]);
  const found = useLoad(`team staff ${rested}`, async (signal): Promise<Staff[]> => (rested === '' ? [] : findPractitioners(server, { name: rested }, signal)));
  const offered = (found.data ?? []).filter((s) => s.id !== me && !known.includes(s.id) && s.roles.length > 0);
  return (
    <div className="an-team-choose">
      <div className="an-entry">
        <label htmlFor={field}>{t('team.find')}</label>
        <input id={field} className="an-select" type="search" autoComplete="off" value={q} onChange={(e) => setQ(e.currentTarget.value)} />
      </div>
      {found.error !== undefined && <Problem error={found.error} onRetry={found.reload} />}
      <ul className="an-team-list" aria-label={t('team.find')}>
        {offered.map((s) => <li key={s.id}><button type="button" className="an-link" onClick={() => onChoose({ id: s.id, name: s.name })}>{[s.name, rolesText(s.roles, t)].filter((x) => x !== '').join(' · ')}</button></li>)}
      </ul>
      <div role="status">{rested !== '' && found.data !== undefined && offered.length === 0 && <p className="an-dim">{t('team.findNone')}</p>}</div>
      <div><Button variant="subtle" onClick={onClose}>{t('office.cancel')}</Button></div>
    </div>
  );
}
