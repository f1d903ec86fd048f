/* THE numbers people have: system, kind and the word the record keeps beside it (Vietnamese, whatever language the page has). The systems of
 * the country are the ones the VN Core community draft 0.6.0 names (content/profiles); a facility's own record number has none there. */

import type { Identifier } from './types';

const DRAFT = 'http://fhir.hl7.org.vn/core/sid/';
const V2 = 'http://terminology.hl7.org/CodeSystem/v2-0203';

export const ID = {
  record: 'urn:ansinh:id:record-number',
  card: `${DRAFT}cccd`,
  oldCard: `${DRAFT}cmnd`,
  insurance: `${DRAFT}bhyt`,
  passport: `${DRAFT}passport`,
} as const;

const KINDS: Record<keyof typeof ID, { code: string; text: string }> = {
  record: { code: 'MR', text: 'Mã hồ sơ' },
  card: { code: 'NI', text: 'Căn cước công dân' },
  oldCard: { code: 'NI', text: 'Chứng minh nhân dân (cũ)' },
  insurance: { code: 'SS', text: 'Thẻ bảo hiểm y tế' },
  passport: { code: 'PPN', text: 'Hộ chiếu' },
};
export const INSURER = 'Bảo hiểm xã hội Việt Nam';

export function numberOf(kind: keyof typeof ID, value: string): Identifier {
  return { type: { coding: [{ system: V2, code: KINDS[kind].code }], text: KINDS[kind].text }, system: ID[kind], value };
}
