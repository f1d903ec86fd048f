/* The screens about books: import. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const bookScreens: ScreenEntry[] = [
  {
    path: 'books', title: 'books.title', needs: 'books', nav: { label: 'books.title', icon: 'import' },
    ...lazyScreen(() => import('./Books')),
  },
];
