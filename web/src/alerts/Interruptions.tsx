/* What interrupts somebody who answers for alerts, over whatever screen is open. */

import { useMe } from '../access/me';
import { Interrupting } from './screens';

const NO_QUERY = new URLSearchParams();

export function Interruptions() {
  const { signedIn, can } = useMe();
  return signedIn && can('alerts') ? <Interrupting params={{}} query={NO_QUERY} /> : null;
}
