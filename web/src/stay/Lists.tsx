/* The lists that follow from the stays: person-days, who came and went, meals; on the screen, on paper, and for a table program. */

import { Button, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { useMe } from '../access/me';
import { searchAll, searchFor } from '../fhir/all';
import { dietText, isFasting, standingDiets, type DietOrder } from '../diet/diet';
import { foodAllergies } from '../diet/foods';
import { DIET_WORDS } from '../diet/words';
import { ifAllowed } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { showFhirDate, showFhirDay } from '../fhir/dates';
import { identifiers, personName } from '../fhir/person';
import { server } from '../fhir/server';
import { addDays, wardTime } from '../fhir/zone';
import { useWords } from '../i18n/stay';
import { idOf } from '../drugs/forms';
import { Sheet } from '../print/Sheet';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { unseenAmong } from '../place/unseen';
import { within } from './beds';
import { csv, mealOrder, movement, personDaysOf, MEALS, type Eater } from './count';
import { isStay, type Bed, type Patient, type Stay } from './forms';
import { facilities } from './load';
import { Select } from './parts';
import { stayHref } from './screens';
import './stay.css';

const KINDS = ['days', 'moves', 'meals'] as const;
type Kind = (typeof KINDS)[number];
interface Data { stays: Stay[]; people: Map<string, Patient>; places: Map<string, Bed>; /* undefined: this account does not see them */ diets: Map<string, DietOrder> | undefined; foods: Map<string, string[]> | undefined; /* whose diet it does not see */ unseen: Set<string>; cut: boolean }

async function load(facility: string, from: string, until: string, wantsDiets: boolean, isLimited: boolean, signal: AbortSignal): Promise<Data> {
  const [stays, places] = await Promise.all([
    searchAll<Stay>(server, 'Encounter', { class: 'IMP', 'service-provider': `Organization/${facility}`, status: 'in-progress,onleave,finished', date: [`ge${from}`, `le${until}`], _include: 'Encounter:subject' }, signal),
    searchAll<Bed>(server, 'Location', { organization: `Organization/${facility}`, _elements: 'name,physicalType,partOf' }, signal),
  ]);
  const people = new Map(stays.included.filter((r): r is Patient => r.resourceType === 'Patient').map((p) => [p.id ?? '', p]));
  const ids = [...people.keys()];
  const [orders, foods, unseen] = wantsDiets && ids.length > 0
    ? await Promise.all([
      ifAllowed(searchFor<DietOrder>(server, 'NutritionOrder', 'patient', ids, { status: 'active' }, signal)), foodAllergies(server, ids, signal),
      isLimited ? unseenAmong(server, ids, signal) : new Set<string>(),
    ]) : [];
  const diets = orders && standingDiets(orders.items);
  return { stays: stays.items.filter(isStay), people, places: new Map(places.items.map((p) => [p.id ?? '', p])), diets, foods, unseen: unseen ?? new Set(), cut: stays.cut };
}

const wardOf = (d: Data, stay: Stay): string => within(d.places, idOf((stay.location ?? []).at(-1)?.location), 'wa')?.name ?? '';
const lastDay = (month: string): string => addDays(`${addDays(`${month}-28`, 5).slice(0, 7)}-01`, -1);
const monthAfter = (month: string, n: number): string => (n > 0 ? addDays(lastDay(month), 1) : addDays(`${month}-01`, -1)).slice(0, 7);

export default function Lists() {
  const w = useWords();
  const { me, wards } = useMe();
  const { day: today } = wardTime(nowMs());
  const [kind, setKind] = useState<Kind>('days');
  const [month, setMonth] = useState(today.slice(0, 7));
  const [day, setDay] = useState(today);
  const [chosen, setChosen] = useState('');
  const houses = useLoad('list facilities', (signal) => facilities(server, me, signal));
  const house = houses.data?.find((f) => f.id === chosen) ?? houses.data?.[0];
  const [from, until] = kind === 'meals' ? [day, day] : [`${month}-01`, lastDay(month)];
  const found = useLoad(`lists ${house?.id ?? ''} ${kind} ${from}`, async (signal) => (house ? load(house.id, from, until, kind === 'meals', wards.length > 0, signal) : undefined));
  const rows = house && found.data ? tableOf(kind, found.data, from, until > today && kind !== 'meals' ? today : until, w) : undefined;
  const save = (): void => {
    if (!rows) return;
    const url = URL.createObjectURL(new Blob([csv([rows.head, ...rows.body, ...(rows.apart && rows.apart.body.length > 0 ? [[], rows.apart.head, ...rows.apart.body] : [])])], { type: 'text/csv;charset=utf-8' }));
    const a = document.createElement('a');
    a.href = url;
    a.download = `${kind}-${from}.csv`;
    a.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  const step = (n: number): void => { if (kind === 'meals') setDay(addDays(day, n)); else setMonth(monthAfter(month, n)); };
  return (
    <div className="an-paper">
      <div className="an-noprint an-paper-bar">
        <a className="an-back" href={stayHref()}><Icon name="back" />{w('back')}</a>
        <div className="an-options" role="group" aria-label={w('lists.title')}>
          {KINDS.map((k) => <Button key={k} variant={k === kind ? 'filled' : 'default'} aria-pressed={k === kind} onClick={() => setKind(k)}>{w(`lists.${k}`)}</Button>)}
        </div>
        <div className="an-options">
          <Button variant="default" onClick={() => step(-1)}>{w('lists.earlier')}</Button>
          <Button variant="default" onClick={() => step(1)}>{w('lists.later')}</Button>
          <Button variant="default" leftSection={<Icon name="import" />} disabled={!rows} onClick={save}>{w('lists.csv')}</Button>
          <Button leftSection={<Icon name="print" />} disabled={!rows} onClick={() => window.print()}>{w('lists.print')}</Button>
        </div>
        {houses.data !== undefined && houses.data.length > 1 && (
          <Select label={w('facility')} none={houses.data[0]?.name ?? ''} value={chosen} onChange={setChosen} options={houses.data.slice(1).map((f) => ({ value: f.id, label: f.name }))} />
        )}
      </div>
      {(found.error ?? houses.error) !== undefined && <Problem error={found.error ?? houses.error} onRetry={() => { houses.reload(); found.reload(); }} />}
      {!rows && found.error === undefined && houses.error === undefined && (houses.data?.length === 0 ? <Notice kind="info" title={w('noFacility')} /> : <Skeleton height={400} />)}
      {found.data?.cut === true && <Notice kind="warn" title={w('beds.cut')} />}
      {kind === 'meals' && found.data && found.data.unseen.size > 0 && <Notice kind="warn" title={w('lists.dietUnseenOf', { n: found.data.unseen.size })} role="status" />}
      {kind === 'meals' && found.data && !(found.data.diets && found.data.foods) && <Notice kind="warn" title={w('lists.dietUnseenDo')} role="status" />}
      {rows && house && (
        <Sheet title={w(`lists.${kind}`)} facility={house.name} ward="" what={kind === 'meals' ? showFhirDay(day) : `${month.slice(5)}/${month.slice(0, 4)}`}>
          <p>{rows.sum}</p>
          <div className="an-stay-scroll" tabIndex={0} role="group" aria-label={w(`lists.${kind}`)}>
            <table className="an-stay-table">
              <thead><tr>{rows.head.map((h, i) => <th key={i} className={i >= rows.text ? 'an-stay-n' : undefined}>{h}</th>)}</tr></thead>
              <tbody>{rows.body.map((r, i) => <tr key={i}>{r.map((c, k) => <td key={k} className={k >= rows.text ? 'an-stay-n' : undefined}>{c}</td>)}</tr>)}</tbody>
            </table>
          </div>
          {rows.body.length === 0 && <p>{w('lists.none')}</p>}
          {rows.apart && rows.apart.body.length > 0 && <Apart {...rows.apart} />}
        </Sheet>
      )}
    </div>
  );
}

/* Who gets something of their own, one by one: a portion that is like no other cannot be counted. */
function Apart({ title, head, body }: NonNullable<Table['apart']>) {
  return (
    <>
      <h2>{title}</h2>
      <div className="an-stay-scroll" tabIndex={0} role="group" aria-label={title}>
        <table className="an-stay-table an-stay-apart">
          <thead><tr>{head.map((h) => <th key={h}>{h}</th>)}</tr></thead>
          <tbody>{body.map((r, i) => <tr key={i}>{r.map((c, k) => <td key={k}>{c}</td>)}</tr>)}</tbody>
        </table>
      </div>
    </>
  );
}

/* text: how many columns are words */
interface Table { head: string[]; body: (string | number)[][]; sum: string; text: number; apart?: { title: string; head: string[]; body: string[][] } }

function tableOf(kind: Kind, d: Data, from: string, until: string, w: ReturnType<typeof useWords>): Table {
  const name = (s: Stay): string => { const p = d.people.get(idOf(s.subject)); return p ? personName(p) || w('noName') : w('noName'); };
  const number = (s: Stay): string => { const p = d.people.get(idOf(s.subject)); return p ? identifiers(p).find((n) => !n.guarded)?.value ?? '' : ''; };
  const byName = (a: Stay, b: Stay): number => name(a).localeCompare(name(b), 'vi');
  if (kind === 'days') {
    const people = new Map<string, Stay[]>();
    for (const s of d.stays) people.set(idOf(s.subject), [...(people.get(idOf(s.subject)) ?? []), s]);
    const lines = [...people.values()].map((list) => ({ stay: list[0] as Stay, days: personDaysOf(list, from, until) })).filter((l) => l.days.here + l.days.leave + l.days.hospital > 0)
      .sort((a, b) => byName(a.stay, b.stay));
    const total = lines.reduce((n, l) => n + l.days.here, 0);
    return {
      head: [w('name'), w('lists.number'), w('ward'), w('filter.here'), w('filter.leave'), w('filter.hospital')], text: 3,
      body: lines.map((l) => [name(l.stay), number(l.stay), wardOf(d, l.stay), l.days.here, l.days.leave, l.days.hospital]),
      sum: w('lists.daysSum', { n: total, people: lines.length, until: showFhirDay(until) }),
    };
  }
  if (kind === 'moves') {
    const m = movement(d.stays, from, until);
    const line = (s: Stay, came: boolean): (string | number)[] => [
      w(came ? 'lists.came' : 'lists.went'), showFhirDate(came ? s.period?.start : s.period?.end), name(s), number(s),
      came ? s.hospitalization?.admitSource?.text ?? '' : [s.hospitalization?.dischargeDisposition?.text, s.hospitalization?.destination?.display].filter(Boolean).join(' · '),
    ];
    return {
      head: [w('lists.kind'), w('lists.when'), w('name'), w('lists.number'), w('lists.why')], text: 5,
      body: [...[...m.came].sort(byName).map((s) => line(s, true)), ...[...m.went].sort(byName).map((s) => line(s, false))],
      sum: w('lists.movesSum', { opening: m.opening, came: m.came.length, went: m.went.length, closing: m.closing, until: showFhirDay(until) }),
    };
  }
  const dietOfOne = (id: string): string => {
    const o = d.diets?.get(id);
    return d.diets && !d.unseen.has(id) ? (o && dietText(o)) || w('lists.ordinary') : w('lists.dietUnseen');
  };
  const eaters: Eater[] = d.stays.map((stay) => {
    const id = idOf(stay.subject);
    const o = d.diets?.get(id);
    const foods = d.foods?.get(id) ?? [];
    const apart = [o?.oralDiet?.instruction ?? '', foods.length > 0 ? w('lists.foods', { list: foods.join(', ') }) : ''].filter((x) => x !== '').join('. ');
    return { id, ward: wardOf(d, stay), diet: dietOfOne(id), stay, fasts: o !== undefined && isFasting(o, DIET_WORDS), apart };
  });
  const order = mealOrder(eaters, from);
  const sum = (meal: (typeof MEALS)[number]['meal']): number => order.rows.reduce((n, r) => n + r[meal], 0);
  return {
    head: [w('ward'), w('lists.diet'), ...MEALS.map((m) => w(`meal.${m.meal}`))], text: 2,
    body: order.rows.map((r) => [r.ward, r.diet, r.breakfast, r.lunch, r.dinner]),
    apart: {
      title: w('lists.apart', { n: order.apart.length }), head: [w('ward'), w('lists.bed'), w('name'), w('lists.diet'), w('lists.apartWhat')],
      body: [...order.apart].sort((a, b) => a.ward.localeCompare(b.ward, 'vi') || byName(a.stay, b.stay)).map((e) => [e.ward, d.places.get(idOf((e.stay.location ?? []).at(-1)?.location))?.name ?? '', name(e.stay), e.diet, e.apart ?? '']),
    },
    sum: w('lists.mealsSum', { breakfast: sum('breakfast'), lunch: sum('lunch'), dinner: sum('dinner'), not: order.not.length }) + (order.fasting > 0 ? ` ${w('lists.fasting', { n: order.fasting })}` : ''),
  };
}
