/* Pictures for those who rarely read: one for each kind, and for answers that can be drawn. They stand beside a word, always, so
 * they are hidden from readers. Lines as in ui/Icon.tsx; `full` is filled, because how much was eaten is a surface. */

interface Drawing { line?: string; full?: string }

const PLATE = 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Z';
const FACE = `${PLATE}M8.7 9.700v.3M15.3 9.700v.3`;

const PICTURES = {
  meal: { line: 'M3 11h18a9 9 0 0 1-5.5 8.500h-7A9 9 0 0 1 3 11ZM8 8c0-1.7 1.5-1.7 1.5-3.500M13 8c0-1.7 1.5-1.7 1.5-3.5' },
  drink: { line: 'M6 4h12l-1.5 16h-9L6 4Zm.8 6h10.4' },
  output: { line: 'M9 3h6v3l2 3v11.500H7V9l2-3V3ZM7 13h5M7 17h5' },
  bath: { line: 'M5 21V6.500a3.5 3.5 0 0 1 7 0M8.5 9.500h7a3.5 3.5 0 0 0-7 0ZM10 13v1M14 13v1M12 16v1M10 19v1M14 19v1' },
  bowel: { line: 'M6 3h4v8H6V3Zm0 8h13c0 3.5-2.5 5.5-5.5 6v4H8.500v-4.500C7 15.5 6 13.5 6 11Z' },
  drop: { line: 'M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11Z' },
  turn: { line: 'M3 20h18M5 20v-4h14v4M7 11a5.5 5.5 0 0 1 10-2.500M17 4.500v4h-4' },
  moon: { line: 'M20 14.500A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.500ZM15 4h4l-4 4h4' },
  face: { line: `${FACE}M8 14.500c2 2.5 6 2.5 8 0` },
  walk: { line: 'M13 2.800a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.600ZM12.5 8.5 10.5 14l3 3v5M10.5 14 8 21.500M12.5 8.5 8.5 11v3M12.5 8.500l3 3.500H19' },
  eye: { line: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 9.300a2.7 2.7 0 1 1 0 5.4 2.7 2.7 0 0 1 0-5.400Z' },
  skin: { line: 'M6 13V7.500a1.5 1.5 0 0 1 3 0V11 5.500a1.5 1.5 0 0 1 3 0V11 5.500a1.5 1.5 0 0 1 3 0V11 7.500a1.5 1.5 0 0 1 3 0V15a6 6 0 0 1-6 6c-2.5 0-4-1-5.5-3.500L4 14.5' },
  weight: { line: 'M4 5h16v15H4V5Zm4 5.500a5.7 5.7 0 0 1 8 0L13.5 13h-3L8 10.500Z' },
  sugar: { line: 'M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11ZM12 11v5M9.5 13.500h5' },
  seizure: { line: 'M13 2 5 14h6l-1 8 9-13h-6.500L13 2Z' },
  head: { line: 'M9.5 21v-3.500H7V13H4.500L7 9a6 6 0 1 1 9.5 6v6M12 7v4M10 9h4' },
  lock: { line: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.500v2.5' },
  note: { line: 'M4 20h4L19.5 8.500l-4-4L4 16v4ZM13 7l4 4' },
  plate4: { line: PLATE, full: 'M12 5.500a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z' },
  plate3: { line: PLATE, full: 'M12 12V5.500a6.5 6.5 0 1 1-6.5 6.500H12Z' },
  plate2: { line: PLATE, full: 'M12 5.500a6.5 6.5 0 0 1 0 13v-13Z' },
  plate1: { line: PLATE, full: 'M12 12V5.500a6.5 6.5 0 0 1 6.5 6.500H12Z' },
  plate0: { line: PLATE },
  refuse: { line: `${PLATE}M6 6l12 12` },
  'bowel-none': { line: 'M6 3h4v8H6V3Zm0 8h13c0 3.5-2.5 5.5-5.5 6v4H8.500v-4.500C7 15.5 6 13.5 6 11ZM3 21 21 3' },
  'bowel-1': { full: 'M6 8a2 2 0 1 1 0 4 2 2 0 0 1 0-4Zm6 4a2 2 0 1 1 0 4 2 2 0 0 1 0-4Zm5.5-5a2 2 0 1 1 0 4 2 2 0 0 1 0-4Z' },
  'bowel-2': { full: 'M5 9.500a3 3 0 0 1 5-1 3 3 0 0 1 4.5 0 3 3 0 0 1 4.5 1 3 3 0 0 1 0 5 3 3 0 0 1-4.5 1 3 3 0 0 1-4.5 0 3 3 0 0 1-5-1 3 3 0 0 1 0-5Z' },
  'bowel-3': { line: 'M6 9h12a3 3 0 0 1 0 6H6a3 3 0 0 1 0-6Zm3 0v2.500M13 9v3.500M17 9v2' },
  'bowel-4': { line: 'M6 9h12a3 3 0 0 1 0 6H6a3 3 0 0 1 0-6Z' },
  'bowel-5': { line: 'M5 8h5a2 2 0 0 1 0 4H5a2 2 0 0 1 0-4Zm8 5h5a2 2 0 0 1 0 4h-5a2 2 0 0 1 0-4Z' },
  'bowel-6': { line: 'M4 15c0-2 2-2 3-3s0-3 2.5-3 2 1.5 4 1.500S17 9 18.5 10.5 20 13 20 15c-3 2-13 2-16 0Z' },
  'bowel-7': { line: 'M3 9c2-2 4 2 6 0s4 2 6 0 4 2 6 0M3 15c2-2 4 2 6 0s4 2 6 0 4 2 6 0' },
  'mood-happy': { line: `${FACE}M8 14c1.5 3.5 6.5 3.5 8 0Z` },
  'mood-calm': { line: `${FACE}M8.5 15c2 1.2 5 1.2 7 0` },
  'mood-sad': { line: `${FACE}M8.5 16.500c2-2.5 5-2.5 7 0` },
  'mood-anxious': { line: `${FACE}M8 15.500c1.3-1.5 2.7 1.5 4 0s2.7 1.5 4 0` },
  'mood-irritable': { line: `${PLATE}M7.5 8l3 1.500M16.5 8l-3 1.500M8.5 16h7` },
  'mood-aggressive': { line: `${PLATE}M7.5 8l3 2M16.5 8l-3 2M8 16.500c2-2 6-2 8 0Z` },
  'mood-withdrawn': { line: `${PLATE}M7.5 10h2.500M14 10h2.500M9.5 16h5` },
  'turning-left': { line: 'M20 12H4m0 0 5-5m-5 5 5 5' },
  'turning-right': { line: 'M4 12h16m0 0-5-5m5 5-5 5' },
  'turning-back': { line: 'M3 18h18M5 14.500a1.8 1.8 0 1 1 0-.1M8 15h12M12 11V4m0 0L9 7m3-3 3 3' },
  'turning-prone': { line: 'M3 18h18M5 14.500a1.8 1.8 0 1 1 0-.1M8 15h12M12 4v7m0 0L9 8m3 3 3-3' },
  'turning-sitting': { line: 'M8 3.500a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.600ZM8 9v6h6l2 5M5 9v11M8 12h4' },
} as const satisfies Record<string, Drawing>;

export type PictureName = keyof typeof PICTURES;

export function pictureOf(kind: string, answer: string): PictureName | undefined {
  const name = `${kind}-${answer}`;
  return name in PICTURES ? name as PictureName : undefined;
}

export function Picture({ name, size = 36 }: { name: PictureName; size?: number }) {
  const { line, full }: Drawing = PICTURES[name];
  return (
    <svg className="an-picture" width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      {full !== undefined && <path d={full} fill="currentColor" stroke="none" />}
      {line !== undefined && <path d={line} />}
    </svg>
  );
}
