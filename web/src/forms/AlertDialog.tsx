/* What must not wait: said at once, by the form's own words, also with the line down. */

import { Button } from '@mantine/core';
import { useI18n } from '../i18n/context';
import { useWords } from '../i18n/forms';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import type { Condition } from './read';

export function AlertDialog({ alerts, onSeen }: { alerts: Condition[]; onSeen: () => void }) {
  const w = useWords();
  const { lang } = useI18n();
  return (
    <Dialog title={w('alert.title')} onClose={onSeen}>
      <div className="an-alert" role="alert">
        {alerts.map((a) => <p key={a.code} className="an-alert-what"><Icon name="bad" size={28} /><span>{lang === 'en' ? a.textEn : a.text}</span></p>)}
        <p>{w('alert.do')}</p>
      </div>
      <Button size="md" color="red" onClick={onSeen} data-autofocus>{w('alert.seen')}</Button>
    </Dialog>
  );
}

/* Stands as long as it is so. */
export function AlertNotice({ alerts }: { alerts: Condition[] }) {
  const w = useWords();
  const { lang } = useI18n();
  if (alerts.length === 0) return null;
  return (
    <Notice kind="bad" title={w('alert.still')}>
      {alerts.map((a) => <p key={a.code}>{lang === 'en' ? a.textEn : a.text}</p>)}
      <p>{w('alert.do')}</p>
    </Notice>
  );
}
