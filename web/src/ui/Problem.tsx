/* What went wrong with getting something, in three parts: what happened, what is safe, what to do. */

import { Button } from '@mantine/core';
import { problemOf } from '../fhir/client';
import { useI18n } from '../i18n/context';
import { Notice } from './Notice';

export function Problem({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const { t } = useI18n();
  const { problem, diagnostics } = problemOf(error);
  const canRetry = onRetry !== undefined && problem !== 'missing' && problem !== 'forbidden';
  return (
    <Notice kind={problem === 'missing' || problem === 'forbidden' ? 'info' : 'warn'} title={t(`error.${problem}`)} role="alert">
      <p>{t(`error.${problem}Do`)}</p>
      {problem === 'refused' && diagnostics !== '' && <p className="an-dim">{t('error.detail', { text: diagnostics })}</p>}
      {canRetry && <Button variant="default" onClick={onRetry}>{t('error.retry')}</Button>}
    </Notice>
  );
}
