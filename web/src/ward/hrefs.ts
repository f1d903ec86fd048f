/* Addresses of the ward's screens. */

export const wardHref = (ward: string): string => `#/ward/${encodeURIComponent(ward)}`;
export const roundHref = (ward: string, patient = ''): string =>
  `${wardHref(ward)}/vitals${patient === '' ? '' : `?p=${encodeURIComponent(patient)}`}`;
