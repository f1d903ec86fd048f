/* The tables of incidents: what can happen, where, how bad, what was done, who was told, and the sites of the body. docs/incidents.md is
 * the same for those who read the record. None of them asks whose fault it was. */

export const INCIDENT = 'urn:ansinh:incident';
export const HARM = 'urn:ansinh:harm';
export const PLACE = 'urn:ansinh:incident-place';
export const ACTION = 'urn:ansinh:incident-action';
export const SITE = 'urn:ansinh:body-site';
export const SIGN = 'urn:ansinh:body-sign';

export const KINDS = ['fall', 'choking', 'wandering', 'aggression', 'self-harm', 'medication', 'injury', 'skin', 'fire', 'other'] as const;
export type IncidentKind = (typeof KINDS)[number];
export const PLACES = ['room', 'bathroom', 'corridor', 'stairs', 'dining', 'yard', 'outside', 'elsewhere'] as const;
export const HARMS = ['none', 'mild', 'moderate', 'severe', 'death'] as const;
export type Harm = (typeof HARMS)[number];
export const ACTIONS = ['first-aid', 'vitals', 'observed', 'moved', 'doctor', 'search', 'separated', 'removed', 'hospital'] as const;
export const TOLD = ['head', 'doctor', 'family', 'authority'] as const;
export type Told = (typeof TOLD)[number];
export const SIGNS = ['pain', 'bruise', 'wound', 'bleeding', 'swelling', 'deformed', 'burn', 'red'] as const;
export type Sign = (typeof SIGNS)[number];

/* Severe harm and death are told to the head at once, the others within a day. */
export const isGrave = (harm: Harm): boolean => harm === 'severe' || harm === 'death';

/* ---- the body ---- */

export type View = 'front' | 'back';
/* x, y, width, height and rounding on a figure of 100 x 220, seen from the front or from behind: left and right are the person's */
export interface Site { code: string; view: View; box: [number, number, number, number, number] }

const mirror = (view: View, name: string, box: [number, number, number, number, number]): Site[] => {
  const [x, y, w, h, r] = box;
  const other: Site['box'] = [100 - x - w, y, w, h, r];
  /* from the front the person's right is on the left of the picture */
  const [onLeft, onRight] = view === 'front' ? ['right', 'left'] : ['left', 'right'];
  return [{ code: `${onLeft}-${name}`, view, box }, { code: `${onRight}-${name}`, view, box: other }];
};

export const SITES: Site[] = [
  { code: 'head', view: 'front', box: [38, 2, 24, 14, 11] },
  { code: 'face', view: 'front', box: [39, 16, 22, 17, 9] },
  { code: 'neck', view: 'front', box: [43, 33, 14, 8, 3] },
  ...mirror('front', 'shoulder', [24, 40, 15, 14, 7]),
  { code: 'chest', view: 'front', box: [36, 42, 28, 26, 5] },
  { code: 'abdomen', view: 'front', box: [36, 68, 28, 24, 5] },
  { code: 'groin', view: 'front', box: [42, 92, 16, 14, 5] },
  ...mirror('front', 'upper-arm', [21, 54, 12, 26, 6]),
  ...mirror('front', 'forearm', [16, 80, 12, 26, 6]),
  ...mirror('front', 'hand', [11, 106, 14, 17, 6]),
  ...mirror('front', 'hip', [32, 92, 10, 16, 5]),
  ...mirror('front', 'thigh', [33, 108, 15, 36, 7]),
  ...mirror('front', 'knee', [34, 144, 13, 14, 6]),
  ...mirror('front', 'shin', [34, 158, 12, 38, 6]),
  ...mirror('front', 'foot', [29, 196, 17, 14, 6]),
  { code: 'back-of-head', view: 'back', box: [38, 2, 24, 30, 12] },
  { code: 'back-of-neck', view: 'back', box: [43, 32, 14, 9, 3] },
  ...mirror('back', 'shoulder-blade', [29, 41, 19, 22, 6]),
  { code: 'spine', view: 'back', box: [47, 41, 6, 36, 3] },
  ...mirror('back', 'lower-back', [36, 64, 11, 18, 5]),
  { code: 'sacrum', view: 'back', box: [43, 78, 14, 17, 6] },
  ...mirror('back', 'buttock', [32, 86, 17, 20, 8]),
  ...mirror('back', 'back-of-arm', [20, 46, 11, 26, 5]),
  ...mirror('back', 'elbow', [17, 72, 12, 13, 6]),
  ...mirror('back', 'back-of-forearm', [14, 85, 11, 21, 5]),
  ...mirror('back', 'back-of-hand', [11, 106, 14, 17, 6]),
  ...mirror('back', 'back-of-thigh', [33, 108, 15, 38, 7]),
  ...mirror('back', 'calf', [34, 148, 13, 40, 6]),
  ...mirror('back', 'heel', [32, 192, 15, 18, 7]),
];

/* Where lying and sitting press. */
export const PRESSURE_SITES = ['sacrum', 'left-heel', 'right-heel', 'left-buttock', 'right-buttock', 'left-hip', 'right-hip', 'back-of-head', 'left-elbow', 'right-elbow',
  'left-shoulder-blade', 'right-shoulder-blade', 'spine', 'left-knee', 'right-knee'];

const HEAD = ['head', 'face', 'neck', 'back-of-head', 'back-of-neck'];

/* ---- looking at somebody again after a fall ---- */

export const wantsChecks = (kind: IncidentKind, unseen: boolean | undefined, sites: string[]): boolean =>
  kind === 'fall' && (unseen === true || sites.some((s) => HEAD.includes(s)));

/* Minutes after the fall: half-hourly for 2 hours, hourly for 4, two-hourly to the end of the day (NICE NG232). Needs a clinician's review. */
export const CHECK_MINUTES: number[] = [
  30, 60, 90, 120, 180, 240, 300, 360, ...Array.from({ length: 9 }, (_, i) => 480 + 120 * i),
];
