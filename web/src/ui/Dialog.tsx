import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { t } from '../i18n';
import { Icon } from './Icon';

interface Props {
  title: string;
  className?: string;
  onClose: () => void;
  onKeyDown?: (event: KeyboardEvent<HTMLDialogElement>) => void;
  /** Leaves out the visible title bar; the title still names the dialog. */
  bare?: boolean;
  children: ReactNode;
}

/** The browser's modal dialog: it holds the focus, Escape and a click beside it close it. */
export function Dialog({ title, className, onClose, onKeyDown, bare, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) {
      dialog.showModal();
      (dialog.querySelector<HTMLElement>('[data-first]') ?? dialog).focus();
    }
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className={`dialog ${className ?? ''}`}
      aria-label={title}
      tabIndex={-1}
      onClose={onClose}
      onKeyDown={(event) => {
        event.stopPropagation();
        onKeyDown?.(event);
      }}
      onClick={(event) => event.target === ref.current && onClose()}
    >
      <div className="dialog-body">
        {bare ? null : (
          <header className="dialog-head">
            <h2>{title}</h2>
            <button type="button" className="icon-button" onClick={onClose} aria-label={t.app.close}>
              <Icon name="cross" />
            </button>
          </header>
        )}
        {children}
      </div>
    </dialog>
  );
}
