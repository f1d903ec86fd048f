/* The box a scanner types a card's code into; what could not be read of it is said beside. */

import { useState } from 'react';
import { nowMs } from '../fhir/clock';
import { clockDate } from '../fhir/dates';
import { useWords } from '../i18n/stay';
import { readQr, type Card } from './card';
import { Entry } from './parts';

/* a scanner ends with Enter, or with nothing at all: a whole code is taken as it comes */
const isWhole = (text: string): boolean => /\d{8}\s*$/.test(text) && text.split('|').length >= 7;

export function Scan({ id, text, onText, onCard }: { id: string; text: string; onText: (text: string) => void; onCard: (card: Card) => void }) {
  const w = useWords();
  const [trouble, setTrouble] = useState<string>();
  const read = (typed: string): boolean => {
    const card = readQr(typed, clockDate(new Date(nowMs())));
    if (!card) return false;
    const unread = [card.unread.birth === undefined ? '' : w('scan.birth', { text: card.unread.birth }), card.unread.gender === undefined ? '' : w('scan.gender', { text: card.unread.gender })].filter((x) => x !== '');
    setTrouble(unread.length > 0 ? w('scan.partly', { what: unread.join(', ') }) : undefined);
    onCard(card);
    onText('');
    return true;
  };
  const change = (typed: string): void => {
    if (isWhole(typed) && read(typed)) return;
    setTrouble(undefined);
    onText(typed);
  };
  return (
    <Entry id={id} label={w('scan')} value={text} onChange={change} onEnter={() => { if (text.trim() !== '' && !read(text)) setTrouble(w('scan.bad')); }} hint={w('scan.hint')} maxLength={600} trouble={trouble} />
  );
}
