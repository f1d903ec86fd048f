/* What was written becomes a template: for oneself, or for everybody in the facility. A template is a document without a person. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { problemOf, type FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import { useVisitWords, VISIT_CATALOGUES } from '../i18n/visits';
import { Dialog } from '../ui/Dialog';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { uuid4 } from '../vitals/uuid';
import { sayIn, templateOf, type Setting } from './compose';
import type { VisitDraft } from './draft';
import { onceOf } from './forms';
import { Line } from './parts';

export function SaveTemplate({ draft, setting, onSaved }: { draft: VisitDraft; setting: Setting; onSaved: () => void }) {
  const w = useVisitWords();
  const [open, setOpen] = useState(false);
  const [title, setTitle] = useState('');
  const [key, setKey] = useState(uuid4);
  const [saved, setSaved] = useState('');
  const [failure, setFailure] = useState<FhirError>();
  const save = async (of: 'own' | 'facility'): Promise<void> => {
    setFailure(undefined);
    try {
      const made = templateOf(draft, title.trim(), of, setting, nowMs(), key, sayIn(VISIT_CATALOGUES.vi));
      await server.create(made, onceOf(key));
      setSaved(title.trim());
      setTitle('');
      setKey(uuid4());
      setOpen(false);
      onSaved();
    } catch (e) {
      setFailure(problemOf(e));
    }
  };
  const empty = [draft.reason, draft.history, draft.assessment, draft.advice, ...Object.values(draft.exam)].every((x) => x.trim() === '');
  return (
    <>
      {!empty && <Button variant="subtle" onClick={() => setOpen(true)}>{w('template.save')}</Button>}
      {saved !== '' && <Notice kind="good" title={w('template.saved', { title: saved })} role="status" />}
      {open && (
        <Dialog title={w('template.save')} onClose={() => setOpen(false)}>
          <p>{w('template.noNames')}</p>
          <Line label={w('template.name')} value={title} onChange={setTitle} max={80} />
          {failure && <Problem error={failure} />}
          <div className="an-row">
            <Button variant="default" onClick={() => setOpen(false)}>{w('cancel')}</Button>
            <Button variant="default" disabled={title.trim() === ''} onClick={() => void save('own')}>{w('template.forMe')}</Button>
            <Button variant="default" disabled={title.trim() === ''} onClick={() => void save('facility')}>{w('template.forAll')}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
