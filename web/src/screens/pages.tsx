/* People, a person and their vital signs, in one piece of code: whoever sees a person can measure them, even if the line goes that very moment. */

import type { ScreenProps } from '../screen';
import { People } from './People';
import { Person } from './Person';
import { VitalsForm } from './VitalsForm';

export const PeoplePage = ({ query }: ScreenProps) => <People initial={query.get('q') ?? ''} />;
export const PersonPage = ({ params }: ScreenProps) => <Person id={params.id ?? ''} />;
export const VitalsPage = ({ params }: ScreenProps) => <VitalsForm id={params.id ?? ''} />;
