/* Reading aloud, for those who rarely read: the browser's own voice, and nothing where it has none for the language. Names of
 * people are never read: others are in the room. */

import { useCallback, useEffect, useState } from 'react';
import type { Lang } from '../vitals/number';

function voiceFor(lang: Lang): SpeechSynthesisVoice | undefined {
  if (typeof speechSynthesis === 'undefined') return undefined;
  return speechSynthesis.getVoices().find((v) => v.lang.toLowerCase().startsWith(lang));
}

export interface Aloud { can: boolean; speaking: boolean; say: (words: string[]) => void; stop: () => void }

export function useAloud(lang: Lang): Aloud {
  const [voice, setVoice] = useState(() => voiceFor(lang));
  const [speaking, setSpeaking] = useState(false);
  useEffect(() => {
    if (typeof speechSynthesis === 'undefined') return undefined;
    const look = (): void => setVoice(voiceFor(lang)); /* voices come late in some browsers */
    look();
    speechSynthesis.addEventListener('voiceschanged', look);
    return () => {
      speechSynthesis.removeEventListener('voiceschanged', look);
      speechSynthesis.cancel();
    };
  }, [lang]);
  const stop = useCallback(() => {
    speechSynthesis.cancel();
    setSpeaking(false);
  }, []);
  const say = useCallback((words: string[]) => {
    if (!voice) return;
    speechSynthesis.cancel();
    words.forEach((text, i) => {
      const one = new SpeechSynthesisUtterance(text);
      one.voice = voice;
      one.lang = voice.lang;
      one.rate = 0.9;
      if (i === words.length - 1) one.onend = () => setSpeaking(false);
      speechSynthesis.speak(one);
    });
    setSpeaking(words.length > 0);
  }, [voice]);
  return { can: voice !== undefined, speaking, say, stop };
}
