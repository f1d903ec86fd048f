/* The 24-hour pack of a facility: when it was made, what could not be made, printing a ward's, making one now, and what to do when the
 * power is gone. What is printed here is made at that moment, of what the one who prints it may see. */

import { Button, Skeleton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { FhirError } from '../fhir/client';
import { server } from '../fhir/server';
import { wardFull } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { packState, type PackAnswer, type PackState } from './packState';
import { pdfHref } from './paper';
import './sheet.css';

const LOOK_MS = 3000;
const pathOf = (id: string): string => `Organization/${encodeURIComponent(id)}/$pack`;

export default function Pack({ params }: ScreenProps) {
  const { t } = useI18n();
  const id = params.id ?? '';
  const load = useLoad(`pack ${id}`, async (signal) => packState((await server.operation<PackAnswer>(pathOf(id), 'Parameters', undefined, signal))?.resource ?? { resourceType: 'Parameters' }));
  const [problem, setProblem] = useState<unknown>();
  useOnReconnect(load.reload, load.error !== undefined);
  const making = load.data?.making === true;
  const { reload } = load;
  useEffect(() => {
    if (!making) return undefined;
    const timer = setInterval(reload, LOOK_MS);
    return () => clearInterval(timer);
  }, [making, reload]);
  const make = async (): Promise<void> => {
    setProblem(undefined);
    try {
      await server.invoke<PackAnswer>(pathOf(id), 'Parameters', { resourceType: 'Parameters' });
    } catch (e) {
      setProblem(e);
    }
    load.reload();
  };
  const off = load.error instanceof FhirError && load.error.problem === 'refused';
  return (
    <div className="an-paper an-pack">
      <h1>{t('pack.title')}</h1>
      <p>{t('pack.about')}</p>
      {load.error !== undefined && !off && <Problem error={load.error} onRetry={load.reload} />}
      {off && <Notice kind="warn" title={t('pack.off')} />}
      {problem !== undefined && <Problem error={problem} onRetry={() => void make()} />}
      {!load.data && load.error === undefined && <Skeleton height={240} />}
      {load.data && <Told state={load.data} />}
      {load.data && (
        <div className="an-options">
          <Button leftSection={<Icon name="print" />} disabled={making} onClick={() => void make()}>{t(making ? 'pack.making' : 'pack.make')}</Button>
        </div>
      )}
      {load.data && load.data.wards.length > 0 && <Wards state={load.data} />}
      <section className="an-card" aria-labelledby="pack-steps">
        <h2 id="pack-steps">{t('pack.steps')}</h2>
        <ol className="an-pack-steps">{(['pack.step1', 'pack.step2', 'pack.step3', 'pack.step4'] as const).map((key) => <li key={key}>{t(key)}</li>)}</ol>
      </section>
    </div>
  );
}

function Told({ state }: { state: PackState }) {
  const { t } = useI18n();
  const known = ['NOSPACE', 'IO', 'TOOBIG', 'COSTLY', 'NOMEM'] as const;
  const why = known.find((k) => k === state.failed);
  return (
    <>
      {state.failed !== '' && (
        <Notice kind="bad" role="alert" title={t('pack.failed', { when: wardFull(state.failedSince ?? 0) })}>
          <p>{why ? t(`pack.why.${why}`) : t('pack.why.other', { code: state.failed })}</p>
        </Notice>
      )}
      {state.made === undefined && state.failed === '' && <Notice kind="info" role="status" title={t(state.making ? 'pack.first' : 'pack.none')} />}
      {state.made !== undefined && (
        <Notice kind={state.late ? 'warn' : 'good'} role="status" title={t('pack.made', { when: wardFull(state.made) })}>
          {state.at !== '' && <p className="an-number">{t('pack.at', { time: state.at })}</p>}
        </Notice>
      )}
    </>
  );
}

function Wards({ state }: { state: PackState }) {
  const { t } = useI18n();
  return (
    <section className="an-card" aria-labelledby="pack-wards">
      <h2 id="pack-wards">{t('pack.wards')}</h2>
      <ul className="an-pack-wards">
        {state.wards.map((w) => (
          <li key={w.id}>
            <div><strong>{w.name === '' ? t('pack.noBed') : w.name}</strong><p className="an-number">{t('pack.size', { people: w.people, pages: w.pages })}</p></div>
            {w.id !== '' && (
              <div className="an-options">
                <Button component="a" variant="default" href={pdfHref({ ward: w.id }, 'pack')} target="_blank" rel="noopener" leftSection={<Icon name="print" />}
                  aria-label={t('pack.printOf', { ward: w.name })}>{t('pack.print')}</Button>
                <Button component="a" variant="default" href={pdfHref({ ward: w.id }, 'sealed')} target="_blank" rel="noopener" leftSection={<Icon name="lock" />}
                  aria-label={t('pack.sealedOf', { ward: w.name })}>{t('pack.sealed')}</Button>
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
