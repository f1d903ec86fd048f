/* What became of a tap: recorded (by whom, when, sent or waiting), or not recorded and why. */

import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { wardStamp, MINUTE_MS } from '../fhir/zone';
import { useI18n, type I18n } from '../i18n/context';
import type { Item } from '../outbox/item';
import { Mend } from '../outbox/Mend';
import { Icon } from '../ui/Icon';
import { entryOf, giverOf, isDone, notGivenReason, whenOf, witnessOf, type Given } from './forms';
import { nameOf } from './load';
import { UNDO_MS, useGiver, type UseRound } from './useRound';

export function stateText(g: Given, { t }: I18n, now: number): string {
  const when = wardStamp(whenOf(g), now);
  if (isDone(g)) return t('drugs.state.given', { when });
  const why = notGivenReason(g);
  const said = why === 'other' ? g.statusReason?.find((r) => r.text)?.text ?? '' : '';
  return `${t(`drugs.reason.${why}`)}${said === '' ? '' : ` (${said})`} ${when}`;
}

/* True for the first seconds; draws itself again when they are over. */
function useUndoable(g: Given, use: UseRound): boolean {
  const may = use.mayUndo(g);
  const [, again] = useState(0);
  useEffect(() => {
    if (!may) return undefined;
    const timer = setTimeout(() => again((n) => n + 1), UNDO_MS + 50);
    return () => clearTimeout(timer);
  }, [may]);
  return may;
}

interface Props { line: { records: Given[]; name: string }; use: UseRound; item: Item | undefined }

export function Recorded({ line, use, item }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const me = useGiver();
  const [more, setMore] = useState(false);
  const g = line.records[0] as Given;
  const undoable = useUndoable(g, use);
  const mine = entryOf(g) !== '' && (giverOf(g)?.reference ?? '') === me.reference;
  const name = nameOf(use.data?.people ?? new Map<string, string>(), giverOf(g));
  const witness = witnessOf(g);
  const received = Date.parse(g.meta?.lastUpdated ?? '');
  const late = !item && received - whenOf(g) > 2 * MINUTE_MS && entryOf(g) !== '';
  return (
    <div className="an-answered">
      <p className={isDone(g) ? 'an-good' : ''}><Icon name={isDone(g) ? 'good' : 'info'} /><strong>{stateText(g, i18n, use.now)}</strong></p>
      <p className="an-dim">
        {[name, item ? t(use.outbox.reached ? 'drugs.sending' : 'drugs.waiting') : '', late ? t('drugs.received', { when: wardStamp(received, use.now) }) : '']
          .filter(Boolean).join(' · ')}
      </p>
      {witness && <p className="an-dim">{t('drugs.cosigned', { name: nameOf(use.data?.people ?? new Map<string, string>(), witness) })}</p>}
      {!witness && (g.extension ?? []).some((e) => e.url === 'urn:ansinh:extension:signed-alone') && (
        <p className="an-late"><Icon name="warn" />{t('drugs.unsignedMark')}</p>
      )}
      {line.records.length > 1 && <p className="an-late"><Icon name="warn" />{t('drugs.double')}</p>}
      {undoable && <Button variant="default" leftSection={<Icon name="undo" />} onClick={() => use.undo(g)}>{t('drugs.undo')}</Button>}
      {!undoable && mine && (more
        ? (
          <div className="an-options">
            <Button variant="default" onClick={() => { setMore(false); use.undo(g, 'mistake'); }}>{t('drugs.mistakeDo')}</Button>
            <Button variant="subtle" onClick={() => setMore(false)}>{t('drugs.cancel')}</Button>
          </div>
        )
        : <Button variant="subtle" onClick={() => setMore(true)}>{t('drugs.mistake')}</Button>)}
    </div>
  );
}

export function Halted({ item, use }: { item: Item; use: UseRound }) {
  const i18n = useI18n();
  const { t } = i18n;
  const me = useGiver();
  const { box } = use.outbox;
  if (item.halt === 'taken' && item.other) {
    const other = item.other as unknown as Given;
    /* in another window, or on another tablet: one hand gave it once */
    const own = me.reference !== '' && giverOf(other)?.reference === me.reference;
    const name = nameOf(use.data?.people ?? new Map<string, string>(), giverOf(other)) || t('drugs.takenSomebody');
    const what = isDone(other) ? t('drugs.given') : t(`drugs.reason.${notGivenReason(other)}`);
    return (
      <div className="an-answered an-halted" role="alert">
        <p className="an-note-warn"><Icon name="warn" />{t(own ? 'drugs.takenOwn' : 'drugs.taken', { name, when: wardStamp(whenOf(other), use.now), what })}</p>
        <div className="an-options">
          <Button onClick={() => box.dismiss(item.id)}>{t('drugs.takenOk')}</Button>
          {!own && isDone(item.resource as Given) && <Button variant="default" onClick={() => void box.storeBeside(item.id)}>{t('drugs.takenBoth')}</Button>}
        </div>
      </div>
    );
  }
  const text = item.halt === 'ended' ? t('drugs.ended') : item.halt === 'died' ? t('drugs.died')
    : item.halt === 'forbidden' ? t('drugs.forbidden') : t('drugs.refusedByServer');
  return (
    <div className="an-answered an-halted" role="alert">
      <p className="an-note-bad"><Icon name="bad" />{text}</p>
      {item.why !== '' && <p className="an-dim">{item.why}</p>}
      <p className="an-dim">{t('drugs.keepOnPaper')}</p>
      <div className="an-options">
        {item.halt === 'forbidden' && <Button variant="default" onClick={() => box.retry(item.id)}>{t('drugs.retry')}</Button>}
        <Mend item={item} />
      </div>
    </div>
  );
}
