/* The face of a person, and taking or replacing it by whoever may change the person's record. It is for recognising somebody at the bed; whether
 * there is a consent to publish pictures is said beside it and stops nothing here. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { useMe, type RoleCode } from '../access/me';
import { nowMs } from '../fhir/clock';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import type { Patient, Resource } from '../fhir/types';
import { usePhotoWords } from '../i18n/photos';
import { Dialog } from '../ui/Dialog';
import { Face } from '../ui/Face';
import { FACE, shrunk, type Refused } from '../ui/image';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { faceOf, withFace } from './photo';
import './photos.css';

/* As content/access/rights.json gives "identity update"; what is really allowed the server decides. */
const KEEPERS: RoleCode[] = ['nurse', 'assistant-doctor', 'doctor', 'social-worker', 'records-clerk', 'system'];

export function PersonPhoto({ patient }: { patient: Patient }) {
  const w = usePhotoWords();
  const me = useMe();
  const [now, setNow] = useState(patient);
  const [open, setOpen] = useState(false);
  const face = <Face patient={now} />;
  if (!me.has(...KEEPERS)) return face;
  return (
    <>
      <button type="button" className="an-photo-face" onClick={() => setOpen(true)}>{face}<span className="an-photo-word">{w(faceOf(now) === undefined ? 'photos.faceNew' : 'photos.faceChange')}</span></button>
      {open && <Change patient={now} onChanged={(p) => { setNow(p); setOpen(false); }} onClose={() => setOpen(false)} />}
    </>
  );
}

function Change({ patient, onChanged, onClose }: { patient: Patient; onChanged: (p: Patient) => void; onClose: () => void }) {
  const w = usePhotoWords();
  const [taken, setTaken] = useState<{ data: string; type: string }>();
  const [trouble, setTrouble] = useState<Refused>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const take = async (file: File | undefined): Promise<void> => {
    setTrouble(undefined);
    if (!file) return;
    const made = await shrunk(file, FACE);
    if (typeof made === 'string') setTrouble(made);
    else setTaken(made);
  };
  const keep = async (photo: { data: string; type: string } | undefined): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { resource, etag } = await server.read<Patient>('Patient', patient.id ?? '');
      const next = withFace(resource, photo, nowMs());
      await server.update(next, etag ?? '');
      onChanged(next);
    } catch (e) {
      setProblem(e);
      setBusy(false);
    }
  };
  return (
    <Dialog title={w('photos.faceOf', { name: personName(patient) })} onClose={onClose}>
      <Face patient={taken ? withFace(patient, taken, 0) : patient} />
      <p>{w('photos.faceFor')}</p>
      <Agreed patient={patient.id ?? ''} />
      <label className="an-photo-take"><Icon name="plus" />{w('photos.take')}<input type="file" className="an-file" accept="image/*" capture="environment" aria-label={w('photos.take')} onChange={(e) => void take(e.currentTarget.files?.[0])} /></label>
      {trouble && <Notice kind="warn" role="alert" title={w(`photos.trouble.${trouble}`)} />}
      {problem !== undefined && <Problem error={problem} onRetry={() => setProblem(undefined)} />}
      <div className="an-options">
        {taken && <Button loading={busy} onClick={() => void keep(taken)}>{w('photos.keep')}</Button>}
        {!taken && faceOf(patient) !== undefined && <Button variant="default" loading={busy} onClick={() => void keep(undefined)}>{w('photos.remove')}</Button>}
        <Button variant="subtle" onClick={onClose}>{w('photos.cancel')}</Button>
      </div>
    </Dialog>
  );
}

function Agreed({ patient }: { patient: string }) {
  const w = usePhotoWords();
  const load = useLoad(`images ${patient}`, async (signal) => {
    const page = await server.search<Resource & { resourceType: 'Consent' }>('Consent', { patient, status: 'active', purpose: 'urn:ansinh:consent-purpose|images', _count: 1 }, signal);
    return page.items.length > 0;
  });
  if (load.data === undefined) return null; /* whose role sees no consents is told nothing */
  return <p className="an-dim">{w(load.data ? 'photos.agreed' : 'photos.notAgreed')}</p>;
}
