/* The way in: style sheets (Mantine's component by component, to keep the first screen small), providers, the app. */

import 'virtual:mantine-variables.css';
import '@mantine/core/styles/baseline.css';
import '@mantine/core/styles/global.css';
import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/Loader.css';
import '@mantine/core/styles/Button.css';
import '@mantine/core/styles/Input.css';
import '@mantine/core/styles/CloseButton.css';
import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Checkbox.css';
import '@mantine/core/styles/Skeleton.css';
import '@mantine/core/styles/Badge.css';
import '@mantine/core/styles/Table.css';
import '@mantine/core/styles/VisuallyHidden.css';
import './fonts.css';
import './app.css';
import './print.css';

import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { GlassNews } from './access/GlassNews';
import { Interruptions } from './alerts/Interruptions';
import { App } from './App';
import { I18nProvider, prepareWords } from './i18n/context';
import { keepPage } from './keep/keep';
import { placeOf } from './registry';
import { theme } from './theme';
import { ErrorBoundary } from './ui/ErrorBoundary';

/* The code of the screen that the address asks for comes while the door asks who somebody is. */
function fetchAhead(): void {
  if (window.location.hash !== '') placeOf(window.location.hash)?.entry.preload?.().catch(() => undefined);
}

async function start(root: HTMLElement): Promise<void> {
  fetchAhead();
  await prepareWords();
  /* Variables and classes come from the style sheet: the provider must not write <style> elements. */
  createRoot(root).render(
    <StrictMode>
      <I18nProvider>
        <MantineProvider
          theme={theme}
          defaultColorScheme="auto"
          withCssVariables={false}
          withGlobalClasses={false}
          deduplicateCssVariables={false}
        >
          <ErrorBoundary>
            <App page="staff" news={<GlassNews />} over={<Interruptions />} />
          </ErrorBoundary>
        </MantineProvider>
      </I18nProvider>
    </StrictMode>,
  );
}

const root = document.getElementById('root');
if (root) void start(root).then(keepPage);
