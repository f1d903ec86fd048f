/* Two records of one person: which record replaced which, as far as this page has read them. The server answers a question about the record
 * that stays with what was written under the others too (docs/stay.md); here it is known whose that is. */

import type { Resource } from './types';

interface Linked extends Resource { link?: { other?: { reference?: string }; type?: string }[] }

/* replaced -> the one that replaced it */
const replacedBy = new Map<string, string>();
const MOST_DEEP = 16;

export function learnLinks(resource: Resource): void {
  if (resource.resourceType !== 'Patient' || resource.id === undefined) return;
  const own = resource.id;
  /* a link that was taken away is forgotten */
  for (const [gone, by] of replacedBy) if (by === own) replacedBy.delete(gone);
  for (const link of (resource as Linked).link ?? []) {
    const other = link.other?.reference?.split('/').pop();
    if (other !== undefined && link.type === 'replaces') replacedBy.set(other, own);
  }
}

export function isReplacedBy(gone: string, id: string): boolean {
  let at = replacedBy.get(gone);
  for (let n = 0; at !== undefined && n < MOST_DEEP; n += 1, at = replacedBy.get(at)) if (at === id) return true;
  return false;
}
