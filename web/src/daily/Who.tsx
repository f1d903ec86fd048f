/* For whom: everybody of the ward by room, each a tick; a room, mine of this shift, or the ward, at once: those who are there. Nobody is ticked beforehand.
 * The rooms that the roster gives me stand first, and the rest behind a word as long as nobody in them is ticked. However long the ward, the way on stays under the thumb. */

import { Button } from '@mantine/core';
import { useState, type JSX } from 'react';
import { nowMs } from '../fhir/clock';
import { personName } from '../fhir/person';
import { useDailyWords } from '../i18n/daily';
import { useI18n } from '../i18n/context';
import { isAway, type Resident } from '../place/ward';
import { isMyRoom } from '../roster/now';
import { useShare } from '../roster/share';
import { Icon } from '../ui/Icon';
import { sayMissing } from './say';
import type { Missing } from './today';

interface Props {
  wardId: string;
  residents: Resident[];
  chosen: ReadonlySet<string>;
  onChosen: (ids: Set<string>) => void;
  missing: Map<string, Missing[]>;
  /* to what was done, which stands below a ward of forty */
  onNext: () => void;
}

export function Who({ wardId, residents, chosen, onChosen, missing, onNext }: Props) {
  const w = useDailyWords();
  /* of the moment it was opened: the end of a shift moves nobody under a finger */
  const [at] = useState(nowMs);
  const { share } = useShare(wardId, at);
  const mine = residents.filter((r) => isMyRoom(r.roomId, share));
  const parted = mine.length > 0 && mine.length < residents.length;
  const rest = parted ? residents.filter((r) => !mine.includes(r)) : [];
  const [asked, setAsked] = useState(false);
  const open = asked || rest.some((r) => chosen.has(r.id));
  const flip = (ids: string[], on: boolean): void => {
    const next = new Set(chosen);
    for (const id of ids) if (on) next.add(id); else next.delete(id);
    onChosen(next);
  };
  const rooms = (of: Resident[]): JSX.Element => <Rooms residents={of} chosen={chosen} missing={missing} flip={flip} />;
  return (
    <section aria-label={w('care.who')} className="an-who">
      <div className="an-who-head">
        <h2>{w('care.who')}</h2>
        <p className="an-dim" role="status">{chosen.size === 0 ? w('care.whoNone') : w('care.chosen', { n: chosen.size })}</p>
        {parted && <Everybody of={mine} chosen={chosen} flip={flip} name={w('care.mine', { n: mine.length })} />}
        <Everybody of={residents} chosen={chosen} flip={flip} name={w('care.all')} />
        {chosen.size > 0 && <Button variant="subtle" onClick={() => onChosen(new Set())}>{w('care.clear')}</Button>}
      </div>
      {rooms(parted ? mine : residents)}
      {parted && <Button variant="default" aria-expanded={open} disabled={open && !asked} onClick={() => setAsked(!asked)}>{w('care.others', { n: rest.length })}</Button>}
      {parted && open && rooms(rest)}
      {chosen.size > 0 && (
        <div className="an-bottom-bar">
          <span className="an-dim" aria-hidden="true">{w('care.chosen', { n: chosen.size })}</span>
          <Button onClick={onNext}>{w('care.next')}</Button>
        </div>
      )}
    </section>
  );
}

type Flip = (ids: string[], on: boolean) => void;

/* All of them who are there, at once. */
function Everybody({ of, chosen, flip, name, ...more }: { of: Resident[]; chosen: ReadonlySet<string>; flip: Flip; name: string; className?: string; 'aria-label'?: string }) {
  const there = of.filter((r) => !isAway(r));
  const all = there.length > 0 && there.every((r) => chosen.has(r.id));
  return <Button {...more} variant={all ? 'filled' : 'default'} aria-pressed={all} onClick={() => flip(there.map((r) => r.id), !all)}>{name}</Button>;
}

function Rooms({ residents, chosen, missing, flip }: Pick<Props, 'residents' | 'chosen' | 'missing'> & { flip: Flip }) {
  const w = useDailyWords();
  return [...new Set(residents.map((r) => r.room))].map((room) => {
    const here = residents.filter((r) => r.room === room);
    const name = room || w('care.noRoom');
    return (
      <div key={room} className="an-who-room" role="group" aria-label={name}>
        <Everybody of={here} chosen={chosen} flip={flip} name={name} className="an-who-whole" aria-label={w('care.room', { room: name })} />
        <ul className="an-who-list">
          {here.map((r) => <li key={r.id}><One r={r} on={chosen.has(r.id)} missing={missing.get(r.id) ?? []} onFlip={(on) => flip([r.id], on)} /></li>)}
        </ul>
      </div>
    );
  });
}

function One({ r, on, missing, onFlip }: { r: Resident; on: boolean; missing: Missing[]; onFlip: (on: boolean) => void }) {
  const w = useDailyWords();
  const { t } = useI18n();
  return (
    <button type="button" className="an-who-one" aria-pressed={on} onClick={() => onFlip(!on)}>
      <span className="an-who-tick" aria-hidden="true">{on && <Icon name="check" />}</span>
      <span className="an-who-text">
        <strong>{personName(r.patient) || t('people.noName')}</strong>
        <span className="an-dim"><span className="an-bed">{r.bed}</span>{isAway(r) && ` · ${t('drugs.away')}`}{!isAway(r) && missing.length > 0 && ` · ${w('care.missingShort', { list: missing.map((m) => sayMissing(m, w)).join(', ') })}`}</span>
      </span>
    </button>
  );
}
