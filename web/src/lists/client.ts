/* The server, with more patience: lists are files of many megabytes. */

import { session } from '../access/here';
import { FhirClient } from '../fhir/client';
import { SEND_MS } from './lists';

export const lists = new FhirClient({ door: session.door, writeMs: SEND_MS });
