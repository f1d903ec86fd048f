/* Taking an import back: asked once more, with how much goes. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import { Problem } from '../ui/Problem';
import { takeBack, type ImportList, type TakenBack } from './load';

export function TakeBack({ list, onDone }: { list: ImportList; onDone?: () => void }) {
  const { t } = useI18n();
  const [state, setState] = useState<'idle' | 'sure' | 'busy'>('idle');
  const [progress, setProgress] = useState({ done: 0, total: 0 });
  const [result, setResult] = useState<TakenBack>();
  const [error, setError] = useState<unknown>();

  const go = async (): Promise<void> => {
    setState('busy');
    setError(undefined);
    try {
      setResult(await takeBack(server, list, t('books.takeBackReason'), (done, total) => setProgress({ done, total })));
      onDone?.();
    } catch (e) {
      setError(e);
      setState('idle');
    }
  };

  if (result) return <p role="status">{t('books.takenBack', { n: result.removed, kept: result.kept.length })}</p>;
  if (state === 'busy') return <p role="status">{t('books.takingBack', progress)}</p>;
  if (state === 'sure') {
    return (
      <div className="an-row">
        <span>{t('books.takeBackSure', { n: list.entry.length })}</span>
        <Button color="red" onClick={() => void go()}>{t('books.takeBackYes')}</Button>
        <Button variant="default" onClick={() => setState('idle')}>{t('books.takeBackNo')}</Button>
      </div>
    );
  }
  return (
    <>
      {error !== undefined && <Problem error={error} />}
      <Button variant="subtle" onClick={() => setState('sure')}>{t('books.takeBack')}</Button>
    </>
  );
}
