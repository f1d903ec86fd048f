/* The one client of this page: the server it came from. */

import { FhirClient } from './client';

export const server = new FhirClient();
