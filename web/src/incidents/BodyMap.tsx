/* The body, front and back: tap what hurts. The picture is for the finger and the eye; the list below it says the same by keyboard and
 * to a reader. Left and right are the person's own. */

import { Button, Input } from '@mantine/core';
import { useState } from 'react';
import { useDailyWords, type DailyKey } from '../i18n/daily';
import { Icon } from '../ui/Icon';
import { foldText } from '../text';
import { SIGNS, SITES, type View } from './kinds';

interface Props {
  marks: Record<string, string[]>;
  onMarks?: (marks: Record<string, string[]>) => void;
  /* only these sites, or all */
  only?: string[];
  /* one site, without signs */
  single?: boolean;
}

export function BodyMap({ marks, onMarks, only, single }: Props) {
  const w = useDailyWords();
  const sites = SITES.filter((s) => !only || only.includes(s.code));
  const flip = (code: string): void => {
    if (!onMarks) return;
    const { [code]: had, ...rest } = marks;
    onMarks(had ? rest : single ? { [code]: [] } : { ...marks, [code]: [] });
  };
  const sign = (site: string, code: string): void => {
    const now = marks[site] ?? [];
    onMarks?.({ ...marks, [site]: now.includes(code) ? now.filter((c) => c !== code) : [...now, code] });
  };
  return (
    <div className="an-body">
      <div className="an-figures" aria-hidden="true">
        {(['front', 'back'] as View[]).map((view) => <Figure key={view} view={view} sites={sites} marks={marks} {...(onMarks ? { onFlip: flip } : {})} />)}
      </div>
      {onMarks && <SiteList sites={sites.map((s) => s.code)} marks={marks} onFlip={flip} />}
      <ul className="an-marks">
        {Object.entries(marks).map(([site, signs]) => (
          <li key={site} className="an-mark-row" role="group" aria-label={w(`incident.site.${site}` as DailyKey)}>
            <strong>{w(`incident.site.${site}` as DailyKey)}</strong>
            {!onMarks && <span>{signs.map((s) => w(`incident.sign.${s}` as DailyKey)).join(', ')}</span>}
            {onMarks && !single && SIGNS.map((s) => <Button key={s} variant={signs.includes(s) ? 'filled' : 'default'} aria-pressed={signs.includes(s)} onClick={() => sign(site, s)}>{w(`incident.sign.${s}`)}</Button>)}
            {onMarks && <Button variant="subtle" aria-label={`${w('incident.unmark')}: ${w(`incident.site.${site}` as DailyKey)}`} onClick={() => flip(site)}><Icon name="close" /></Button>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Figure({ view, sites, marks, onFlip }: { view: View; sites: typeof SITES; marks: Record<string, string[]>; onFlip?: (code: string) => void }) {
  const w = useDailyWords();
  const wanted = new Set(sites.map((s) => s.code));
  return (
    <figure>
      <svg viewBox="0 0 100 214" className={`an-figure ${onFlip ? 'an-figure-live' : ''}`} data-view={view}>
        {SITES.filter((s) => s.view === view).map((s) => {
          const [x, y, width, height, r] = s.box;
          const can = wanted.has(s.code);
          return (
            <rect
              key={s.code} x={x} y={y} width={width} height={height} rx={r} data-site={s.code}
              className={`an-site ${marks[s.code] ? 'an-site-on' : ''} ${can ? '' : 'an-site-off'}`} {...(can && onFlip ? { onClick: () => onFlip(s.code) } : {})}
            />
          );
        })}
      </svg>
      <figcaption>{w(`incident.view.${view}`)}</figcaption>
    </figure>
  );
}

function SiteList({ sites, marks, onFlip }: { sites: string[]; marks: Record<string, string[]>; onFlip: (code: string) => void }) {
  const w = useDailyWords();
  const [typed, setTyped] = useState('');
  const shown = sites.filter((s) => foldText(w(`incident.site.${s}` as DailyKey)).includes(foldText(typed)));
  return (
    <details className="an-site-list">
      <summary>{w('incident.siteList')}</summary>
      <Input aria-label={w('incident.siteFind')} placeholder={w('incident.siteFind')} value={typed} onChange={(e) => setTyped(e.currentTarget.value)} />
      <div className="an-options" role="group" aria-label={w('incident.siteList')}>
        {shown.map((s) => <Button key={s} variant={marks[s] ? 'filled' : 'default'} aria-pressed={marks[s] !== undefined} onClick={() => onFlip(s)}>{w(`incident.site.${s}` as DailyKey)}</Button>)}
      </div>
    </details>
  );
}
