/* The screens of the light page: those of a person in care and of who represents one, their account, and their word to programs of others. */

import type { ComponentType, ReactNode } from 'react';
import { appScreens } from '../apps/screens';
import { accessScreens } from '../access/screens';
import { mineScreens } from '../mine/screens';
import type { Place } from '../registry';
import type { ScreenEntry } from '../screen';

const OF_EVERYBODY = ['account', 'authorize'];

export const SCREENS: ScreenEntry[] = [...mineScreens, ...[...accessScreens, ...appScreens].filter((s) => OF_EVERYBODY.includes(s.path))];

/* Nothing stands around them: each is of the one record that is one's own. */
export const Around: ComponentType<{ place: Place; children: ReactNode }> = ({ children }) => children;
