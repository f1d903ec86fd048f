/* One sheet of paper: the head an authority expects, what follows, and at the foot who printed it and when. On a narrow screen a
 * wide table scrolls inside it, so the keyboard can reach it. */

import type { ReactNode } from 'react';
import { useGiver } from '../drugs/useRound';
import { nowMs } from '../fhir/clock';
import { showFhirDate, withOffset } from '../fhir/dates';
import { useI18n } from '../i18n/context';
import './sheet.css';

interface Props { title: string; facility: string; ward: string; what?: string; children: ReactNode }

export function Sheet({ title, facility, ward, what, children }: Props) {
  const { t } = useI18n();
  const me = useGiver();
  return (
    <article className="an-sheet" tabIndex={0} aria-label={title}>
      <header className="an-sheet-head">
        <div>
          {facility !== '' && <p>{t('print.facility', { name: facility })}</p>}
          {ward !== '' && <p>{ward.startsWith(t('print.wardWord')) ? ward : t('print.ward', { name: ward })}</p>}
        </div>
        <div className="an-sheet-title">
          <h1>{title}</h1>
          {what !== undefined && <p className="an-number">{what}</p>}
        </div>
      </header>
      {children}
      <footer className="an-sheet-foot">
        <p>{t('print.class')}</p>
        <p className="an-number">{t('print.by', { name: me.display, when: showFhirDate(withOffset(new Date(nowMs()))) })}</p>
      </footer>
    </article>
  );
}
