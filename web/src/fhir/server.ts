/* The one client of this page: the server it came from, asked for whoever is at the page. */

import { session } from '../access/here';
import { missesIn } from '../access/me';
import { FhirClient } from './client';

const misses = (ward: string): boolean => missesIn(session.get().me, ward);

export const server = new FhirClient({ door: session.door, misses });

/* The same, for what the page asks by itself while nobody touches it (a board that refreshes): it keeps no session awake. */
export const background = new FhirClient({ door: session.door, background: true, misses });
