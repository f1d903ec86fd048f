/* Writing, and what came of it. */

import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '../i18n/context';
import { peopleHref } from '../route';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import type { ImportList } from './load';
import { TakeBack } from './TakeBack';

interface Props {
  list: ImportList; isDone: boolean; progress: { done: number; total: number }; error: unknown;
  title: string; hints: string[]; lost: string; /* in words: what is done, what to do next, what is safe after an interruption */
  next?: ReactNode;
  onAgain: () => void; onAnother: () => void;
  onReview?: () => void; /* looked at once more, where going on would stumble again */
}

export function Written({ list, isDone, progress, error, title, hints, lost, next, onAgain, onAnother, onReview }: Props) {
  const { t } = useI18n();
  if (error !== undefined) {
    return (
      <>
        <Problem error={error} />
        <Notice kind="warn" title={t('books.failed')}>
          <p>{lost}</p>
          <div className="an-row">
            <Button onClick={onAgain}>{t('books.again')}</Button>
            {onReview && <Button variant="default" onClick={onReview}>{t('books.reviewAgain')}</Button>}
          </div>
        </Notice>
      </>
    );
  }
  if (!isDone) {
    return (
      <div role="status">
        <p>{t('books.writing', progress)}</p>
        <progress max={progress.total} value={progress.done} aria-label={t('books.step.write')} />
      </div>
    );
  }
  return (
    <Notice kind="good" title={title} role="status">
      {hints.map((hint) => <p key={hint}>{hint}</p>)}
      <div className="an-row">
        {next ?? <Button component="a" href={peopleHref()}>{t('books.toWard')}</Button>}
        <Button variant="default" onClick={onAnother}>{t('books.another')}</Button>
        <TakeBack list={list} />
      </div>
    </Notice>
  );
}
