import { Component, type ReactNode } from 'react';
import { t } from '../i18n';
import { Message } from '../ui/Message';

interface State {
  error: Error | undefined;
}

/** Shows a sentence instead of an empty page when a part of the app fails; decisions go on being saved. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Message mark="warn" title={t.errors.broken} detail={error.message}>
        <button type="button" className="button" onClick={() => this.setState({ error: undefined })}>
          {t.app.tryAgain}
        </button>
      </Message>
    );
  }
}
