/* Whose alerts are mine: by my roles and my wards; with sign-in off everybody's. */

import { useMemo } from 'react';
import { rolesOf, useMe } from '../access/me';

export function useMineOf(): { roles: string[] | undefined; wards: string[] } {
  const { me, wards } = useMe();
  return useMemo(() => ({
    roles: me.auth === 'off' ? undefined : rolesOf(me), wards: wards.map((x) => x.reference.split('/').pop() ?? ''),
  }), [me, wards]);
}
