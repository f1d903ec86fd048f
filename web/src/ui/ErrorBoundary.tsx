/* The last net: if a screen throws while drawing, say what is safe and offer a reload instead of a blank page. */

import { Component, type ReactNode } from 'react';
import { useI18n } from '../i18n/context';
import { Notice } from './Notice';
import { Button } from '@mantine/core';

function Crash() {
  const { t } = useI18n();
  return (
    <main className="an-page">
      <Notice kind="bad" title={t('error.crash')}>
        <p>{t('error.crashDo')}</p>
        <Button onClick={() => window.location.reload()}>{t('error.reload')}</Button>
      </Notice>
    </main>
  );
}

export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    return this.state.broken ? <Crash /> : this.props.children;
  }
}
