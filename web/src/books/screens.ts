/* The screens about books: import. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const bookScreens: ScreenEntry[] = [
  {
    path: 'books', title: 'books.title', needs: 'books', nav: { label: 'books.title', icon: 'import' },
    ...lazyScreen(() => import('./Books')),
  },
  /* the same for who keeps medicines and brings no list of people */
  { path: 'books/medicines', title: 'books.title', needs: 'stock', ...lazyScreen(() => import('./Books')) },
];
export const medicineBooksHref = '#/books/medicines';
