/* Wards, rooms and beds of a house at work, for its head: what is there, who lies where, and one thing at a time changed. */

import { Button, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { useMe } from '../access/me';
import { problemOf, type FhirError } from '../fhir/client';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import { loadBeds } from '../stay/beds';
import { isKind, type Bed } from '../stay/forms';
import { facilities } from '../stay/load';
import { Entry, Section, Select } from '../stay/parts';
import { stayHref } from '../stay/screens';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { uuid4 } from '../vitals/uuid';
import { bedResource, houseOf, nextBed, roomsBundle, troubleOfBed, troubleOfName, troubleOfRooms, type BedNow, type ChangeTrouble, type RoomNow, type WardNow } from './change';
import { newWard, roomsOf, SITTING } from './plan';
import '../stay/stay.css';

/* what the dialog is about; `id`: what is made by it is made once */
type Asked =
  | { what: 'rooms'; id: string; into: WardNow | undefined }
  | { what: 'bed'; id: string; room: RoomNow }
  | { what: 'name'; place: Bed; bed: BedNow | undefined };

export default function Places() {
  const { t } = useI18n();
  const { me } = useMe();
  const [chosen, setChosen] = useState('');
  const [asked, setAsked] = useState<Asked>();
  const [said, setSaid] = useState('');
  const houses = useLoad('places facilities', (signal) => facilities(server, me, signal));
  const facility = chosen || houses.data?.[0]?.id || '';
  const load = useLoad(`places ${facility}`, async (signal) => (facility === '' ? undefined : loadBeds(server, facility, signal)));
  const house = load.data ? houseOf(load.data) : [];
  const error = houses.error ?? load.error;
  const done = (what: string): void => {
    setAsked(undefined);
    setSaid(what);
    load.reload();
  };
  return (
    <div className="an-stay-form">
      <a className="an-back" href={stayHref()}><Icon name="back" />{t('places.back')}</a>
      <div className="an-row">
        <h1>{t('places.title')}</h1>
        <Button leftSection={<Icon name="plus" />} disabled={facility === ''} onClick={() => setAsked({ what: 'rooms', id: uuid4(), into: undefined })}>{t('setup.moreWard')}</Button>
      </div>
      <p className="an-dim">{t('places.lead')}</p>
      {(houses.data?.length ?? 0) > 1 && <Select label={t('setup.facility')} none={t('setup.choose')} value={facility} onChange={setChosen} options={(houses.data ?? []).map((h) => ({ value: h.id, label: h.name }))} />}
      {error !== undefined && <Problem error={error} onRetry={() => { houses.reload(); load.reload(); }} />}
      {said !== '' && <Notice kind="good" title={said} role="status" />}
      {!load.data && error === undefined && <Skeleton height={240} aria-hidden="true" />}
      {load.data?.cut && <Notice kind="warn" title={t('places.cut')} />}
      {house.map((w) => <Ward key={w.place.id} ward={w} onAsk={setAsked} />)}
      {asked && <Change key={asked.what} asked={asked} house={house} facility={facility} onClose={() => setAsked(undefined)} onDone={done} />}
    </div>
  );
}

function Ward({ ward, onAsk }: { ward: WardNow; onAsk: (a: Asked) => void }) {
  const { t } = useI18n();
  const beds = [...ward.loose, ...ward.rooms.flatMap((r) => r.beds)].filter((b) => b.isOpen);
  const name = ward.place.name ?? '';
  return (
    <Section title={name}>
      <div className="an-row">
        <p className="an-dim">{t('places.sum', { rooms: ward.rooms.length, beds: beds.length, taken: beds.filter((b) => b.holder).length })}</p>
        <Button variant="default" leftSection={<Icon name="plus" />} onClick={() => onAsk({ what: 'rooms', id: uuid4(), into: ward })} aria-label={t('places.addRoomsTo', { ward: name })}>{t('places.addRooms')}</Button>
        <Button variant="default" onClick={() => onAsk({ what: 'name', place: ward.place, bed: undefined })} aria-label={t('places.renameOf', { name })}>{t('places.rename')}</Button>
      </div>
      {ward.loose.length > 0 && <Beds beds={ward.loose} onAsk={onAsk} />}
      {ward.rooms.map((r) => (
        <section key={r.place.id} className="an-stay-room" aria-label={r.place.name ?? ''}>
          <div className="an-row">
            <h3>{r.place.name}</h3>
            <Button variant="default" leftSection={<Icon name="plus" />} onClick={() => onAsk({ what: 'bed', id: uuid4(), room: r })} aria-label={t('places.addBedTo', { room: r.place.name ?? '' })}>{t('places.addBed')}</Button>
            <Button variant="default" onClick={() => onAsk({ what: 'name', place: r.place, bed: undefined })} aria-label={t('places.renameOf', { name: r.place.name ?? '' })}>{t('places.rename')}</Button>
          </div>
          <Beds beds={r.beds} onAsk={onAsk} />
        </section>
      ))}
    </Section>
  );
}

function Beds({ beds, onAsk }: { beds: BedNow[]; onAsk: (a: Asked) => void }) {
  const { t } = useI18n();
  return (
    <div className="an-stay-choices">
      {beds.map((b) => (
        <Button key={b.place.id} variant="default" leftSection={b.holder ? <Icon name="user" /> : undefined} onClick={() => onAsk({ what: 'name', place: b.place, bed: b })}>
          {[b.place.name ?? '', b.holder ? b.holder.holderName || t('places.taken') : b.isOpen ? t('places.free') : t('places.closed')].join(' · ')}
        </Button>
      ))}
    </div>
  );
}

interface ChangeProps { asked: Asked; house: WardNow[]; facility: string; onClose: () => void; onDone: (said: string) => void }

function Change({ asked, house, facility, onClose, onDone }: ChangeProps) {
  const { t } = useI18n();
  const [draft, setDraft] = useState(() => newWard(''));
  const [name, setName] = useState(asked.what === 'bed' ? nextBed(asked.room) : asked.what === 'name' ? asked.place.name ?? '' : '');
  const [strict, setStrict] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<FhirError>();
  const trouble: ChangeTrouble | undefined = asked.what === 'rooms' ? troubleOfRooms(draft, house, asked.into) : asked.what === 'bed' ? troubleOfBed(name, asked.room) : troubleOfName(name, asked.place, house);
  const plan = roomsOf(draft);
  const send = (work: () => Promise<unknown>, what: string): void => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    work().then(() => onDone(what), (e: unknown) => { setError(problemOf(e)); setBusy(false); });
  };
  /* under the version that is there now: two heads do not undo each other unseen */
  const change = async (place: Bed, more: Partial<Bed>): Promise<void> => {
    const { resource, etag } = await server.read<Bed>('Location', place.id ?? '');
    await server.update({ ...resource, ...more }, etag ?? '');
  };
  const submit = (): void => {
    setStrict(true);
    if (trouble !== undefined) return;
    if (asked.what === 'rooms') send(() => server.transaction(roomsBundle(asked.id, draft, facility, asked.into)), t('places.made', { n: plan.reduce((n, r) => n + r.beds.length, 0) }));
    else if (asked.what === 'bed') send(() => server.create(bedResource(asked.id, name, asked.room, facility), `identifier=${SITTING}|${asked.id}`), t('places.madeBed', { name: name.trim() }));
    else send(() => change(asked.place, { name: name.trim() }), t('places.renamed', { name: name.trim() }));
  };
  const old = asked.what === 'name' ? asked.place.name ?? '' : '';
  const title = asked.what === 'rooms' ? (asked.into ? t('places.addRoomsTo', { ward: asked.into.place.name ?? '' }) : t('setup.moreWard')) : asked.what === 'bed' ? t('places.addBedTo', { room: asked.room.place.name ?? '' }) : old;
  const wrong = strict && trouble !== undefined ? t(`places.trouble.${trouble}`) : undefined;
  const bed = asked.what === 'name' ? asked.bed : undefined;
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="an-entries" noValidate onSubmit={(e) => { e.preventDefault(); submit(); }}>
        {asked.what === 'rooms' && (
          <>
            {!asked.into && <Entry id="places-ward" label={t('setup.wardName')} value={draft.name} onChange={(v) => setDraft((d) => ({ ...d, name: v }))} trouble={trouble === 'ward' || trouble === 'sameWard' ? wrong : undefined} />}
            <Entry id="places-rooms" label={t('setup.rooms')} value={draft.rooms} onChange={(v) => setDraft((d) => ({ ...d, rooms: v }))} inputMode="numeric" maxLength={4} trouble={trouble === 'rooms' || trouble === 'sameRoom' ? wrong : undefined} />
            <Entry id="places-beds" label={t('setup.beds')} value={draft.beds} onChange={(v) => setDraft((d) => ({ ...d, beds: v }))} inputMode="numeric" maxLength={4} />
            <Entry id="places-first" label={t('setup.first')} value={draft.first} onChange={(v) => setDraft((d) => ({ ...d, first: v }))} inputMode="numeric" maxLength={4} />
            {plan.length > 0 && <p className="an-dim">{t('setup.preview', { first: plan[0]?.beds[0] ?? '', last: plan.at(-1)?.beds.at(-1) ?? '', n: plan.reduce((n, r) => n + r.beds.length, 0) })}</p>}
            {!asked.into && <p className="an-dim">{t('places.wardStaff')}</p>}
          </>
        )}
        {asked.what !== 'rooms' && <Entry id="places-name" label={t(asked.what === 'bed' || isKind(asked.place, 'bd') ? 'places.bedName' : isKind(asked.place, 'ro') ? 'places.roomName' : 'setup.wardName')} value={name} onChange={setName} trouble={wrong} maxLength={60} />}
        {bed?.holder && <p className="an-dim">{t('places.heldBy', { name: bed.holder.holderName || t('places.taken') })}</p>}
        {error !== undefined && <Problem error={error} />}
        <div className="an-row">
          <Button variant="default" onClick={onClose}>{t('office.cancel')}</Button>
          {bed && !bed.holder && bed.isOpen && <Button variant="default" loading={busy} onClick={() => send(() => change(bed.place, { status: 'inactive' }), t('places.isClosed', { name: old }))}>{t('places.close')}</Button>}
          {bed && !bed.isOpen && <Button variant="default" loading={busy} onClick={() => send(() => change(bed.place, { status: 'active' }), t('places.isOpen', { name: old }))}>{t('places.open')}</Button>}
          <Button type="submit" loading={busy}>{t(asked.what === 'name' ? 'places.save' : 'places.add')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
