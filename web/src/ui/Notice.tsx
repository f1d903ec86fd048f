/* A boxed message: an icon, a word and then a colour, in this order of importance. */

import type { ReactNode, Ref } from 'react';
import { Icon } from './Icon';

export type NoticeKind = 'bad' | 'warn' | 'good' | 'info';

interface Props {
  kind: NoticeKind;
  title: string;
  children?: ReactNode;
  /* 'alert' interrupts a screen reader, 'status' waits for a pause */
  role?: 'alert' | 'status';
  ref?: Ref<HTMLDivElement>;
  tabIndex?: number;
}

export function Notice({ kind, title, children, role, ref, tabIndex }: Props) {
  return (
    <div className={`an-notice an-notice-${kind}`} role={role} ref={ref} tabIndex={tabIndex}>
      <Icon name={kind} size={24} />
      <div className="an-notice-body">
        <p className="an-notice-title">{title}</p>
        {children}
      </div>
    </div>
  );
}
