/* THE table of hold rules: before which medicine which measurement is looked at, and below what it is held back.
 *
 * Review: NEEDS A CLINICIAN. The thresholds are the customary ones named in the issue; no facility may rely on them until its
 * doctor has signed them off, and the screen says so beside every rule it shows. Data, so that signing off or changing one
 * touches this file alone. A rule never stops by itself: it is shown before the tap, and giving all the same asks why. */

export type HoldVital = 'pulse' | 'systolic' | 'glucose';

export interface HoldRule {
  id: string;
  /* medicines by ATC prefix, or by the stem of an ingredient (see names.ts) where the order carries no code */
  atc: string[];
  stems: string[];
  vital: HoldVital;
  below: number;
  unit: string;
  /* an older measurement says nothing about now */
  freshHours: number;
  review: 'needs-clinician' | 'reviewed';
}

export const HOLD_RULES: HoldRule[] = [
  {
    id: 'digoxin-pulse', atc: ['C01AA'], stems: ['digoxin'], vital: 'pulse', below: 60, unit: '/min', freshHours: 4, review: 'needs-clinician',
  },
  {
    id: 'beta-pulse', atc: ['C07'], vital: 'pulse', below: 60, unit: '/min', freshHours: 4, review: 'needs-clinician',
    stems: ['atenolol', 'bisoprolol', 'metoprolol', 'propranolol', 'carvedilol', 'nebivolol'],
  },
  {
    id: 'pressure', atc: ['C02', 'C03', 'C07', 'C08', 'C09'], vital: 'systolic', below: 100, unit: 'mm[Hg]', freshHours: 4, review: 'needs-clinician',
    stems: [
      'amlodipin', 'nifedipin', 'felodipin', 'lercanidipin', 'captopril', 'enalapril', 'lisinopril', 'perindopril', 'ramipril',
      'losartan', 'valsartan', 'telmisartan', 'irbesartan', 'candesartan', 'hidrochlorothiazid', 'hidroclorothiazid', 'indapamid',
      'furosemid', 'spironolacton', 'methildopa', 'atenolol', 'bisoprolol', 'metoprolol', 'propranolol', 'carvedilol', 'nebivolol',
    ],
  },
  {
    id: 'insulin-glucose', atc: ['A10A'], stems: ['insulin', 'mixtard', 'actrapid', 'lantus', 'novorapid', 'humulin'],
    vital: 'glucose', below: 3.9, unit: 'mmol/L', freshHours: 2, review: 'needs-clinician',
  },
];
