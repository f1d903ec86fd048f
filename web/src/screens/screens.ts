/* The screens of the record: people, a person, vital signs. In the first load, because the day begins here. */

import { createElement } from 'react';
import type { ScreenEntry } from '../screen';
import { People } from './People';
import { Person } from './Person';
import { VitalsForm } from './VitalsForm';

export const peopleScreens: ScreenEntry[] = [
  {
    path: 'people', title: 'people.title', needs: 'people', nav: { label: 'app.people', icon: 'people' },
    Screen: ({ query }) => createElement(People, { initial: query.get('q') ?? '' }),
  },
  { path: 'person/:id', title: 'person.title', needs: 'people', Screen: ({ params }) => createElement(Person, { id: params.id ?? '' }) },
  {
    path: 'person/:id/vitals', title: 'form.title', needs: 'people',
    Screen: ({ params }) => createElement(VitalsForm, { id: params.id ?? '' }),
  },
];
