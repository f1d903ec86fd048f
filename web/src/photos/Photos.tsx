/* The photos of one wound or incident: when and by whom, each fetched when it is wanted; and taking one. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { useGiver } from '../drugs/useRound';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import { wardFull } from '../fhir/zone';
import { usePhotoWords } from '../i18n/photos';
import type { Entry } from '../outbox/item';
import { useOutbox, useStored } from '../outbox/use';
import { PICTURE, shrunk, type Refused } from '../ui/image';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { Sure } from '../ui/Sure';
import { useLoad } from '../ui/useLoad';
import { uuid4 } from '../vitals/uuid';
import { isFull, isOf, mediaOf, PHOTO, sourceOf, takeOne, withoutPicture, withPicture, type Held, type Media, type PhotoOf, type Picture } from './photo';
import './photos.css';

interface Props { patient: string; stay: string; of: PhotoOf; focus: string; name: string; may: boolean }

const isPhoto = (r: Entry): boolean => r.resourceType === 'Media';

export function Photos({ patient, stay, of, focus, name, may }: Props) {
  const w = usePhotoWords();
  const stored = useStored(isPhoto).length;
  const { items } = useOutbox();
  const load = useLoad(`photos ${focus} ${stored}`, async (signal) => {
    const page = await server.search<Media>('Media', { patient, type: `${PHOTO}|${of}`, _sort: '-created', _count: 200, _elements: 'status,partOf,created,createdDateTime,operator' }, signal);
    return page.items.filter((m) => isOf(m, focus));
  });
  const waiting = items.filter((i) => i.halt === undefined && i.resource.resourceType === 'Media' && isOf(i.resource as unknown as Media, focus));
  const halted = items.filter((i) => i.halt !== undefined && i.resource.resourceType === 'Media' && isOf(i.resource as unknown as Media, focus));
  if (load.error !== undefined) return null; /* whose role sees no photos sees none */
  return (
    <div className="an-photos">
      {(load.data ?? []).length > 0 && (
        <ul className="an-photos-list" aria-label={w('photos.list', { name })}>
          {(load.data ?? []).map((m) => <li key={m.id}><One media={m} name={name} may={may} onChanged={load.reload} /></li>)}
        </ul>
      )}
      {waiting.map((i) => <p key={i.id} className="an-dim"><Icon name="clock" size={18} />{w('photos.waits')}</p>)}
      {halted.map((i) => <Halted key={i.id} id={i.id} why={i.why} />)}
      {may && <Take patient={patient} stay={stay} of={of} focus={focus} name={name} />}
    </div>
  );
}

function Halted({ id, why }: { id: string; why: string }) {
  const w = usePhotoWords();
  const { box } = useOutbox();
  return (
    <Notice kind="bad" role="alert" title={w('photos.refused')} after={<Button variant="default" onClick={() => box.dismiss(id)}>{w('photos.drop')}</Button>}>
      {why !== '' && <p className="an-dim" lang="en">{why}</p>}
    </Notice>
  );
}

function One({ media, name, may, onChanged }: { media: Media; name: string; may: boolean; onChanged: () => void }) {
  const w = usePhotoWords();
  const [source, setSource] = useState<string>();
  const [gone, setGone] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const at = Date.parse(media.createdDateTime ?? '');
  const when = Number.isFinite(at) ? wardFull(at) : '';
  const show = async (): Promise<void> => {
    try {
      const { resource } = await server.read<Media>('Media', media.id ?? '');
      const found = sourceOf(resource.content);
      setSource(found);
      setGone(found === undefined);
    } catch {
      setGone(true);
    }
  };
  const strike = async (): Promise<void> => {
    try {
      const { resource, etag } = await server.read<Media>('Media', media.id ?? '');
      await server.update({ ...resource, status: 'entered-in-error' }, etag ?? '');
      onChanged();
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <figure className="an-photo">
      {source !== undefined && <img src={source} alt={w('photos.alt', { name, when })} />}
      <figcaption>
        <span className="an-number">{when}</span> {media.operator?.display ?? ''}
        {gone && <span className="an-late"><Icon name="warn" size={18} />{w('photos.gone')}</span>}
      </figcaption>
      {failure !== undefined && <Problem error={failure} onRetry={() => setFailure(undefined)} />}
      <div className="an-options">
        {source === undefined ? <Button variant="default" aria-label={w('photos.showOf', { name, when })} onClick={() => void show()}>{w('photos.show')}</Button> : <Button variant="default" onClick={() => setSource(undefined)}>{w('photos.hide')}</Button>}
        {source !== undefined && may && <Sure variant="subtle" label={w('photos.strike')} title={w('photos.strikeSure')} keep={w('photos.strikeNo')} yes={w('photos.strikeDo')} onDo={() => void strike()}><p>{w('photos.alt', { name, when })}</p></Sure>}
      </div>
    </figure>
  );
}

function Take({ patient, stay, of, focus, name }: Omit<Props, 'may'>) {
  const giver = useGiver();
  const { box } = useOutbox();
  return <TakePicture name={name} held={NONE} onPicture={(made) => box.add(mediaOf(made, { patient, stay, of, focus, me: giver, at: nowMs(), id: uuid4() }))} />;
}

const NONE: Picture[] = [];

/* A camera or a file, made small; what is no picture or too much for this device is said. `held` are pictures that wait beside the outbox.
 * One at a time; onBusy tells while it is made. */
export function TakePicture({ name, held, onPicture, onBusy }: { name: string; held: Picture[]; onPicture: (made: Picture) => void; onBusy?: (on: boolean) => void }) {
  const w = usePhotoWords();
  const { items } = useOutbox();
  const [trouble, setTrouble] = useState<Refused | 'full'>();
  const [busy, setBusy] = useState(false);
  const take = async (file: File | undefined): Promise<void> => {
    setTrouble(undefined);
    if (!file) return;
    setTrouble(await takeOne<Refused | 'full'>(() => shrunk(file, PICTURE), {
      busy: (on) => { setBusy(on); onBusy?.(on); },
      keep: (made) => {
        if (isFull(items, made.data, held)) return 'full';
        onPicture(made);
        return undefined;
      },
    }));
  };
  return (
    <>
      <label className="an-photo-take"><Icon name="plus" />{w('photos.take')}<input type="file" className="an-file" accept="image/*" capture="environment" disabled={busy} aria-label={w('photos.takeOf', { name })} onChange={(e) => { void take(e.currentTarget.files?.[0]); e.currentTarget.value = ''; }} /></label>
      <div role="status">{busy && <p className="an-dim">{w('photos.making')}</p>}</div>
      {trouble && <Notice kind="warn" role="alert" title={w(`photos.trouble.${trouble}`)} />}
    </>
  );
}

/* Pictures taken while something is being reported: they go with it when it is saved, and only then. */
export function HeldPictures({ name, held, onHeld, onBusy }: { name: string; held: Picture[]; onHeld: (change: Held) => void; onBusy: (on: boolean) => void }) {
  const w = usePhotoWords();
  return (
    <div className="an-photos">
      {held.map((p, i) => (
        <figure key={i} className="an-photo">
          <img src={sourceOf({ contentType: p.type, data: p.data })} alt={w('photos.heldN', { n: i + 1 })} />
          <div className="an-options"><Button variant="default" aria-label={w('photos.heldDropN', { n: i + 1 })} onClick={() => onHeld(withoutPicture(p))}>{w('photos.drop')}</Button></div>
        </figure>
      ))}
      {held.length < MOST_HELD ? <TakePicture name={name} held={held} onPicture={(made) => onHeld(withPicture(made))} onBusy={onBusy} /> : <p className="an-dim">{w('photos.heldMost', { n: MOST_HELD })}</p>}
      {held.length > 0 && <p className="an-dim">{w('photos.heldHow')}</p>}
    </div>
  );
}
const MOST_HELD = 3;

/* Beside an entry of a list: asked for when it is opened. */
export function FoldedPhotos(props: Props) {
  const w = usePhotoWords();
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{w('photos.title')}</summary>
      {open && <Photos {...props} />}
    </details>
  );
}
