/* What the roster gives me of a ward at this moment: its rooms but for those given to others, so that nobody falls between two. Carers and nurses work
 * by it; for everybody else, and without a roster, it says nothing. */

import { useMemo } from 'react';
import { useMe } from '../access/me';
import { myDuty, onDutyIn, type Share } from './now';
import { useOnDuty } from './onDuty';

export interface DutyHere { share: Share; first: 'mine' | 'all'; say: 'rooms' | 'whole' | 'rest' | 'not' | 'none' | undefined }

export function useShare(ward: string, now: number): DutyHere {
  const { has, signedIn } = useMe();
  const duty = useOnDuty();
  const byRoster = signedIn && duty.known && has('carer', 'nurse');
  const mine = byRoster ? myDuty(duty.roster, duty.system, duty.me, ward, now) : { duty: undefined, rooms: [], others: [] };
  const onDuty = mine.duty !== undefined;
  const [rooms, others] = [mine.rooms.join(), mine.others.join()];
  const list = (text: string): string[] => (text === '' ? [] : text.split(','));
  const share = useMemo((): Share => ({ onDuty, rooms: list(rooms), others: list(others) }), [onDuty, rooms, others]);
  const say = !byRoster ? undefined : onDuty ? (rooms !== '' ? 'rooms' : others === '' ? 'whole' : 'rest') : onDutyIn(duty.roster, duty.system, ward, now) ? 'not' : 'none';
  return { share, first: onDuty ? 'mine' : 'all', say };
}
