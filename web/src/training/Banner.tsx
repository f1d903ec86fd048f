/* On every screen and on every sheet of paper of a training copy: that nothing here is real. */

import { useEffect } from 'react';
import { useSession } from '../access/here';
import { useI18n } from '../i18n/context';
import './training.css';

export function TrainingBanner() {
  const { t } = useI18n();
  const here = useSession().me?.training?.here === true;
  useEffect(() => {
    document.documentElement.toggleAttribute('data-training', here);
  }, [here]);
  return here ? <aside className="an-training-banner" aria-label={t('training.title')}><strong>{t('training.banner')}</strong></aside> : null;
}
