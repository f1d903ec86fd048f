/* A photo of a paper, made small enough for a thin line: at most 1600 pixels on its longer side, as JPEG, and never more than a limit. Whatever
 * is no picture is refused by the browser's own decoder, so nothing else comes in under a picture's name. */

export const MOST_BYTES = 1_500_000;
const LONGEST = 1600;

export async function shrunk(file: Blob): Promise<{ data: string; type: string } | 'no-picture' | 'too-big'> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return 'no-picture';
  }
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => { canvas.toBlob(done, 'image/jpeg', 0.75); });
  if (!blob) return 'no-picture';
  if (blob.size > MOST_BYTES) return 'too-big';
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return { data: btoa(text), type: 'image/jpeg' };
}
