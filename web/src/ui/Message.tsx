import type { ReactNode } from 'react';

interface Props {
  title: string;
  detail?: string | undefined;
  mark?: 'ok' | 'warn' | 'blank';
  children?: ReactNode;
}

/** Says that there is nothing to show, and what to do about it. */
export function Message({ title, detail, mark = 'blank', children }: Props) {
  return (
    <div className="message" role={mark === 'warn' ? 'alert' : undefined}>
      <svg className={`message-mark message-${mark}`} viewBox="0 0 64 48" width="64" height="48" aria-hidden="true">
        <path d="M12 12h40M12 22h12M40 22h12" />
        {mark === 'ok' ? <path className="stroke" d="M22 31l7 7 14-16" /> : null}
        {mark === 'warn' ? <path className="stroke" d="M32 20v10M32 37v.1" /> : null}
        {mark === 'blank' ? <path className="stroke" d="M24 36l8-13 8 13" /> : null}
      </svg>
      <h2>{title}</h2>
      {detail ? <p>{detail}</p> : null}
      {children ? <div className="message-actions">{children}</div> : null}
    </div>
  );
}
