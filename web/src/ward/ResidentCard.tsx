/* One resident on the board. At most one red thing a card: what is late is red only when no score is. */

import { Button } from '@mantine/core';
import { useMe } from '../access/me';
import { nowMs } from '../fhir/clock';
import { ageOn, yearsOf } from '../fhir/person';
import { clockDate } from '../fhir/dates';
import { wardClock, wardStamp } from '../fhir/zone';
import { useI18n, type I18n, type Translate } from '../i18n/context';
import { alertsHref } from '../alerts/screens';
import { personHref } from '../route';
import { careHref } from '../daily/screens';
import { restraintHref } from '../incidents/screens';
import { drugsHref } from '../drugs/screens';
import { mayFill, stationHref } from '../forms/screens';
import { Icon, type IconName } from '../ui/Icon';
import { hasAlert, openDues, type BoardResident, type LastScore, type Mark, type OpenDue } from './board';
import { roundHref } from './hrefs';
import { whyNoScore, type NoScore } from './news2';

export function ageShort(birthDate: string | undefined, i18n: I18n): string {
  return i18n.age(ageOn(birthDate, clockDate(new Date(nowMs()))));
}

/* Whom NEWS2 is not made for. */
export function whyNoScoreFor(r: BoardResident): NoScore | undefined {
  const age = ageOn(r.birthDate, clockDate(new Date(nowMs())));
  return whyNoScore(yearsOf(age), age.kind === 'about', r.risks.some((m) => m.code === 'pregnancy'));
}

/* Risks we know have words in both languages, and none that tells a passer-by too much; others stand as they were written. */
const RISKS = ['fall', 'swallow', 'pressure', 'self-harm', 'wander', 'spo2-scale-2', 'pregnancy', 'palliative',
  'isolation-contact', 'isolation-droplet', 'isolation-airborne', 'isolation-room'] as const;
export function riskText(m: Mark, t: Translate): string {
  const known = RISKS.find((code) => code === m.code);
  return known ? t(`risk.${known}`) : m.text;
}

export function ResidentCard({ ward, r, now, face }: { ward: string; r: BoardResident; now: number; face?: string | undefined }) {
  const i18n = useI18n();
  const { t } = i18n;
  const me = useMe();
  const { can } = me;
  const name = r.name || t('people.noName');
  const dues = openDues(r, now);
  const why = whyNoScoreFor(r);
  return (
    <li className={`an-board-card ${hasAlert(r) ? 'an-board-card-alert' : ''}`} aria-label={`${r.bed} ${name}`}>
      <p className="an-board-who">
        {face === undefined ? <span className="an-face an-face-small" aria-hidden="true">{initial(name)}</span> : <img className="an-face an-face-small" src={face} alt="" />}
        <span>
          <a href={personHref(r.id)} className="an-board-name">{name}</a>
          <span className="an-board-line"><span className="an-bed">{r.bed}</span> · {ageShort(r.birthDate, i18n)}</span>
        </span>
      </p>
      <Marks r={r} />
      {r.unseen ? <p className="an-board-score an-dim">{t('unseen.card')}</p> : why ? <p className="an-board-score an-dim">{t(`ward.why.${why}`)}</p> : <ScoreLine last={r.news2} now={now} />}
      {can('alerts') && <AlertLine r={r} name={name} now={now} />}
      <ul className="an-board-dues">
        {dues.length === 0 && !r.unseen && <li className="an-dim">{t('ward.nothingDue')}</li>}
        {dues.map((d) => <DueLine key={`${d.what} ${d.kind} ${d.state}`} due={d} calm={hasAlert(r)} href={d.what !== 'care' ? undefined : d.kind === 'restraint-over' ? restraintHref(r.id) : careHref(ward, r.id, d.kind)} now={now} />)}
      </ul>
      {!r.unseen && <div className="an-board-acts">
        <Button component="a" variant="default" href={roundHref(ward, r.id)} aria-label={t('ward.vitalsOf', { name })}>{t('ward.vitals')}</Button>
        {can('drugs') && (
          <Button component="a" variant="default" href={drugsHref(ward, r.id)} aria-label={t('ward.drugsOf', { name })}>{t('ward.drugs')}</Button>
        )}
        <Button component="a" variant="default" href={careHref(ward, r.id)} aria-label={t('ward.careOf', { name })}>{t('ward.care')}</Button>
        {mayFill(me) && <Button component="a" variant="default" href={stationHref(r.id)} aria-label={t('forms.of', { name })}>{t('forms.title')}</Button>}
      </div>}
    </li>
  );
}

const initial = (name: string): string => (name.split(' ').pop() ?? '').slice(0, 1);

const RISK_ICONS: Record<string, IconName> = {
  fall: 'fall', swallow: 'swallow', pressure: 'pressure', 'self-harm': 'eye', wander: 'wander', 'spo2-scale-2': 'scale2', palliative: 'heart',
};

function Marks({ r }: { r: BoardResident }) {
  const { t } = useI18n();
  if (r.risks.length === 0 && r.allergies.length === 0) return null;
  return (
    <ul className="an-board-marks" aria-label={t('ward.risks')}>
      {r.allergies.map((text) => <li key={text} className="an-mark an-mark-allergy"><Icon name="allergy" size={18} />{text}</li>)}
      {r.risks.map((m) => (
        <li key={m.code + m.text} className="an-mark"><Icon name={RISK_ICONS[m.code] ?? 'warn'} size={18} />{riskText(m, t)}</li>
      ))}
    </ul>
  );
}

/* The score with its word: colour never alone. */
function ScoreLine({ last, now }: { last: LastScore | undefined; now: number }) {
  const { t } = useI18n();
  if (!last) return <p className="an-board-score an-dim">{t('ward.noScore')}</p>;
  const when = wardStamp(last.at, now);
  if (last.score === undefined || !last.band) {
    return <p className="an-board-score an-score-open"><Icon name="warn" /><span>{t('ward.scoreOpen', { when })}</span></p>;
  }
  return (
    <p className={`an-board-score an-score-${last.band}`}>
      <Icon name={last.band === 'routine' || last.band === 'low' ? 'good' : last.band === 'emergency' ? 'bad' : 'warn'} />
      <strong className="an-number">NEWS2 {last.score}</strong>
      <span>{t(`news2.band.${last.band}`)}</span>
      <span className="an-dim an-number">{when}</span>
    </p>
  );
}

/* The gravest open alert with its time, for the score above it may be of later, and how many more there are. */
function AlertLine({ r, name, now }: { r: BoardResident; name: string; now: number }) {
  const { t, lang } = useI18n();
  const first = r.alerts[0];
  if (!first) return null;
  const shown = `${lang === 'en' ? first.titleEn : first.title}${first.at > 0 ? ` · ${t('ward.alertAt', { when: wardStamp(first.at, now) })}` : ''}${r.alerts.length > 1 ? ` ${t('ward.alertMore', { n: r.alerts.length - 1 })}` : ''}`;
  return (
    <p className="an-board-alert">
      <Icon name={first.seen ? 'check' : first.priority === 'stat' ? 'bad' : 'warn'} size={18} />
      <a href={alertsHref(r.id)} aria-label={`${t('ward.alerts', { name })}: ${shown}`}>{shown}</a>
    </p>
  );
}

const DUE_ICON = { overdue: 'bad', due: 'clock', soon: 'clock', later: 'clock' } as const;

/* Kinds of care we know have words here; the board comes without the catalogue of quick care. */
const CARE = ['turning', 'observe', 'glucose', 'weight', 'neuro', 'restraint-check', 'restraint-over', 'skin', 'hygiene', 'meal', 'drink', 'bowel', 'activity', 'mood', 'sleep'] as const;
function careText(kind: string, t: Translate): string {
  const known = CARE.find((k) => k === kind);
  return known ? t(`ward.due.care.${known}`) : t('ward.due.care');
}

function DueLine({ due, calm, href, now }: { due: OpenDue; calm: boolean; href: string | undefined; now: number }) {
  const { t } = useI18n();
  const what = due.what === 'vitals' ? t('ward.due.vitals') : due.what === 'care' ? careText(due.kind, t) : t('ward.due.medicine', { n: due.count });
  /* care may be days late: then the day is said as well */
  const text = <span>{t(`ward.state.${due.state}`)}: {what} <span className="an-number">{due.what === 'care' ? wardStamp(due.at, now) : wardClock(due.at)}</span></span>;
  return (
    <li className={`an-due an-due-${due.state} ${calm ? 'an-due-calm' : ''}`}>
      <Icon name={DUE_ICON[due.state]} size={18} />
      {href === undefined ? text : <a className="an-due-link" href={href}>{text}</a>}
    </li>
  );
}
