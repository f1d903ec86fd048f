/* What a screen is to the frame: an address, a title, who may open it, and how its code is fetched. Each room keeps its own
 * table (people, ward, drugs, handover, access: `screens.ts` of the folder); registry.ts puts them together. */

import { Button, Skeleton } from '@mantine/core';
import { useEffect, useState, type ComponentType } from 'react';
import { useI18n } from './i18n/context';
import type { MessageKey } from './i18n/vi';
import type { IconName } from './ui/Icon';
import { Notice } from './ui/Notice';

/* The names /auth/me uses in `screens`. */
export type ScreenNeed =
  | 'people' | 'ward' | 'alerts' | 'drugs' | 'stock' | 'handover' | 'registers' | 'stay' | 'books' | 'accounts' | 'audit' | 'devices' | 'break-glass'
  | 'consent' | 'requests' | 'roster' | 'figures' | 'pack' | 'mine' | 'lists' | 'beds';

export interface ScreenProps { params: Record<string, string>; query: URLSearchParams }

export interface ScreenEntry {
  /* after the # of the address: 'person/:id/vitals' */
  path: string;
  /* of the tab or window: never a person's name, other people see those */
  title: MessageKey;
  /* the value of me.screens that opens it; without one it is open to everybody signed in */
  needs?: ScreenNeed;
  /* makes no sense with sign-in off: needs an account */
  account?: true;
  /* a place in the navigation, in the order of the registry */
  nav?: { label: MessageKey; icon: IconName };
  /* opened with the line down too, though it has no such place: its code is fetched beforehand with theirs */
  early?: true;
  Screen: ComponentType<ScreenProps>;
  /* fetches the code beforehand, so that the screen opens with the line down */
  preload?: () => Promise<unknown>;
}

type Loader = () => Promise<{ default: ComponentType<ScreenProps> }>;

/* A screen in a file of its own that is fetched when first wanted:
 *   { path: 'ward', title: 'ward.title', needs: 'ward', ...lazyScreen(() => import('./Board')) } */
/* quiet: it is no screen of its own, and nothing stands in its place meanwhile */
export function lazyScreen(load: Loader, quiet = false): Pick<ScreenEntry, 'Screen' | 'preload'> {
  let known: ComponentType<ScreenProps> | undefined;
  const fetchOnce = async (): Promise<ComponentType<ScreenProps>> => {
    known = (await load()).default;
    return known;
  };
  function Lazy(props: ScreenProps) {
    const [Inner, setInner] = useState<ComponentType<ScreenProps> | undefined>(() => known);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (Inner) return undefined;
      let gone = false;
      fetchOnce().then((c) => { if (!gone) setInner(() => c); }, () => { if (!gone) setFailed(true); });
      return () => { gone = true; };
    }, [Inner]);
    if (Inner) return <Inner {...props} />;
    if (quiet) return null;
    return failed ? <NotFetched /> : <Fetching />;
  }
  return { Screen: Lazy, preload: fetchOnce };
}

function Fetching() {
  const { t } = useI18n();
  return (
    <div role="status" aria-label={t('screen.loading')}>
      <Skeleton height={36} width="50%" mb={16} />
      {Array.from({ length: 5 }, (_, i) => <Skeleton key={i} height={48} mb={12} />)}
    </div>
  );
}

/* The line is down, or the program was renewed and this page is of the old one: a reload settles both. */
function NotFetched() {
  const { t } = useI18n();
  return (
    <Notice kind="warn" title={t('screen.failed')} role="alert">
      <p>{t('screen.failedDo')}</p>
      <Button variant="default" onClick={() => window.location.reload()}>{t('error.reload')}</Button>
    </Notice>
  );
}
