/* The photos of the people on a board, asked for once a page: the board itself says who is there every twenty seconds, and no pictures. */

import { useEffect, useState } from 'react';
import { background } from '../fhir/server';
import type { Patient } from '../fhir/types';
import { faceOf } from './photo';

const CHUNK = 40;

export function useFaces(ids: string[]): Map<string, string> {
  const [faces, setFaces] = useState<Map<string, string>>(new Map());
  const key = [...ids].sort().join(',');
  useEffect(() => {
    const abort = new AbortController();
    const all = key === '' ? [] : key.split(',');
    const ask = async (): Promise<void> => {
      for (let i = 0; i < all.length; i += CHUNK) {
        const page = await background.search<Patient>('Patient', { _id: all.slice(i, i + CHUNK).join(','), _elements: 'photo', _count: CHUNK }, abort.signal);
        const found = page.items.flatMap((p): [string, string][] => { const face = faceOf(p); return face === undefined ? [] : [[p.id ?? '', face]]; });
        if (found.length > 0 && !abort.signal.aborted) setFaces((before) => new Map([...before, ...found]));
      }
    };
    ask().catch(() => undefined); /* letters stand there all the same */
    return () => abort.abort();
  }, [key]);
  return faces;
}
