/* For whom: everybody of the ward by room, each a tick; a room, or the ward, at once: those who are there. Nobody is ticked beforehand.
 * However long the ward, the way on stays under the thumb. */

import { Button } from '@mantine/core';
import { personName } from '../fhir/person';
import { useDailyWords } from '../i18n/daily';
import { useI18n } from '../i18n/context';
import { isAway, type Resident } from '../place/ward';
import { Icon } from '../ui/Icon';
import { sayMissing } from './say';
import type { Missing } from './today';

interface Props {
  residents: Resident[];
  chosen: ReadonlySet<string>;
  onChosen: (ids: Set<string>) => void;
  missing: Map<string, Missing[]>;
  /* to what was done, which stands below a ward of forty */
  onNext: () => void;
}

export function Who({ residents, chosen, onChosen, missing, onNext }: Props) {
  const w = useDailyWords();
  const rooms = [...new Set(residents.map((r) => r.room))];
  const there = residents.filter((r) => !isAway(r));
  const all = there.length > 0 && there.every((r) => chosen.has(r.id));
  const flip = (ids: string[], on: boolean): void => {
    const next = new Set(chosen);
    for (const id of ids) if (on) next.add(id); else next.delete(id);
    onChosen(next);
  };
  return (
    <section aria-label={w('care.who')} className="an-who">
      <div className="an-who-head">
        <h2>{w('care.who')}</h2>
        <p className="an-dim" role="status">{chosen.size === 0 ? w('care.whoNone') : w('care.chosen', { n: chosen.size })}</p>
        <Button variant={all ? 'filled' : 'default'} aria-pressed={all} onClick={() => flip(there.map((r) => r.id), !all)}>{w('care.all')}</Button>
        {chosen.size > 0 && !all && <Button variant="subtle" onClick={() => onChosen(new Set())}>{w('care.clear')}</Button>}
      </div>
      {rooms.map((room) => {
        const here = residents.filter((r) => r.room === room);
        const present = here.filter((r) => !isAway(r));
        const full = present.length > 0 && present.every((r) => chosen.has(r.id));
        return (
          <div key={room} className="an-who-room" role="group" aria-label={room || w('care.noRoom')}>
            <Button
              className="an-who-whole" variant={full ? 'filled' : 'default'} aria-pressed={full} aria-label={w('care.room', { room: room || w('care.noRoom') })}
              onClick={() => flip(present.map((r) => r.id), !full)}
            >
              {room || w('care.noRoom')}
            </Button>
            <ul className="an-who-list">
              {here.map((r) => <li key={r.id}><One r={r} on={chosen.has(r.id)} missing={missing.get(r.id) ?? []} onFlip={(on) => flip([r.id], on)} /></li>)}
            </ul>
          </div>
        );
      })}
      {chosen.size > 0 && (
        <div className="an-bottom-bar">
          <span className="an-dim" aria-hidden="true">{w('care.chosen', { n: chosen.size })}</span>
          <Button onClick={onNext}>{w('care.next')}</Button>
        </div>
      )}
    </section>
  );
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
