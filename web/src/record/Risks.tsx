/* Risks of one person: said in one tap, over when somebody says so; each with who said it and since when. */

import { Button } from '@mantine/core';
import { useMe } from '../access/me';
import { useTyped } from '../access/typed';
import { conceptText } from '../fhir/clinical';
import { nowMs } from '../fhir/clock';
import { useVisitWords, VISIT_CATALOGUES, type VisitWords } from '../i18n/visits';
import { Icon } from '../ui/Icon';
import { Sure } from '../ui/Sure';
import { sayIn } from '../visits/compose';
import { Line } from '../visits/parts';
import { endIsolation as ended, type Flag } from './entries';
import { Adding, By, RecordCard, type CardProps } from './Record';
import { codeOfRisk, OTHER, riskOf, RISKS, SCALE_2, standingRisks, type Risk } from './risks';

const DRAFT = 'risk';
const KNOWN = [...RISKS, SCALE_2] as const;

function riskWords(f: Flag, w: VisitWords): string {
  const known = KNOWN.find((r) => r === codeOfRisk(f));
  return known ? w(`risks.${known}`) : conceptText(f.code);
}

export function Risks({ id, data, use, may }: CardProps) {
  const w = useVisitWords();
  const { has, me } = useMe();
  const mayScale = has('doctor') || me.auth === 'off';
  const stands = standingRisks(data.risks);
  const open = RISKS.filter((r) => !stands.some((f) => codeOfRisk(f) === r));
  const add = (code: Risk): void => use.add(riskOf(code, sayIn(VISIT_CATALOGUES.vi)(`risks.${code}`), id, use.me, nowMs()));
  const mayEnd = (f: Flag): boolean => may && codeOfRisk(f) !== 'palliative' && (codeOfRisk(f) !== SCALE_2 || mayScale);
  return (
    <RecordCard title={w('risks.title')}>
      {stands.length === 0 && <p className="an-dim">{w('risks.none')}</p>}
      <ul className="an-visit-lines">
        {stands.map((f) => (
          <li key={f.id} className="an-visit-line">
            <div><p className="an-person-name"><Icon name="warn" /> {riskWords(f, w)}</p><By who={f.author} when={f.period?.start} names={data.names} /></div>
            {mayEnd(f) && (
              <Sure variant="subtle" label={w('risks.end')} name={w('risks.endOf', { what: riskWords(f, w) })} title={w('risks.endSure')} keep={w('cancel')} yes={w('risks.end')} onDo={() => void use.change(ended(f, nowMs()))}>
                <p><strong>{riskWords(f, w)}</strong></p><p>{w(codeOfRisk(f) === SCALE_2 ? 'risks.scaleEnds' : 'risks.endMeans')}</p>
              </Sure>
            )}
          </li>
        ))}
      </ul>
      {may && (
        <Adding label={w('risks.add')} draft={{ kind: DRAFT, id }}>{(close) => (
          <>
            <div className="an-options" role="group" aria-label={w('risks.add')}>
              {open.map((r) => <Button key={r} variant="default" onClick={() => { add(r); close(); }}>{w(`risks.${r}`)}</Button>)}
              {mayScale && !stands.some((f) => codeOfRisk(f) === SCALE_2) && (
                <Sure variant="default" label={w('risks.spo2-scale-2')} title={w('risks.scaleSure')} keep={w('cancel')} yes={w('risks.scaleDo')} onDo={() => { add(SCALE_2); close(); }}><p>{w('risks.scaleMeans')}</p></Sure>
              )}
            </div>
            <Own id={id} save={(text) => { use.add(riskOf(OTHER, text, id, use.me, nowMs())); close(); }} />
          </>
        )}</Adding>
      )}
    </RecordCard>
  );
}

/* In words of one's own: short, since it stands on the board. */
function Own({ id, save }: { id: string; save: (text: string) => void }) {
  const w = useVisitWords();
  const { now, change } = useTyped(DRAFT, id, () => ({ text: '' }));
  return (
    <div className="an-visit-fields">
      <Line label={w('risks.own')} value={now.text} onChange={(text) => change({ text })} max={60} />
      <Button variant="default" disabled={now.text.trim().length < 3} onClick={() => save(now.text)}>{w('risks.addOwn')}</Button>
    </div>
  );
}
