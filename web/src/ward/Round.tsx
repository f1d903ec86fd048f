/* The round of vital signs: one resident at a time, the next by one tap. Whose turn it is comes from the shift board; what was
 * typed and not saved stays with its own person (draftStore.ts). */

import { Skeleton } from '@mantine/core';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { unheardOf } from '../fhir/client';
import { useI18n } from '../i18n/context';
import type { Item } from '../outbox/item';
import { useOutbox } from '../outbox/use';
import { replace, queryOf, useHash } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { SOON_MS, stateOfDue, type Board, type BoardResident } from './board';
import { WaitingSets } from '../screens/WaitingSets';
import { roundHref, wardHref } from './hrefs';
import { RoundCard } from './RoundCard';
import { useNow } from '../ui/useNow';
import { waitsSince } from '../vitals/waiting';
import { Unheard } from '../place/Unheard';
import { useBoard } from './useBoard';
import './ward.css';
import './round.css';

/* beside the round, and no part of what it opens with: without a line the round goes on without it */
const NoHours = lazy(() => import('../plan/NoHours').catch(() => ({ default: () => null })));

/* A round is made for those whose time has come or comes within the hour, and who were not measured already without a line. */
const isOpen = (r: BoardResident, now: number, unsent: Item[]): boolean =>
  r.dues.some((d) => d.what === 'vitals' && stateOfDue(d, now) !== 'later' && !waitsSince(unsent, r.id, d.at - SOON_MS));

const namesIn = (board: Board): Record<string, string> => Object.fromEntries(board.residents.map((r) => [r.id, r.name]));

export default function Round({ params }: ScreenProps) {
  const { t } = useI18n();
  const ward = params.ward ?? '';
  const { board: whole, error, at, reload } = useBoard(`Location/${encodeURIComponent(ward)}/$board`);
  const board = useMemo(() => whole && { ...whole, residents: whole.residents.filter((r) => !r.unseen) }, [whole]);
  const unheard = error === undefined ? 'refused' : unheardOf(error);
  return (
    <div className="an-vround">
      <div className="an-vround-head">
        <a className="an-back" href={wardHref(ward)}><Icon name="back" />{t('round.toBoard')}</a>
        <h1>{t('round.title')}</h1>
      </div>
      {error !== undefined && board === undefined && <Problem error={error} onRetry={reload} />}
      {board === undefined && error === undefined && <Skeleton height={420} radius={8} />}
      {board !== undefined && unheard !== 'refused' && <Unheard kind={unheard} at={at} />}
      {board !== undefined && <Turns ward={ward} board={board} />}
      {board !== undefined && board.residents.length > 0 && <Suspense fallback={null}><NoHours lodgers={board.residents} /></Suspense>}
      {board !== undefined && <WaitingSets names={namesIn(board)} />}
    </div>
  );
}

function Turns({ ward, board }: { ward: string; board: Board }) {
  const { t } = useI18n();
  const now = useNow(60_000);
  const unsent = useOutbox().items;
  /* without a name in the address: the first whose time has come, who stays until somebody goes on */
  const [first] = useState(() => board.residents.find((r) => isOpen(r, now, unsent))?.id ?? '');
  const wanted = queryOf(useHash()).get('p') ?? first;
  const [done, setDone] = useState<string[]>([]);
  const open = board.residents.filter((r) => isOpen(r, now, unsent) && !done.includes(r.id));
  const current = board.residents.find((r) => r.id === wanted);
  const place = current ? board.residents.indexOf(current) : -1;
  const after = (id: string): BoardResident | undefined => {
    const rest = open.filter((r) => r.id !== id);
    return rest.find((r) => board.residents.indexOf(r) > place) ?? rest[0];
  };
  const next = current && after(current.id);
  const show = useCallback((id: string) => {
    replace(roundHref(ward, id));
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  }, [ward]);
  const onSaved = useCallback((id: string) => setDone((all) => [...all, id]), []);
  if (!current) {
    return (
      <Notice kind="good" title={t(done.length > 0 ? 'round.allDone' : 'round.noneDue', { n: done.length })} role="status">
        <Jump board={board} current={undefined} onPick={show} />
      </Notice>
    );
  }
  return (
    <>
      <div className="an-vround-head">
        <p className="an-number" role="status">{open.length === 0 ? t('round.noneLeft') : t('round.left', { n: open.length })}</p>
        <Jump board={board} current={current.id} onPick={show} />
      </div>
      <RoundCard
        key={current.id} r={current} placeName={board.placeName} nextName={next ? `${next.bed} ${next.name}` : ''}
        onSaved={() => onSaved(current.id)}
        onNext={() => { if (next) show(next.id); else window.location.hash = wardHref(ward); }}
      />
    </>
  );
}

/* Anybody of the ward, whether it is their turn or not. */
function Jump({ board, current, onPick }: { board: Board; current: string | undefined; onPick: (id: string) => void }) {
  const { t } = useI18n();
  return (
    <label className="an-vround-jump">
      <span>{t('round.jump')}</span>
      <select className="mantine-Input-input an-select" value={current ?? ''} onChange={(e) => onPick(e.currentTarget.value)}>
        {current === undefined && <option value="">{t('round.jumpNone')}</option>}
        {board.residents.map((r) => <option key={r.id} value={r.id}>{`${r.bed} · ${r.name}`}</option>)}
      </select>
    </label>
  );
}

