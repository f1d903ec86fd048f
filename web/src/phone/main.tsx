/* The way in for a person's own phone: the same door and the same screens as the page of the staff, on a base of a tenth of the weight
 * (vite.phone.config.ts): at most 80 kB for the first screen, where the staff's may have 260. */

import 'virtual:mantine-variables.css';
import '../fonts.css';
import './controls.css';
import '../app.css';
import '../print.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '../App';
import { I18nProvider, prepareWords } from '../i18n/context';
import { ErrorBoundary } from '../ui/ErrorBoundary';

const root = document.getElementById('root');
if (root) {
  void prepareWords().then(() => {
    createRoot(root).render(<StrictMode><I18nProvider><ErrorBoundary><App page="own" /></ErrorBoundary></I18nProvider></StrictMode>);
  });
}
