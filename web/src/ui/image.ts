/* A photo made small enough for a thin line: drawn anew as JPEG, no larger than what it is for needs, so that nothing the camera wrote beside it
 * (place, device, time) comes along. Whatever is no picture is refused by the browser's own decoder, so nothing else comes in under a
 * picture's name. The one source for paper, wounds, incidents and faces. */

export interface Size { longest: number; quality: number; most: number }
/* small print must stay legible */
export const PAPER: Size = { longest: 1600, quality: 0.8, most: 1_500_000 };
export const PICTURE: Size = { longest: 1280, quality: 0.8, most: 1_000_000 };
/* stands in the record of the person itself, which is read everywhere: small */
export const FACE: Size = { longest: 320, quality: 0.75, most: 45_000 };

export type Refused = 'no-picture' | 'too-big';

/* Width and height so that the longer side is at most `longest`. */
export function fitted(width: number, height: number, longest = PAPER.longest): [number, number] {
  const by = Math.min(1, longest / Math.max(width, height, 1));
  return [Math.max(1, Math.round(width * by)), Math.max(1, Math.round(height * by))];
}

export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

export async function shrunk(file: Blob, size = PAPER): Promise<{ data: string; type: string } | Refused> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return 'no-picture';
  }
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = fitted(bitmap.width, bitmap.height, size.longest);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise<Blob | null>((done) => { canvas.toBlob(done, 'image/jpeg', size.quality); });
  if (!blob) return 'no-picture';
  if (blob.size > size.most) return 'too-big';
  return { data: base64(new Uint8Array(await blob.arrayBuffer())), type: 'image/jpeg' };
}
