/* English: photos of people, wounds, incidents. */

import type { photos as vi } from '../vi/photos';

export const photos: Record<keyof typeof vi, string> = {
  'photos.title': 'Photos',
  'photos.list': 'Photos: {name}',
  'photos.alt': 'Photo of {name}, {when}',
  'photos.show': 'Show the photo',
  'photos.showOf': 'Show the photo of {name}, {when}',
  'photos.hide': 'Put it away',
  'photos.strike': 'Wrong photo, strike it through',
  'photos.gone': 'The photo could not be fetched.',
  'photos.take': 'Take or choose a photo',
  'photos.takeOf': 'Take or choose a photo: {name}',
  'photos.waits': 'A photo is waiting to be sent.',
  'photos.refused': 'The server does not take this photo',
  'photos.drop': 'Drop this photo',
  'photos.trouble.no-picture': 'This file is no picture.',
  'photos.trouble.too-big': 'The photo is too large even when made smaller. Take it from nearer.',
  'photos.trouble.full': 'This device keeps too many photos that wait to be sent (about 2 MB at most). Wait for the line, then take it again.',
  'photos.faceNew': 'Add a portrait',
  'photos.faceChange': 'Change the portrait',
  'photos.faceOf': 'Portrait: {name}',
  'photos.faceFor': 'Only for recognising the person at the bed and in the drug round. Not for publication.',
  'photos.agreed': 'There is a consent to publish pictures; this one still only serves to recognise the person.',
  'photos.notAgreed': 'No consent to publish pictures: this photo does not leave the house.',
  'photos.keep': 'Keep this photo',
  'photos.remove': 'Remove the present photo',
  'photos.cancel': 'Cancel',
};
