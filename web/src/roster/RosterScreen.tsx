/* The duty roster of a house: the month of a ward to write in, or who is on duty on a day. On a phone the day comes first. What is written is
 * seen by others when it is saved; saving works with the line down. */

import { Button, Skeleton } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useRosterWords } from '../i18n/roster';
import { useI18n } from '../i18n/context';
import type { MessageKey } from '../i18n/vi';
import { addDays, weekdayOf } from '../fhir/zone';
import { csvOf, download } from '../record/csv';
import { Sheet } from '../print/Sheet';
import type { ScreenProps } from '../screen';
import { Select } from '../stay/parts';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useOnReconnect } from '../ui/useOnline';
import type { Conflict } from './conflicts';
import { DayList } from './DayList';
import { addMonths, cellKey, isMonth } from './duty';
import { copied } from './edit';
import { FillDialog } from './Fill';
import { Grid, type Chosen } from './Grid';
import { Halted } from './Halted';
import { ImportDialog } from './ImportTable';
import { SettingsDialog } from './Settings';
import { offeredCodes } from './shifts';
import { rosterTable } from './table';
import { useRoster, type UseRoster } from './useRoster';
import { dayWord, letterOf, monthWord } from './words';
import './roster.css';
import '../stay/stay.css';

type View = 'month' | 'day';
type Open = 'fill' | 'import' | 'settings';

export default function RosterScreen({ query }: ScreenProps) {
  const w = useRosterWords();
  const month = query.get('month') ?? '';
  const use = useRoster({ house: query.get('house') ?? '', ward: query.get('ward') ?? '', month: isMonth(month) ? month : '' });
  const asked = query.get('view');
  const [view, setView] = useState<View>(() => (asked === 'month' || asked === 'day' ? asked : window.matchMedia('(max-width: 599px)').matches ? 'day' : 'month'));
  useOnReconnect(use.reload, use.error !== undefined);
  if (use.error !== undefined) return <><h1>{w('title')}</h1><Problem error={use.error} onRetry={use.reload} /></>;
  if (use.loading) return <div role="status" aria-label={w('loading')}><Skeleton height={36} width="40%" mb={16} /><Skeleton height={420} /></div>;
  if (!use.house) return <><h1>{w('title')}</h1><Notice kind="info" title={w('none')}><p>{w('noneDo')}</p></Notice></>;
  return (
    <div className="an-roster">
      <div className="an-roster-head an-noprint">
        <h1>{w('title')}</h1>
        <div className="an-options" role="group" aria-label={w('view')}>
          {(['month', 'day'] as const).map((v) => <Button key={v} variant={v === view ? 'filled' : 'default'} aria-pressed={v === view} onClick={() => setView(v)}>{w(`view.${v}`)}</Button>)}
        </div>
      </div>
      {use.cut && <Notice kind="warn" title={w('cut')} />}
      {view === 'day' ? <><Halted use={use} /><DayList use={use} /></> : <Month use={use} />}
    </div>
  );
}

function Pickers({ use }: { use: UseRoster }) {
  const w = useRosterWords();
  return (
    <div className="an-roster-pick">
      {use.houses.length > 1 && (
        <label>{w('house')}<select className="an-select" value={use.house?.id} onChange={(e) => use.setHouse(e.currentTarget.value)}>{use.houses.map((h) => <option key={h.id} value={h.id}>{h.name}</option>)}</select></label>
      )}
      <label>{w('ward')}<select className="an-select" value={use.ward} onChange={(e) => use.setWard(e.currentTarget.value)}>{use.house?.wards.map((x) => <option key={x.id} value={x.id}>{x.name}</option>)}</select></label>
      <div className="an-roster-step">
        <Button variant="default" aria-label={w('earlier')} onClick={() => use.setMonth(addMonths(use.month, -1))}><Icon name="back" /></Button>
        <strong className="an-number" aria-live="polite">{w('month', { month: monthWord(use.month) })}</strong>
        <Button variant="default" aria-label={w('later')} onClick={() => use.setMonth(addMonths(use.month, 1))}><Icon name="next" /></Button>
      </div>
    </div>
  );
}

function Month({ use }: { use: UseRoster }) {
  const w = useRosterWords();
  const { t } = useI18n();
  const [chosen, setChosen] = useState<Chosen>();
  const [open, setOpen] = useState<Open>();
  const [note, setNote] = useState('');
  const house = use.house;
  const wardName = house?.wards.find((x) => x.id === use.ward)?.name ?? '';
  const unsaved = useMemo(() => new Set(use.draft.changes.keys()), [use.draft]);
  const troubled = useMemo(() => new Set(use.conflicts.flatMap((c) => ('person' in c ? [`${c.person}/${c.day}`] : []))), [use.conflicts]);
  if (!house) return null;
  const ids = use.people.map((p) => p.id);
  const copy = (days: string[], back: number): void => {
    const step = copied(use.book, use.ward, ids, days, back);
    setNote(step.length === 0 ? w('copiedNothing') : '');
    use.change(step);
  };
  const save = (): void => {
    const words = { name: w('name'), role: w('role'), roleOf: (r: string) => (r === '' ? '' : t(`role.${r}` as MessageKey)), letter: (c: Parameters<typeof letterOf>[0]) => letterOf(c, w) };
    download(`${w('file')}-${use.month}.csv`, csvOf(rosterTable(use.people, use.ward, use.days, use.book, words)));
  };
  return (
    <>
      <div className="an-roster-bar an-noprint">
        <Pickers use={use} />
        <div className="an-row">
          {use.may && <Button variant="default" onClick={() => setOpen('fill')}>{w('fill')}</Button>}
          <details className="an-roster-more">
            <summary>{w('more')}</summary>
            <div className="an-row">
              {use.may && <Button variant="default" leftSection={<Icon name="copy" />} disabled={!chosen} onClick={() => copy(weekOf(chosen?.day ?? ''), 7)}>{w('copyWeek')}</Button>}
              {use.may && <Button variant="default" leftSection={<Icon name="copy" />} onClick={() => copy(use.days, 28)}>{w('copyMonth')}</Button>}
              {use.may && <Button variant="default" leftSection={<Icon name="import" />} onClick={() => setOpen('import')}>{w('import')}</Button>}
              <Button variant="default" onClick={save}>{w('export')}</Button>
              <Button variant="default" leftSection={<Icon name="print" />} onClick={() => window.print()}>{w('print')}</Button>
              <Settings use={use} onOpen={() => setOpen('settings')} />
            </div>
          </details>
        </div>
      </div>
      <p role="status" className="an-roster-note an-noprint">{note}{use.fresh && w('fresh')}</p>
      <Sheet title={w('sheet', { month: monthWord(use.month) })} facility={house.name} ward={wardName}>
        {use.people.length === 0 && <Notice kind="info" title={w('empty')}><p>{w(use.may ? 'emptyDo' : 'emptyRead')}</p></Notice>}
        {use.people.length > 0 && (
          <Grid
            label={w('gridOf', { ward: wardName, month: monthWord(use.month) })} ward={use.ward} people={use.people} days={use.days} today={use.today} book={use.book} unsaved={unsaved}
            troubled={troubled} me={use.me} may={use.may} system={house.system} chosen={chosen} onChoose={setChosen} onSet={use.change} onUndo={use.undo}
          />
        )}
        <p className="an-roster-legend">
          {offeredCodes(house.system).map((c) => <span key={c}><b className={`an-roster-key an-roster-is-${c}`}>{letterOf(c, w)}</b> {w(`code.${c}`)}</span>)}
        </p>
      </Sheet>
      <Halted use={use} />
      <Palette use={use} chosen={chosen} />
      <Conflicts use={use} onPick={(c) => { if ('person' in c) setChosen({ person: c.person, day: c.day }); }} />
      {use.may && use.others.length > 0 && (
        <div className="an-noprint an-roster-add">
          <Select label={w('addPerson')} none={w('addPersonNone')} value="" onChange={(id) => { if (id !== '') use.add(id); }}
            options={use.others.map((p) => ({ value: p.id, label: `${p.name} · ${t(`role.${p.role}` as MessageKey)}` }))} />
        </div>
      )}
      {open === 'fill' && <FillDialog use={use} onClose={() => setOpen(undefined)} />}
      {open === 'import' && <ImportDialog use={use} onClose={() => setOpen(undefined)} />}
      {open === 'settings' && <SettingsDialog use={use} onClose={() => setOpen(undefined)} />}
    </>
  );
}

/* Monday to Sunday around a day. */
const weekOf = (day: string): string[] => {
  const at = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].indexOf(weekdayOf(day));
  return Array.from({ length: 7 }, (_, i) => addDays(day, i - at));
};

function Settings({ use, onOpen }: { use: UseRoster; onOpen: () => void }) {
  const w = useRosterWords();
  return use.mayDivide ? <Button variant="default" leftSection={<Icon name="clock" />} onClick={onOpen}>{w('settings')}</Button> : null;
}

/* The same letters as on the keyboard, for a thumb; and what becomes of what was changed. */
function Palette({ use, chosen }: { use: UseRoster; chosen: Chosen | undefined }) {
  const w = useRosterWords();
  const n = use.draft.changes.size;
  if (!use.may || !use.house) return null;
  const cell = chosen && use.people.some((p) => p.id === chosen.person) && use.days.includes(chosen.day) ? { ward: use.ward, ...chosen } : undefined;
  const from = cell ? use.book.get(cellKey(cell)) ?? '' : '';
  return (
    <div className="an-roster-palette an-noprint">
      <p id="roster-help" className="an-dim an-only-desk">{w('help')}</p>
      <p className={cell ? '' : 'an-only-touch'}>{cell ? w('chosen', { who: use.nameOf(cell.person), day: dayWord(cell.day, w) }) : w('choose')}</p>
      {cell && <div className="an-roster-letters" role="group" aria-label={w('palette')}>
        {offeredCodes(use.house.system).map((c) => (
          <Button key={c} variant={from.split('+').includes(c) ? 'filled' : 'default'} aria-pressed={from.split('+').includes(c)} aria-label={w(`code.${c}`)} title={w(`code.${c}`)} onClick={() => use.change([{ ...cell, from, to: c }])}>
            {letterOf(c, w)}
          </Button>
        ))}
        <Button variant="default" leftSection={<Icon name="erase" />} disabled={from === ''} onClick={() => use.change([{ ...cell, from, to: '' }])}>{w('clear')}</Button>
      </div>}
      <div className="an-row an-roster-save">
        <p role="status">{n > 0 ? w('unsaved', { n }) : use.waiting ? w('waiting') : use.done ? w('saved') : ''}</p>
        {use.draft.past.length > 0 && <Button variant="default" leftSection={<Icon name="undo" />} onClick={use.undo}>{w('undo')}</Button>}
        {n > 0 && <Button variant="default" onClick={use.drop}>{w('drop')}</Button>}
        {n > 0 && <Button leftSection={<Icon name="check" />} onClick={use.save}>{w('save', { n })}</Button>}
      </div>
    </div>
  );
}

const MOST = 30;

function Conflicts({ use, onPick }: { use: UseRoster; onPick: (c: Conflict) => void }) {
  const w = useRosterWords();
  const list = use.conflicts;
  const name = (id: string): string => use.house?.wards.find((x) => x.id === id)?.name ?? id;
  const text = (c: Conflict): string => {
    const day = dayWord(c.day, w);
    switch (c.kind) {
      case 'twice': return w('conflict.twice', { day, who: use.nameOf(c.person), ward: name(c.ward), other: name(c.other) });
      case 'rest': return w('conflict.rest', { day, who: use.nameOf(c.person), duty: w(`code.${c.code}`) });
      case 'away': return w('conflict.away', { day, who: use.nameOf(c.person), reason: w(`code.${c.reason}`) });
      case 'blind': return w('conflict.blind', { day, who: use.nameOf(c.person), ward: name(c.ward) });
      case 'noNurse': return w('conflict.noNurse', { day, duty: w(`code.${c.shift}`) });
    }
  };
  return (
    <section className="an-card an-noprint" aria-label={w('conflicts', { n: list.length })}>
      <h2>{w('conflicts', { n: list.length })}</h2>
      {list.length === 0 && <p><Icon name="good" /> {w('conflictsNone')}</p>}
      <ul className="an-roster-conflicts">
        {list.slice(0, MOST).map((c, i) => (
          <li key={i}><Icon name="warn" />{'person' in c ? <button type="button" className="an-roster-link" onClick={() => onPick(c)}>{text(c)}</button> : <span>{text(c)}</span>}</li>
        ))}
      </ul>
      {list.length > MOST && <p className="an-dim">{w('conflictsMore', { n: list.length - MOST })}</p>}
    </section>
  );
}
