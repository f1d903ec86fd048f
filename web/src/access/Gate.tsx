/* Lets the screens appear when somebody is signed in, and keeps them mounted but out of sight while they are locked. */

import { useEffect, type ReactNode } from 'react';
import { session, useSession } from './here';
import { MeProvider } from './me';
import { ownerOf } from './session';

export function Gate({ children }: { children: ReactNode }) {
  const { phase, shown } = useSession();
  useEffect(() => { void session.refresh(); }, []);
  return (
    <>
      {shown && (
        <div key={`screens of ${ownerOf(shown)}`} hidden={phase !== 'open'}>
          <MeProvider me={shown}>{children}</MeProvider>
        </div>
      )}
    </>
  );
}
