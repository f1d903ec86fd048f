/* In which role somebody signs: the medical one they have in this facility. */

import { useMe, type Me } from '../access/me';

export interface SigningRole { code: 'doctor' | 'assistant-doctor' | ''; facility: string }

export function signingRole(me: Me): SigningRole {
  const role = me.roles.find((r) => r.role === 'doctor') ?? me.roles.find((r) => r.role === 'assistant-doctor');
  const facility = (role ?? me.roles[0])?.organization?.replace(/^Organization\//, '') ?? '';
  return { code: role?.role === 'doctor' || role?.role === 'assistant-doctor' ? role.role : '', facility };
}

export function useSigningRole(): SigningRole {
  return signingRole(useMe().me);
}
