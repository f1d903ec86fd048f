/* As whom somebody is served who does not live here; of a worker also where, what and when. */

import { useWords } from '../i18n/stay';
import type { Trouble } from './Admit';
import { CLIENT_KINDS, isWork, type ClientKind } from './forms';
import { Entry, Options, Section } from './parts';
import type { UseAdmit } from './useAdmit';

export function Served({ a, trouble }: { a: UseAdmit; trouble: Trouble }) {
  const w = useWords();
  const { draft, set } = a;
  return (
    <>
      <Section title={w('clients.kind')}>
        <Options id="stay-client" label={w('clients.kind')} value={draft.client} onChange={(client: ClientKind | '') => set({ client })} trouble={trouble('client')}
          options={CLIENT_KINDS.map((value) => ({ value, label: w(`client.${value}`) }))} />
        <Entry id="stay-at" label={w('clients.since')} type="datetime-local" value={draft.at} onChange={(at) => set({ at })} trouble={trouble('at')} />
      </Section>
      {isWork(draft.client) && (
        <Section title={w('clients.work')}>
          <div className="an-stay-two">
            <Entry id="stay-employer" label={w('clients.employer')} value={draft.employer} onChange={(employer) => set({ employer })} />
            <Entry id="stay-job" label={w('clients.job')} value={draft.job} onChange={(job) => set({ job })} />
            <Entry id="stay-harmDay" label={w('clients.harmDay')} value={draft.harmDay} onChange={(harmDay) => set({ harmDay })} hint={w('birth.hint')} trouble={trouble('harmDay')} />
            <Entry id="stay-loss" label={w('clients.loss')} value={draft.loss} onChange={(loss) => set({ loss })} inputMode="numeric" hint={w('clients.lossHint')} trouble={trouble('loss')} maxLength={3} />
          </div>
          <Entry id="stay-harm" label={w('clients.harm')} value={draft.harm} onChange={(harm) => set({ harm })} maxLength={500} />
        </Section>
      )}
    </>
  );
}
