/* Photos of wounds and incidents (Media) and of a person (Patient.photo), as this record holds them: docs/photos.md. A Media is about its person, so
 * whoever may not see the person sees no photo; it is inline, so that it goes with its entry through the outbox. */

import type { Giver } from '../drugs/record';
import type { Identifier, Patient, Reference, Resource } from '../fhir/types';
import { wardInstant } from '../fhir/zone';
import type { Entry, Item, Wanted } from '../outbox/item';

export const PHOTO = 'urn:ansinh:photo';
export type PhotoOf = 'wound' | 'incident';
/* What this device keeps of photos that are not sent yet; its storage holds some five million letters in all. */
export const MOST_KEPT = 3_000_000;

export interface Picture { data: string; type: string }
export interface Attachment { contentType?: string; data?: string; creation?: string }
export interface Media extends Resource {
  resourceType: 'Media'; identifier?: Identifier[]; status?: string; type?: { coding?: { system?: string; code?: string }[] }; partOf?: Reference[]; subject?: Reference; encounter?: Reference;
  createdDateTime?: string; operator?: Reference; content?: Attachment; note?: { text: string }[];
}

const lettersOf = (r: Entry): number => (r.resourceType === 'Media' ? (r as unknown as Media).content?.data?.length ?? 0 : 0);
const lengthOf = (i: Item): number => (i.parts ?? [{ resource: i.resource }]).reduce((sum, p) => sum + lettersOf(p.resource), 0);
/* also: those that are held and not yet in the outbox */
export const isFull = (items: Item[], data: string, also: Picture[] = []): boolean => items.reduce((sum, i) => sum + lengthOf(i), data.length + also.reduce((sum, p) => sum + p.data.length, 0)) > MOST_KEPT;

export interface About { patient: string; stay: string; of: PhotoOf; focus: string; me: Giver; at: number; id: string }

export function mediaOf(photo: Picture, a: About): Wanted {
  const media: Media = {
    resourceType: 'Media', status: 'completed',
    type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/media-type', code: 'image' }, { system: PHOTO, code: a.of }] },
    partOf: [{ reference: a.focus }], subject: { reference: `Patient/${a.patient}` }, ...(a.stay === '' ? {} : { encounter: { reference: `Encounter/${a.stay}` } }), createdDateTime: wardInstant(a.at),
    ...(a.me.reference === '' ? {} : { operator: { reference: a.me.reference, display: a.me.display } }), content: { contentType: photo.type, data: photo.data, creation: wardInstant(a.at) },
  };
  return { id: a.id, at: a.at, resource: media as unknown as Entry, patient: a.patient };
}

export const isOf = (m: Media, focus: string): boolean => m.status !== 'entered-in-error' && (m.partOf ?? []).some((p) => p.reference === focus);
/* Only pictures are shown, whatever a record may hold. */
export function sourceOf(a: Attachment | undefined): string | undefined {
  return a?.data !== undefined && /^image\/(png|jpeg|webp)$/.test(a.contentType ?? '') && /^[A-Za-z0-9+/=\s]*$/.test(a.data) ? `data:${a.contentType ?? ''};base64,${a.data}` : undefined;
}

type WithPhoto = Patient & { photo?: Attachment[] };
export const faceOf = (p: Patient): string | undefined => (p as WithPhoto).photo?.map(sourceOf).find((s) => s !== undefined);
/* The old one is gone from the current version and stays in the history. */
export function withFace(p: Patient, photo: Picture | undefined, at: number): Patient {
  const { photo: _old, ...rest } = p as WithPhoto;
  return photo ? { ...rest, photo: [{ contentType: photo.type, data: photo.data, creation: wardInstant(at) }] } as Patient : rest;
}

/* One picture from the camera to where it is kept. It is `busy` for as long as it is made small, whatever becomes of it: what it belongs to
 * must not be saved without it. Returns why it is not kept. */
export async function takeOne<Why>(make: () => Promise<Picture | Why>, to: { busy: (on: boolean) => void; keep: (made: Picture) => Why | undefined }): Promise<Why | undefined> {
  to.busy(true);
  try {
    const made = await make();
    return isPicture(made) ? to.keep(made) : made;
  } finally {
    to.busy(false);
  }
}
const isPicture = (made: unknown): made is Picture => typeof made === 'object';

/* Changes of what is held, whatever has come or gone since the tap. */
export type Held = (before: Picture[]) => Picture[];
export const withPicture = (made: Picture): Held => (before) => [...before, made];
export const withoutPicture = (gone: Picture): Held => (before) => before.filter((p) => p !== gone);
