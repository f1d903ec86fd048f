/* The second signature on a controlled medicine, before it is recorded. On a shared tablet the colleague beside it says so with
 * their PIN; nobody else is signed in by that. Where nobody stands beside, or no PIN helps, one signature with its reason stays
 * possible, and the other one is asked for later. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Witness } from '../access/api';
import { Trouble } from '../access/fields';
import { session } from '../access/here';
import { useMe, type Colleague, type Me } from '../access/me';
import { PinPad } from '../access/PinPad';
import { useAct } from '../access/useAct';
import { useI18n } from '../i18n/context';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { ALONE, Ask } from './ask';

/* Who may sign here and now: everybody with a PIN on this device but the one who gives. */
export function secondsOf(me: Me): Colleague[] {
  if (me.auth === 'off' || me.device?.registered !== true) return [];
  return me.people.filter((p) => p.hasPin && p.account !== me.account?.id);
}

/* without onAlone there is no way round the second person */
interface Props { onSecond: (witness: Witness) => void; onAlone?: (why: string) => void; onCancel: () => void }

export function AskSecond({ onSecond, onAlone, onCancel }: Props) {
  const { t } = useI18n();
  const { me } = useMe();
  const [person, setPerson] = useState<Colleague>();
  if (person) return <Sign person={person} onSecond={onSecond} onBack={() => setPerson(undefined)} onCancel={onCancel} />;
  return (
    <Ask title={t('drugs.controlledWhy')} onCancel={onCancel}>
      {secondsOf(me).map((p) => (
        <Button key={p.account} leftSection={<Icon name="user" />} aria-label={t('drugs.secondFor', { who: p.display })} onClick={() => setPerson(p)}>{p.display}</Button>
      ))}
      {onAlone && ALONE.map((r) => (
        <Button key={r} variant="default" onClick={() => onAlone(t(`drugs.alone.${r}`))}>{t(`drugs.alone.${r}`)}</Button>
      ))}
    </Ask>
  );
}

interface SignProps { person: Colleague; onSecond: (witness: Witness) => void; onBack: () => void; onCancel: () => void }

function Sign({ person, onSecond, onBack, onCancel }: SignProps) {
  const { t } = useI18n();
  const { busy, error, left, run } = useAct();
  const [round, setRound] = useState(0);
  const spent = error?.problem === 'not-allowed';
  const sign = async (pin: string): Promise<void> => {
    let witness: Witness | undefined;
    await run(async () => { witness = await session.api.witness({ account: person.account, pin }); });
    if (witness) onSecond(witness);
    else setRound((n) => n + 1);
  };
  return (
    <Ask title={t('drugs.secondTitle', { who: person.display })} onCancel={onCancel}>
      <div className="an-second">
        <PinPad label={t('lock.pin', { who: person.display })} go={t('drugs.secondGo')} busy={busy} blocked={left > 0 || spent} round={round} onPin={(pin) => void sign(pin)} />
        <Trouble error={spent ? undefined : error} left={left} wrong={t('lock.wrongPin')} />
        {spent && <Notice kind="warn" title={t('drugs.secondSpent')} role="alert" />}
      </div>
      <Button variant="default" onClick={onBack}>{t('drugs.secondBack')}</Button>
    </Ask>
  );
}
