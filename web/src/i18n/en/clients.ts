/* English: whom a house looks after who does not live there; visits and stays say the same. */

import type { clients as vi } from '../vi/clients';

export const clients: Record<keyof typeof vi, string> = {
  'client.day': 'Day client',
  'client.outpatient': 'Outpatient',
  'client.work-accident': 'Worker after an accident',
  'client.work-disease': 'Worker with an occupational disease',
};
