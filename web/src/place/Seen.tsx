/* Around every screen of a ward or a person: where the account does not see their care, that is said, and no screen of the ward stands there that would
 * read "no medicines", "nothing new". The board stays: who lives here is seen. */

import { Skeleton } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { missesIn, useMe } from '../access/me';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import type { Place } from '../registry';
import { Notice } from '../ui/Notice';
import { useLoad } from '../ui/useLoad';
import { isUnseen, onSeenAnew, unseenIn } from './unseen';

export function Seen({ place, children }: { place: Place; children: ReactNode }) {
  const { me, wards } = useMe();
  const { ward, id } = place.params;
  if (ward !== undefined && place.entry.path.startsWith('ward/') && missesIn(me, ward)) return <OfWard ward={ward} isBoard={place.entry.path === 'ward/:ward'}>{children}</OfWard>;
  if (id !== undefined && place.entry.path.startsWith('person/') && wards.length > 0) return <><OfPerson id={id} />{children}</>;
  return children;
}

function OfWard({ ward, isBoard, children }: { ward: string; isBoard: boolean; children: ReactNode }) {
  const { t } = useI18n();
  const found = useLoad(`unseen ${ward}`, (signal) => unseenIn(server, ward, signal));
  /* not known without the server: what was kept of this ward is shown as ever */
  if (found.data === undefined) return found.error === undefined && !isBoard ? <Skeleton height={200} /> : children;
  const { all, people } = found.data;
  const names = people.slice(0, MOST_NAMES).map((p) => p.name || t('people.noName')).join(', ') + (people.length > MOST_NAMES ? ' …' : '');
  return (
    <>
      {(all || people.length > 0) && <Said title={all ? t('unseen.ward') : t('unseen.some', { n: people.length, names })} />}
      {(!all || (isBoard && people.length > 0)) && children}
    </>
  );
}
const MOST_NAMES = 5;

function OfPerson({ id }: { id: string }) {
  const { t } = useI18n();
  const found = useLoad(`unseen ${id}`, (signal) => isUnseen(server, id, signal));
  useEffect(() => onSeenAnew(found.reload), [found.reload]);
  return found.data === true ? <Said title={t('unseen.person')} /> : null;
}

function Said({ title }: { title: string }) {
  const { t } = useI18n();
  const { can } = useMe();
  return (
    <Notice kind="warn" title={title} role="status">
      <p>{t('unseen.means')} {t('unseen.ask')} {can('break-glass') && t('unseen.glass')}</p>
    </Notice>
  );
}
