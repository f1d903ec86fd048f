/* The screens of the record: people, a person, vital signs. */

import type { UseMe } from '../access/me';
import { lazyScreen, type ScreenEntry } from '../screen';

/* Who takes readings (docs/access.md); everybody else reads. */
export const mayMeasure = ({ has }: UseMe): boolean => has('carer', 'nurse', 'assistant-doctor', 'doctor', 'rehab-technician', 'system');

type Page = keyof typeof import('./pages');
const page = (name: Page) => lazyScreen(async () => ({ default: (await import('./pages'))[name] }));

export const peopleScreens: ScreenEntry[] = [
  { path: 'people', title: 'people.title', needs: 'people', nav: { label: 'app.people', icon: 'people' }, ...page('PeoplePage') },
  { path: 'person/:id', title: 'person.title', needs: 'people', early: true, ...page('PersonPage') },
  { path: 'person/:id/vitals', title: 'form.title', needs: 'people', early: true, ...page('VitalsPage') },
];
