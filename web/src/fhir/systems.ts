/* THE systems of people's numbers. Those of the country are the ones the VN Core community draft 0.6.0 names (content/profiles); a facility's
 * own record number has none there. */
const DRAFT = 'http://fhir.hl7.org.vn/core/sid/';
export const ID = {
  record: 'urn:ansinh:id:record-number',
  card: `${DRAFT}cccd`,
  oldCard: `${DRAFT}cmnd`,
  insurance: `${DRAFT}bhyt`,
  passport: `${DRAFT}passport`,
} as const;
