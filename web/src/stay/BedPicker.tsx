/* A bed out of those that are free, by ward and room; those that are taken say who has them. */

import { Button } from '@mantine/core';
import { useWords } from '../i18n/stay';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { freeBeds, nextFree, type BedLine } from './beds';
import { Select } from './parts';

interface Props { beds: BedLine[]; ward: string; bed: string; taken: string | undefined; onWard: (id: string) => void; onBed: (id: string) => void }

export function BedPicker({ beds, ward, bed, taken, onWard, onBed }: Props) {
  const w = useWords();
  const wards = [...new Map(beds.map((b) => [b.wardId, b.ward])).entries()].map(([value, name]) => ({
    value, label: w('ward.free', { ward: name || w('ward.none'), n: freeBeds(beds, value).length }),
  }));
  const shown = ward === '' ? [] : beds.filter((b) => b.wardId === ward);
  const rooms = [...new Set(shown.map((b) => b.room))];
  const hasFree = (room: string): boolean => shown.some((b) => b.room === room && b.holder === undefined);
  const full = rooms.filter((r) => !hasFree(r));
  const lost = beds.find((b) => b.id === taken);
  const offer = taken === undefined ? undefined : nextFree(beds, taken);
  return (
    <div className="an-stay-beds">
      {taken !== undefined && (
        <Notice kind="bad" title={w('bed.taken')}>
          <p>{lost?.holder !== undefined ? w('bed.has', { bed: lost.name, name: lost.holderName || w('bed.somebody') }) : w('bed.gone')}</p>
          {offer && <Button variant="default" onClick={() => { onWard(offer.wardId); onBed(offer.id); }}>{w('bed.offer', { bed: offer.name })}</Button>}
          {!offer && <p>{w('beds.none')}</p>}
        </Notice>
      )}
      <Select label={w('ward')} none={w('choose')} value={ward} options={wards} onChange={(id) => { onWard(id); onBed(''); }} />
      {ward !== '' && shown.length > 0 && freeBeds(shown).length === 0 && <p role="status">{w('beds.none')}</p>}
      {rooms.filter(hasFree).map((room) => <Room key={room} name={room} beds={shown.filter((b) => b.room === room)} bed={bed} onBed={onBed} />)}
      {full.length > 0 && (
        <details>
          <summary>{w('beds.full', { n: full.length })}</summary>
          {full.map((room) => <Room key={room} name={room} beds={shown.filter((b) => b.room === room)} bed={bed} onBed={onBed} />)}
        </details>
      )}
    </div>
  );
}

function Room({ name, beds, bed, onBed }: { name: string; beds: BedLine[]; bed: string; onBed: (id: string) => void }) {
  const w = useWords();
  return (
    <fieldset className="an-stay-options an-stay-room">
      <legend>{name || w('ward.none')}</legend>
      <div className="an-stay-choices">
        {beds.map((b) => (b.holder !== undefined ? (
          <span key={b.id} className="an-stay-taken"><Icon name="user" />{b.name}{b.holderName !== '' && ` · ${b.holderName}`}</span>
        ) : (
          <label key={b.id} className="an-stay-choice">
            <input type="radio" name="stay-bed-choice" checked={bed === b.id} onChange={() => onBed(b.id)} />
            <span>{b.name}<small>{w('bed.free')}</small></span>
          </label>
        )))}
      </div>
    </fieldset>
  );
}
