/* A house in one sitting, by its administrator: what it is, its wards with rooms and beds, who works there. What is typed is kept while the tab
 * is open; it is written once, and the first passwords are shown once, on paper to be handed over in person. */

import { Button, Checkbox } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useDrafts } from '../access/drafts';
import { session } from '../access/here';
import { useMe } from '../access/me';
import { SlipTable, type Slip } from '../access/Slips';
import { suggestName } from '../access/accountName';
import { problemOf, type FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import { wardTime } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { newItem } from '../outbox/item';
import { SYSTEM_NAMES, type SystemName } from '../roster/shifts';
import { sendDuty } from '../roster/send';
import { facilities } from '../stay/load';
import { Entry, Options, Section, Select } from '../stay/parts';
import { Icon } from '../ui/Icon';
import { licenceHref } from '../licence/screens';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { uuid4 } from '../vitals/uuid';
import { bedCount, emptyDraft, firstOf, firstRoster, freeName, issuesOf, KINDS, newStaff, newWard, roomsOf, setupBundle, STAFF_ROLES, staffOf, type Draft, type StaffDraft, type WardDraft } from './plan';
import '../stay/stay.css';

const KIND = 'setup';
interface Progress { people: { draft: StaffDraft; practitioner: string }[]; facility: string; wards: Map<string, string>; given: Slip[] }
const idIn = (location: string | undefined, type: string): string => new RegExp(`${type}/([^/]+)`).exec(location ?? '')?.[1] ?? '';

function parse(text: string | null): Draft | undefined {
  try {
    const d = JSON.parse(text ?? 'null') as Draft | null;
    return d && typeof d.id === 'string' && Array.isArray(d.wards) && Array.isArray(d.staff) ? { ...emptyDraft(), ...d } : undefined;
  } catch {
    return undefined;
  }
}

export default function Setup() {
  const { t } = useI18n();
  const drafts = useDrafts();
  const [draft, setDraft] = useState<Draft>(() => parse(drafts.get(KIND, 'now')) ?? emptyDraft());
  const [strict, setStrict] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<FhirError>();
  const progress = useRef<Progress>({ people: [], facility: '', wards: new Map(), given: [] });
  const [done, setDone] = useState<Slip[]>();
  const issues = issuesOf(draft);
  const { me } = useMe();
  const there = useLoad('setup facilities', (signal) => facilities(server, me, signal)).data ?? [];
  useEffect(() => { if (done === undefined) drafts.keep(KIND, 'now', JSON.stringify(draft)); }, [draft, done, drafts]);
  const trouble = (at: string): string | undefined => {
    const found = issues.find((i) => i.at === at);
    return strict && found ? t(`setup.trouble.${found.trouble}`) : undefined;
  };
  const ward = (id: string, more: Partial<WardDraft>): void => setDraft((d) => ({ ...d, wards: d.wards.map((w) => (w.id === id ? { ...w, ...more } : w)) }));
  const staff = (id: string, more: Partial<StaffDraft>): void => setDraft((d) => ({ ...d, staff: d.staff.map((s) => (s.id === id ? { ...s, ...more } : s)) }));

  /* Goes on where it was cut off: what is there already is not made again. */
  const write = async (): Promise<void> => {
    const p = progress.current;
    if (p.people.length === 0) {
      const made = setupBundle(draft, wardTime(nowMs()).day);
      const answer = await server.transaction(made.bundle);
      p.people = made.people.map(({ draft: one, at }) => ({ draft: one, practitioner: /Practitioner\/[^/]+/.exec(answer[at]?.response?.location ?? '')?.[0] ?? '' }));
      p.facility = idIn(answer[0]?.response?.location, 'Organization');
      p.wards = new Map(made.wards.map(({ draft: one, at }) => [one, idIn(answer[at]?.response?.location, 'Location')]));
    }
    const roster = firstRoster(draft, wardTime(nowMs()).day, p.facility, (id) => p.wards.get(id) ?? '', (s) => p.people.find((x) => x.draft.id === s.id)?.practitioner.split('/').pop() ?? '');
    if (roster.cells.length > 0) {
      const outcome = await sendDuty(server, newItem({ id: uuid4(), at: nowMs(), resource: { resourceType: 'Schedule' }, duty: roster }), roster);
      if (outcome.kind === 'later') throw outcome.problem;
    }
    const users = await session.api.users();
    const taken = new Set(users.map((u) => u.name));
    for (const { draft: one, practitioner } of p.people) {
      const about = { display: one.name.trim(), role: one.role, ward: draft.wards.find((w) => w.id === one.ward)?.name.trim() ?? '' };
      const there = users.find((u) => u.practitioner !== undefined && [practitioner, practitioner.replace('Practitioner/', '')].includes(u.practitioner));
      if (there) { /* by a try whose answer was lost: nobody has seen the password */
        if (!p.given.some((g) => g.name === there.name)) p.given.push({ ...about, name: there.name, password: '' });
        continue;
      }
      const name = freeName(suggestName(one.name), taken);
      const made = await session.api.addUser({ name, display: about.display, practitioner });
      p.given.push({ ...about, name, password: made.password });
    }
    drafts.keep(KIND, 'now', undefined);
    setDone([...p.given]);
  };
  const submit = (): void => {
    setStrict(true);
    if (issues.length > 0 || busy) return;
    setBusy(true);
    setError(undefined);
    write().catch((e: unknown) => setError(problemOf(e))).finally(() => setBusy(false));
  };
  if (done) return <Done given={done} />;
  return (
    <form noValidate className="an-stay-form" onSubmit={(e) => { e.preventDefault(); submit(); }}>
      <h1>{t('setup.title')}</h1>
      {there.length > 0 && (
        <Notice kind="info" title={t('setup.there', { names: there.map((f) => f.name).join(', ') })} after={<div><Button variant="default" component="a" href="#/accounts">{t('users.title')}</Button> <Button variant="default" component="a" href={licenceHref()}>{t('licence.title')}</Button></div>}><p>{t('setup.thereDo')}</p></Notice>
      )}
      <p className="an-dim">{t('setup.lead')}</p>
      <Section title={t('setup.facility')}>
        <Entry id="setup-name" label={t('setup.name')} value={draft.name} onChange={(name) => setDraft((d) => ({ ...d, name }))} trouble={trouble('name')} />
        <Select id="setup-kind" label={t('setup.kind')} none={t('setup.choose')} value={draft.kind} onChange={(kind) => setDraft((d) => ({ ...d, kind }))}
          options={KINDS.map((value) => ({ value, label: t(`setup.kind.${value}`) }))} trouble={trouble('kind')} />
      </Section>
      <Section title={t('setup.wards')}>
        {draft.wards.map((w, i) => {
          const rooms = roomsOf(w);
          return (
            <fieldset key={w.id} className="an-stay-options">
              <legend>{t('setup.wardN', { n: i + 1 })}</legend>
              <div className="an-stay-two">
                <Entry id={`setup-ward-${i}`} label={t('setup.wardName')} value={w.name} onChange={(name) => ward(w.id, { name })} trouble={trouble(w.id)} />
                <Entry id={`setup-rooms-${i}`} label={t('setup.rooms')} value={w.rooms} onChange={(v) => ward(w.id, { rooms: v })} inputMode="numeric" maxLength={4} />
                <Entry id={`setup-beds-${i}`} label={t('setup.beds')} value={w.beds} onChange={(v) => ward(w.id, { beds: v })} inputMode="numeric" maxLength={4} />
                <Entry id={`setup-first-${i}`} label={t('setup.first')} value={w.first} onChange={(v) => ward(w.id, { first: v })} inputMode="numeric" maxLength={4} />
              </div>
              {rooms.length > 0 && <p className="an-dim">{t('setup.preview', { first: rooms[0]?.beds[0] ?? '', last: rooms.at(-1)?.beds.at(-1) ?? '', n: rooms.reduce((n, r) => n + r.beds.length, 0) })}</p>}
              {draft.wards.length > 1 && <Button variant="default" onClick={() => setDraft((d) => ({ ...d, wards: d.wards.filter((x) => x.id !== w.id) }))}>{t('setup.remove')}</Button>}
            </fieldset>
          );
        })}
        <div><Button variant="default" leftSection={<Icon name="plus" />} onClick={() => setDraft((d) => ({ ...d, wards: [...d.wards, newWard(`${d.wards.length + 1}01`)] }))}>{t('setup.moreWard')}</Button></div>
      </Section>
      <Section title={t('setup.staff')}>
        {trouble('staff') !== undefined && <p className="an-stay-wrong" role="alert"><Icon name="warn" />{trouble('staff')}</p>}
        {draft.staff.map((s, i) => (
          <div key={s.id} className="an-stay-two">
            <Entry id={`setup-staff-${i}`} label={t('setup.staffName', { n: i + 1 })} value={s.name} onChange={(name) => staff(s.id, { name })} trouble={trouble(s.id)}
              onEnter={() => setDraft((d) => ({ ...d, staff: [...d.staff, newStaff()] }))} />
            <Select id={`setup-role-${i}`} label={t('setup.role')} none={t('setup.choose')} value={s.role} onChange={(role) => staff(s.id, { role: role as StaffDraft['role'] })}
              options={STAFF_ROLES.map((value) => ({ value, label: t(`role.${value}`) }))} />
            <Select id={`setup-at-${i}`} label={t('setup.at')} none={t('setup.whole')} value={s.ward} onChange={(v) => staff(s.id, { ward: v })}
              options={draft.wards.filter((w) => w.name.trim() !== '').map((w) => ({ value: w.id, label: w.name }))} />
          </div>
        ))}
        <div><Button variant="default" leftSection={<Icon name="plus" />} onClick={() => setDraft((d) => ({ ...d, staff: [...d.staff, newStaff()] }))}>{t('setup.moreStaff')}</Button></div>
      </Section>
      <Section title={t('setup.roster')}>
        <p className="an-dim">{t('setup.rosterLead')}</p>
        <Options<SystemName> id="setup-shifts" label={t('setup.shifts')} value={draft.shifts} trouble={trouble('shifts')}
          onChange={(shifts) => setDraft((d) => ({ ...d, shifts, first: firstOf(shifts), fill: shifts !== '' && d.fill }))}
          options={SYSTEM_NAMES.map((value) => ({ value, label: t(`setup.shifts.${value}`) }))} />
        {draft.shifts !== '' && <Entry id="setup-shift-first" label={t('setup.shiftFirst')} value={draft.first} onChange={(first) => setDraft((d) => ({ ...d, first }))} trouble={trouble('first')} maxLength={5} />}
        {draft.shifts !== '' && <Checkbox id="setup-fill" label={t('setup.fill')} checked={draft.fill} onChange={(e) => { const fill = e.currentTarget.checked; setDraft((d) => ({ ...d, fill })); }} />}
      </Section>
      <div className="an-stay-bar">
        {error !== undefined && <Problem error={error} />}
        <p role="status">{strict && issues.length > 0 ? t('setup.left', { n: issues.length }) : t('setup.sum', { wards: draft.wards.length, beds: bedCount(draft), staff: staffOf(draft).length })}</p>
        <Button type="submit" loading={busy} leftSection={<Icon name="check" />}>{t('setup.go')}</Button>
      </div>
    </form>
  );
}

function Done({ given }: { given: Slip[] }) {
  const { t } = useI18n();
  return (
    <div className="an-stay-form">
      <h1>{t('setup.done')}</h1>
      <p><a href={licenceHref()}>{t('setup.licence')}</a></p>
      <SlipTable slips={given} />
    </div>
  );
}
