/* A photo or file of the signed paper, small enough to keep: pictures are drawn smaller, other files taken as they are. */

import { base64, shrunk } from '../ui/image';
import type { Attachment } from './types';

export const MOST_BYTES = 3 * 1024 * 1024;
export const TAKEN = 'image/jpeg,image/png,image/webp,application/pdf';

export type Refused = 'kind' | 'size';
export class EvidenceError extends Error {
  constructor(readonly why: Refused) { super(why); }
}

export async function evidenceOf(file: File, creation: string): Promise<Attachment> {
  if (!TAKEN.split(',').includes(file.type)) throw new EvidenceError('kind');
  if (file.type.startsWith('image/')) {
    const made = await shrunk(file);
    if (typeof made === 'string') throw new EvidenceError(made === 'too-big' ? 'size' : 'kind');
    return { contentType: made.type, data: made.data, creation };
  }
  if (file.size > MOST_BYTES) throw new EvidenceError('size');
  return { contentType: file.type, data: base64(new Uint8Array(await file.arrayBuffer())), creation };
}
