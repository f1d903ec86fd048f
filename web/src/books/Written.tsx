/* Writing, and what came of it. */

import { Button } from '@mantine/core';
import { useI18n } from '../i18n/context';
import { peopleHref } from '../route';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import type { ImportList } from './load';
import type { PlannedRow } from './plan';
import type { Context } from './resources';
import { TakeBack } from './TakeBack';

interface Props {
  job: { list: ImportList; context: Context; rows: PlannedRow[]; done: boolean };
  progress: { done: number; total: number };
  error: unknown;
  onAgain: () => void;
  onAnother: () => void;
}

export function Written({ job, progress, error, onAgain, onAnother }: Props) {
  const { t } = useI18n();
  const hidden = job.context.seesProtected ? 0 : job.rows.filter((row) => row.person.signs.length > 0).length;
  if (error !== undefined) {
    return (
      <>
        <Problem error={error} />
        <Notice kind="warn" title={t('books.failed')}>
          <p>{t('books.failedHint')}</p>
          <Button onClick={onAgain}>{t('books.again')}</Button>
        </Notice>
      </>
    );
  }
  if (!job.done) {
    return (
      <div role="status">
        <p>{t('books.writing', progress)}</p>
        <progress max={progress.total} value={progress.done} aria-label={t('books.step.write')} />
      </div>
    );
  }
  return (
    <Notice kind="good" title={t('books.done', { n: job.rows.length, ward: job.context.ward.name })} role="status">
      <p>{t('books.doneHint')}</p>
      {hidden > 0 && <p>{t('books.protected', { n: hidden })}</p>}
      <div className="an-row">
        <Button component="a" href={peopleHref()}>{t('books.toWard')}</Button>
        <Button variant="default" onClick={onAnother}>{t('books.another')}</Button>
        <TakeBack list={job.list} />
      </div>
    </Notice>
  );
}
