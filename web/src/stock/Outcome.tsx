/* What became of what was just recorded: stored and to be undone, waiting for the line, or refused, with a way out of each. */

import { Button } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { problemOf } from '../fhir/client';
import { server } from '../fhir/server';
import type { BundleEntry } from '../fhir/types';
import { recordWords, useStockWords } from '../i18n/stock';
import { entryQuery, type Entry, type Item } from '../outbox/item';
import { useOutbox, useStored, type UseOutbox } from '../outbox/use';
import { UNDO_MS } from '../drugs/useRound';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { STOCK, struckMove } from './forms';

export const isStock = (r: Entry): boolean => r.resourceType === 'SupplyDelivery'
  || (r.resourceType === 'List' && ((r as { code?: { coding?: { system?: string }[] } }).code?.coding ?? []).some((c) => c.system === STOCK));
const touches = (r: Entry): boolean => isStock(r) || r.resourceType === 'MedicationAdministration' || r.resourceType === 'SupplyRequest';

export interface StockBox { outbox: UseOutbox; mine: Item[]; stored: number; undo: (id: string) => Promise<boolean> }

export function useStockBox(): StockBox {
  const outbox = useOutbox();
  const stored = useStored(touches).length;
  const { box } = outbox;
  const undo = useCallback(async (id: string): Promise<boolean> => {
    if (box.changeAll(id, (r) => (isStock(r) ? struckMove(r, recordWords('shelf.undo')) : r))) return true;
    return strikeAct(id);
  }, [box]);
  return { outbox, mine: outbox.items.filter((i) => i.parts?.some((p) => isStock(p.resource)) === true), stored, undo };
}

/* Which entries one act made is known by this page only while it is open: by their identifiers. */
const acts = new Map<string, { type: string; id: string }[]>();
export const rememberAct = (id: string, parts: { type: string; id: string }[]): void => { acts.set(id, parts); };

async function strikeAct(id: string): Promise<boolean> {
  const entry: BundleEntry[] = [];
  for (const part of acts.get(id) ?? []) {
    if (part.type !== 'SupplyDelivery' && part.type !== 'List') continue;
    const query = new URLSearchParams(entryQuery(part.id));
    const there = (await server.search<Entry>(part.type as 'List', { identifier: query.get('identifier') ?? '' })).items[0];
    if (there && there.status !== 'entered-in-error') {
      entry.push({ resource: struckMove(there, recordWords('shelf.undo')), request: { method: 'PUT', url: `${part.type}/${there.id ?? ''}`, ifMatch: `W/"${there.meta?.versionId ?? ''}"` } });
    }
  }
  if (entry.length === 0) return false;
  await server.transaction({ resourceType: 'Bundle', type: 'transaction', entry });
  return true;
}

export function Outcome({ box, saved, onChanged }: { box: StockBox; saved: string; onChanged: () => void }) {
  const w = useStockWords();
  const waiting = box.mine.filter((i) => i.halt === undefined);
  const halted = box.mine.filter((i) => i.halt !== undefined);
  return (
    <>
      <div role="status">
        {waiting.length > 0 && <Notice kind="info" title={w('shelf.waits', { n: waiting.length })} />}
        {saved !== '' && <Saved key={saved} id={saved} box={box} onChanged={onChanged} />}
      </div>
      {halted.map((i) => (
        <Notice
          key={i.id} kind="bad" role="alert" title={w('shelf.halted')}
          after={(
            <div className="an-options">
              {i.halt !== 'taken' && <Button variant="default" onClick={() => box.outbox.box.retry(i.id)}>{w('shelf.halt.retry')}</Button>}
              <Button variant="default" onClick={() => box.outbox.box.dismiss(i.id)}>{w('shelf.halt.drop')}</Button>
            </div>
          )}
        >
          <p>{w(i.halt === 'forbidden' ? 'shelf.halt.forbidden' : i.halt === 'taken' ? 'shelf.halt.taken' : 'shelf.halt.refused')}</p>
          {i.why !== '' && <p className="an-dim" lang="en">{i.why}</p>}
        </Notice>
      ))}
    </>
  );
}

function Saved({ id, box, onChanged }: { id: string; box: StockBox; onChanged: () => void }) {
  const w = useStockWords();
  const [state, setState] = useState<'open' | 'over' | 'undone'>('open');
  const [problem, setProblem] = useState<unknown>();
  useEffect(() => {
    const timer = setTimeout(() => setState((s) => (s === 'open' ? 'over' : s)), UNDO_MS);
    return () => clearTimeout(timer);
  }, []);
  const halted = box.mine.some((i) => i.id === id && i.halt !== undefined);
  const waits = box.mine.some((i) => i.id === id);
  if (!acts.has(id) || halted) return null;
  const undo = async (): Promise<void> => {
    try {
      if (await box.undo(id)) {
        setState('undone');
        onChanged();
      }
    } catch (e) {
      setProblem(e);
    }
  };
  if (state === 'undone') return <Notice kind="info" title={w('shelf.undone')} />;
  return (
    <>
      {(!waits || state === 'open') && <Notice kind="good" title={w('shelf.saved')} after={state === 'open' ? <Button variant="default" onClick={() => void undo()}>{w('shelf.undo')}</Button> : undefined} />}
      {problem !== undefined && <Problem error={problemOf(problem)} onRetry={() => setProblem(undefined)} />}
    </>
  );
}
