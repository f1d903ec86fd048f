/* A photo or file of the signed paper, small enough to keep: pictures are drawn smaller, other files taken as they are. */

import type { Attachment } from './types';

const LONGEST = 1600;
export const MOST_BYTES = 3 * 1024 * 1024;
export const TAKEN = 'image/jpeg,image/png,image/webp,application/pdf';

export type Refused = 'kind' | 'size';
export class EvidenceError extends Error {
  constructor(readonly why: Refused) { super(why); }
}

/* Width and height so that the longer side is at most `longest`. */
export function fitted(width: number, height: number, longest = LONGEST): [number, number] {
  const by = Math.min(1, longest / Math.max(width, height, 1));
  return [Math.max(1, Math.round(width * by)), Math.max(1, Math.round(height * by))];
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

async function smaller(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file);
  const [width, height] = fitted(picture.width, picture.height);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext('2d')?.drawImage(picture, 0, 0, width, height);
  picture.close();
  const out = await new Promise<Blob | null>((done) => { canvas.toBlob(done, 'image/jpeg', 0.8); });
  if (!out) throw new EvidenceError('kind');
  return out;
}

export async function evidenceOf(file: File, creation: string): Promise<Attachment> {
  if (!TAKEN.split(',').includes(file.type)) throw new EvidenceError('kind');
  const isPicture = file.type.startsWith('image/');
  const blob = isPicture ? await smaller(file).catch(() => { throw new EvidenceError('kind'); }) : file;
  if (blob.size > MOST_BYTES) throw new EvidenceError('size');
  return { contentType: isPicture ? 'image/jpeg' : file.type, data: base64(new Uint8Array(await blob.arrayBuffer())), creation };
}
