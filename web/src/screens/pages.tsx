/* People, a person and their vital signs, in one piece of code: whoever sees a person can measure them, even if the line goes that very moment. */

import { useMe } from '../access/me';
import { NoPermission } from '../access/NoPermission';
import { useI18n } from '../i18n/context';
import type { ScreenProps } from '../screen';
import { People } from './People';
import { Person } from './Person';
import { mayMeasure } from './screens';
import { VitalsForm } from './VitalsForm';

export const PeoplePage = ({ query }: ScreenProps) => <People initial={query.get('q') ?? ''} />;
export const PersonPage = ({ params }: ScreenProps) => <Person id={params.id ?? ''} />;
export function VitalsPage({ params }: ScreenProps) {
  const { t } = useI18n();
  return mayMeasure(useMe()) ? <VitalsForm id={params.id ?? ''} /> : <NoPermission what={t('form.title')} />;
}
