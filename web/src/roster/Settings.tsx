/* How the house divides its day; its head says it. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { server } from '../fhir/server';
import { useRosterWords } from '../i18n/roster';
import { Entry, Options } from '../stay/parts';
import { Dialog } from '../ui/Dialog';
import { Notice } from '../ui/Notice';
import { askAgain } from './onDuty';
import { isClock, SYSTEM_NAMES, SYSTEMS, type SystemName } from './shifts';
import { withSystem, type Facility } from './system';
import type { UseRoster } from './useRoster';

export function SettingsDialog({ use, onClose }: { use: UseRoster; onClose: () => void }) {
  const w = useRosterWords();
  const now = use.house?.system;
  const [name, setName] = useState<SystemName | ''>(now?.name ?? '');
  const [first, setFirst] = useState(now?.first ?? '');
  const [wrong, setWrong] = useState<'bad' | 'failed'>();
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    if (name === '' || !isClock(first)) {
      setWrong('bad');
      return;
    }
    setBusy(true);
    try {
      const { resource, etag } = await server.read<Facility>('Organization', use.house?.id ?? '');
      await server.update(withSystem(resource, { name, first }), etag ?? '');
      use.reload();
      askAgain();
      onClose();
    } catch {
      setWrong('failed');
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={w('settings')} onClose={onClose}>
      <div className="an-entries an-roster-form">
        <p className="an-dim">{w('settings.lead')}</p>
        <Options<SystemName> label={w('settings.system')} value={name} onChange={(v) => { setName(v); if (v !== '') setFirst(SYSTEMS[v].first); }}
          options={SYSTEM_NAMES.map((value) => ({ value, label: w(`settings.${value}`) }))} />
        <Entry id="roster-first" label={w('settings.first')} value={first} onChange={setFirst} maxLength={5} inputMode="text" />
        {wrong !== undefined && <Notice kind="bad" title={w(`settings.${wrong}`)} role="alert" />}
        <div className="an-row">
          <Button loading={busy} onClick={() => void save()}>{w('settings.save')}</Button>
          <Button variant="default" onClick={onClose}>{w('cancel')}</Button>
        </div>
      </div>
    </Dialog>
  );
}
