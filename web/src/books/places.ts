/* One place, however a book writes it: "P.101", "P101", "Phòng 101" and "101" are one room; "P.101-G1", "Giường 1", "G01" and "1" one bed of it. Without
 * this a book makes a second house beside the one that was set up, and puts somebody into a bed where somebody lies. */

import { foldText } from '../text';

const lean = (text: string): string => foldText(text).replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
const ROOM_WORD = /^(?:(?:phong|buong)(?:-so)?-?(?=\d)|(?:phong|buong)-|p-?(?=\d))/;
const BED_WORD = /^(?:giuong(?:-so)?-?(?=\d)|giuong-|g-?(?=\d))/;
const bare = (text: string): string => text.replace(/^0+(?=\d)/, '');

export const roomForm = (room: string): string => bare(lean(room).replace(ROOM_WORD, ''));

export function bedForm(room: string, bed: string): string {
  const form = roomForm(room);
  const whole = lean(bed);
  const inside = whole.replace(ROOM_WORD, '');
  const rest = form !== '' && inside.startsWith(form) ? /^-?(?=g)|^-/.exec(inside.slice(form.length)) : null;
  return bare((rest ? inside.slice(form.length + rest[0].length) : whole).replace(BED_WORD, ''));
}

/* A room's key ends where its beds' go on. */
export const roomKey = (room: string): string => `${roomForm(room)}/`;
export const bedKey = (room: string, bed: string): string => `${roomForm(room)}/${bedForm(room, bed)}`;
