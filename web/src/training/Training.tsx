/* Starting, beginning anew and ending the training copy; by the head or an administrator. */

import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { authErrorOf, type AuthError, type TrainingState } from '../access/api';
import { problemText } from '../access/fields';
import { session } from '../access/here';
import { useI18n } from '../i18n/context';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { trainingUrl } from './screens';

const ASK_MS = 1500;
const WHYS = ['disk', 'port', 'folder', 'ended', 'proxy'] as const;

export default function Training() {
  const { t } = useI18n();
  const [state, setState] = useState<TrainingState>();
  const [error, setError] = useState<AuthError>();
  const [asking, setAsking] = useState(false);
  useEffect(() => {
    let gone = false;
    const ask = (): void => {
      session.api.training().then((s) => { if (!gone) { setState(s); setError(undefined); } }, (e: unknown) => { if (!gone) setError(authErrorOf(e)); });
    };
    ask();
    const timer = setInterval(ask, ASK_MS);
    return () => { gone = true; clearInterval(timer); };
  }, []);
  const want = (what: 'on' | 'again' | 'off'): void => {
    setAsking(false);
    session.api.wantTraining(what).then(setState, (e: unknown) => setError(authErrorOf(e)));
  };
  const why = WHYS.find((x) => x === state?.why) ?? 'folder';
  return (
    <div className="an-training">
      <h1>{t('training.title')}</h1>
      <p>{t('training.why')}</p>
      {error !== undefined && <Notice kind="warn" title={problemText(error.problem, t)} role="alert" />}
      {state && (
        <section className="an-card an-training-card" aria-label={t('training.title')}>
          {state.state === 'failed'
            ? <Notice kind="bad" title={t('training.state.failed')} role="alert"><p>{t(`training.failed.${why}`)}</p></Notice>
            : <p role="status">{t(`training.state.${state.state}`)}</p>}
          <div className="an-row">
            {state.state === 'on' && state.port !== undefined && <Button component="a" href={trainingUrl(state.port)} target="_blank" rel="noreferrer">{t('training.open')}</Button>}
            {(state.state === 'off' || state.state === 'failed') && <Button leftSection={<Icon name="users" />} onClick={() => want('on')}>{t('training.start')}</Button>}
            {state.state !== 'making' && <Button variant="default" onClick={() => setAsking(true)}>{t('training.again')}</Button>}
            {state.state === 'on' && <Button variant="default" onClick={() => want('off')}>{t('training.stop')}</Button>}
          </div>
        </section>
      )}
      {asking && (
        <Dialog title={t('training.again')} onClose={() => setAsking(false)}>
          <p>{t('training.againWhy')}</p>
          <div className="an-row">
            <Button onClick={() => want('again')}>{t('training.againYes')}</Button>
            <Button variant="default" onClick={() => setAsking(false)}>{t('training.cancel')}</Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
