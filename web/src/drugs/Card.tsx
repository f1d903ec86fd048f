/* One resident of the round: who it is by two marks that do not depend on each other, allergies above everything, then the
 * doses in the order of their times. */

import { Button } from '@mantine/core';
import { conceptText } from '../fhir/clinical';
import { identifiers, personName } from '../fhir/person';
import { wardStamp } from '../fhir/zone';
import { useMe } from '../access/me';
import { mayHear, medicinesHref, wordHref } from '../prescribe/screens';
import { personStayHref } from '../stay/screens';
import { useI18n } from '../i18n/context';
import { Face } from '../ui/Face';
import { Icon } from '../ui/Icon';
import { DoseRow } from './DoseRow';
import { medicineText } from './doses';
import { whenOf } from './forms';
import { Past } from './Past';
import { isAway } from '../place/ward';
import { PrnRow } from './PrnRow';
import { PRN_EFFECTS } from './record';
import type { RoundCard } from './round';
import type { UseRound } from './useRound';

export function Card({ card, use }: { card: RoundCard; use: UseRound }) {
  const { t } = useI18n();
  const me = useMe();
  return (
    <article className="an-round-card">
      <Who card={card} />
      <Effects card={card} use={use} />
      {isAway(card.resident) && <p className="an-dose-note an-note-warn"><Icon name="warn" />{t('drugs.away')}</p>}
      {card.isUnreconciled && <p className="an-dose-note an-note-warn"><Icon name="warn" />{t('drugs.unreconciled')} <a href={medicinesHref(card.resident.id)}>{t('prescribe.title')}</a></p>}
      {card.proposed > 0 && <p className="an-dose-note an-note-warn"><Icon name="warn" />{t('drugs.proposed', { n: card.proposed })} <a href={personStayHref(card.resident.id)}>{t('drugs.proposedOpen')}</a></p>}
      {card.unchecked.length > 0 && (
        <p className="an-dose-note an-note-warn">
          <Icon name="warn" />{t('drugs.unchecked', { list: card.unchecked.map((o) => medicineText(o, use.data?.medications)).join('; ') })} <a href={medicinesHref(card.resident.id)}>{t('prescribe.title')}</a>
        </p>
      )}
      {card.timeless.length > 0 && (
        <p className="an-dose-note an-note-warn">
          <Icon name="warn" />{t('drugs.timeless', { list: card.timeless.map((o) => medicineText(o, use.data?.medications)).join('; ') })}
        </p>
      )}
      {card.doses.length === 0 && <p className="an-dim">{t('drugs.noDoses')}</p>}
      <ul className="an-doses">
        {card.doses.map((line) => <li key={line.dose.key}><DoseRow line={line} resident={card.resident} use={use} /></li>)}
      </ul>
      {card.prn.length > 0 && (
        <>
          <h3 className="an-doses-head">{t('drugs.prn')}</h3>
          <ul className="an-doses">
            {card.prn.map((line) => <li key={line.order.id}><PrnRow line={line} resident={card.resident} use={use} /></li>)}
          </ul>
        </>
      )}
      {mayHear(me) && <p><a className="an-back" href={wordHref(card.resident.id)}>{t('prescribe.word')}</a></p>}
      {card.past.length > 0 && <Past list={card.past} use={use} />}
    </article>
  );
}

function Who({ card }: { card: RoundCard }) {
  const { t } = useI18n();
  const { resident, allergies } = card;
  const number = identifiers(resident.patient).find((i) => !i.guarded)?.value ?? '';
  const year = (resident.patient.birthDate ?? '').slice(0, 4);
  const parts = [
    year === '' ? t('age.unknown') : t('drugs.born', { year }), resident.bed,
    ...(number === '' ? [] : [t('drugs.code', { last: number.slice(-4) })]),
  ];
  return (
    <header className="an-round-who">
      <Face patient={resident.patient} />
      <div>
        <h2>{personName(resident.patient) || t('people.noName')}</h2>
        <p className="an-round-marks an-number">{parts.join(' · ')}</p>
        {allergies.length > 0 && (
          <p className="an-allergy an-allergy-yes"><Icon name="bad" />{t('drugs.allergy', { list: allergies.map((a) => conceptText(a.code)).join(', ') })}</p>
        )}
        {allergies.length === 0 && card.noneKnown && <p className="an-allergy an-dim">{t('drugs.allergyNone')}</p>}
        {allergies.length === 0 && !card.noneKnown && <p className="an-allergy an-late"><Icon name="warn" />{t('drugs.allergyUnknown')}</p>}
      </div>
    </header>
  );
}

/* How it was after a medicine given when needed: asked later in the same round, one tap to answer. */
function Effects({ card, use }: { card: RoundCard; use: UseRound }) {
  const { t } = useI18n();
  return (
    <>
      {card.effects.map((g) => (
        <section key={g.id} className="an-effect">
          <p><Icon name="info" />{t('drugs.effectAsk', { name: medicineText(g, use.data?.medications), when: wardStamp(whenOf(g), use.now) })}</p>
          <div className="an-options">
            {PRN_EFFECTS.map((e) => (
              <Button key={e} variant="default" onClick={() => use.effect(g, e, t(`drugs.effect.${e}`))}>{t(`drugs.effect.${e}`)}</Button>
            ))}
          </div>
        </section>
      ))}
    </>
  );
}
