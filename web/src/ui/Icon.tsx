/* The few pictures we need, drawn in one stroke style. They always stand beside a word, so they are hidden from readers. */

const PATHS = {
  import: 'M12 3v12m0 0 4-4m-4 4-4-4M4 17v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-2',
  search: 'M10.5 17a6.5 6.5 0 1 1 0-13 6.5 6.5 0 0 1 0 13Zm5-1.5L20 20',
  back: 'M14.5 6 8.5 12l6 6',
  print: 'M7 9V4h10v5M7 17H4v-7h16v7h-3M7 14h10v6H7z',
  pulse: 'M3 13h4l2-6 4 11 2.5-5H21',
  warn: 'M12 4 2.8 20h18.4L12 4Zm0 6v4.5M12 17.2v.3',
  bad: 'M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3L8.3 3ZM12 7.5v5.5M12 16v.3',
  good: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Zm-4 9 3 3 5.5-6',
  info: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Zm0 8v5.5M12 7.7V8',
  offline: 'M4 4l16 16M2.5 9A14 14 0 0 1 8 6M12 5.2A14 14 0 0 1 21.5 9M6 12.7a9 9 0 0 1 3.5-2M14.5 10.8a9 9 0 0 1 3.5 1.9M9.5 16a4 4 0 0 1 5 0M12 19.5v.2',
  close: 'M6 6l12 12M18 6 6 18',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z',
  sun: 'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8Zm0-6v2.5M12 19.5V22M2 12h2.5M19.5 12H22M5 5l1.7 1.7M17.3 17.3 19 19M5 19l1.7-1.7M17.3 6.7 19 5',
  language: 'M3 6h10M8 4v2M5 14c4-1.5 6-4.5 6.5-8M5.5 9.5C6.5 12 8.5 13.5 11 14.3M12.5 20l4-10 4 10M13.9 16.6h5.2',
  next: 'M9.5 6l6 6-6 6',
  clock: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Zm0 4.5V12l3.2 2',
  user: 'M12 12a4 4 0 1 1 0-8 4 4 0 0 1 0 8Zm-7.5 8.5c0-4 3.3-6.5 7.5-6.5s7.5 2.5 7.5 6.5',
  users: 'M9 11.5a3.7 3.7 0 1 1 0-7.4 3.7 3.7 0 0 1 0 7.4Zm-6.5 8c0-3.600 2.9-6 6.5-6s6.5 2.4 6.5 6M15 5.5h6M18.5 3l2.5 2.5-2.5 2.5M21 12h-4',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v2.5',
  leave: 'M14 4H5v16h9M10 12h11M17.5 8.5 21 12l-3.5 3.5',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 9.3a2.7 2.7 0 1 1 0 5.4 2.7 2.7 0 0 1 0-5.4Z',
  eyeOff: 'M4 4l16 16M9.5 6A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-3 3.7M6 7.5A17 17 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4-1M10 10.2a2.7 2.7 0 0 0 3.8 3.8',
  erase: 'M8.5 5.5H21v13H8.5L3 12l5.5-6.5ZM11.5 9.5l5 5M16.5 9.5l-5 5',
  check: 'M4.5 12.5l5 5L19.5 7',
  down: 'M6 9.5l6 6 6-6',
  menu: 'M4 7h16M4 12h16M4 17h16',
  shield: 'M12 3 4.5 6v5.5c0 4.5 3.2 8 7.5 9.5 4.3-1.5 7.5-5 7.5-9.5V6L12 3Z',
  footprint: 'M12 5.5c-5 0-8.5 6.5-8.5 6.5s3.5 6.5 8.5 6.5M12 9.3a2.7 2.7 0 0 0 0 5.4M16.5 17.5a3 3 0 1 1 0-6 3 3 0 0 1 0 6Zm2.2-1L21.5 20M12 5.5c3.5 0 6.2 2.5 7.7 4.4',
  calendar: 'M4.5 5.5h15v14h-15zM4.500 10h15M8.500 3.5v4M15.5 3.5v4M8 14h3M13 14h3',
  plus: 'M12 5v14M5 12h14',
  tablet: 'M6 3h12v18H6zM11 18.3h2',
  people: 'M9 11.5a3.7 3.7 0 1 1 0-7.4 3.7 3.7 0 0 1 0 7.4Zm-6.5 8c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 11.3a3.3 3.3 0 1 0-1.2-6.3M18 13.8c2.2.8 3.5 2.8 3.5 5.7',
  undo: 'M4 9h10a5.5 5.5 0 0 1 0 11H9M4 9l4-4M4 9l4 4',
  fall: 'M13 4.2a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2ZM4 20h16M6 16l4-5 5 2 3-3M10 11l-1 6M15 13l1 5',
  swallow: 'M8 3v8a4 4 0 0 0 4 4 4 4 0 0 1 4 4v2M8 21v-6M16 3v6',
  pressure: 'M3 18h18M5 18v-5h14v5M7 13V9h5a4 4 0 0 1 4 4M7 6v.2',
  wander: 'M4 20V4h9v16M13 12h8m0 0-3-3m3 3-3 3M10 12v.2',
  allergy: 'M12 3 2.800 12 12 21l9.200-9L12 3Zm0 5v5m0 2.600v.3',
  heart: 'M12 20s-7.5-4.700-7.5-10.300A4.200 4.200 0 0 1 12 7.200a4.200 4.200 0 0 1 7.500 2.500C19.500 15.300 12 20 12 20Z',
  scale2: 'M4 19h16M6 19V9M12 19V5M18 19v-7',
  above: 'M12 19V5.5M6 11.5l6-6 6 6',
  below: 'M12 5v13.5M6 12.5l6 6 6-6',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="an-icon" width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor"
      strokeWidth="1.9" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
