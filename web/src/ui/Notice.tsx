/* A boxed message: an icon, a word and then a colour, in this order of importance. */

import type { ReactNode } from 'react';
import { Icon } from './Icon';

export type NoticeKind = 'bad' | 'warn' | 'good' | 'info';

interface Props {
  kind: NoticeKind;
  title: string;
  children?: ReactNode;
  /* 'alert' interrupts a screen reader, 'status' waits for a pause */
  role?: 'alert' | 'status';
  /* what is said aloud is `children`; what stands here is not (buttons, a countdown) */
  after?: ReactNode;
}

export function Notice({ kind, title, children, role, after }: Props) {
  return (
    <div className={`an-notice an-notice-${kind}`}>
      <Icon name={kind} size={24} />
      <div className="an-notice-body" role={role}>
        <p className="an-notice-title">{title}</p>
        {children}
      </div>
      {after !== undefined && <div className="an-notice-after">{after}</div>}
    </div>
  );
}
