import type { Session } from '../api/types';
import { t } from '../i18n';
import { Icon, type IconName } from '../ui/Icon';
import { Link } from './Link';
import { Logo } from './Logo';
import { hrefOf, type Page, returnTo } from './router';
import { SaveIndicator } from './SaveState';
import { change, settings, type Theme } from './settings';
import { useStore } from './store';

const themes: readonly Theme[] = ['system', 'light', 'dark'];
const themeIcons: Record<Theme, IconName> = { system: 'auto', light: 'sun', dark: 'moon' };

function ThemeButton() {
  const { theme } = useStore(settings);
  const next = themes[(themes.indexOf(theme) + 1) % themes.length];
  return (
    <button
      type="button"
      className="icon-button"
      title={t.app.theme[theme]}
      aria-label={t.app.theme[theme]}
      onClick={() => change({ theme: next })}
    >
      <Icon name={themeIcons[theme]} />
    </button>
  );
}

export function TopBar({ page, session, onKeys }: { page: Page; session: Session | undefined; onKeys: () => void }) {
  const tabs: readonly Page[] = ['overview', 'review', 'activity'];
  return (
    <header className="topbar">
      <Link href={hrefOf('overview')} className="brand" aria-label={t.app.name}>
        <Logo />
        <span>{t.app.name}</span>
      </Link>
      <nav aria-label={t.app.navigation}>
        {tabs.map((tab) => (
          <Link key={tab} href={returnTo(tab)} aria-current={tab === page ? 'page' : undefined}>
            {t.app[tab]}
          </Link>
        ))}
      </nav>
      <div className="topbar-end">
        {session ? (
          <span className="topbar-dataset" title={session.dataset.root}>
            {session.dataset.name}
          </span>
        ) : null}
        <SaveIndicator />
        <ThemeButton />
        <button
          type="button"
          className="icon-button"
          title={`${t.app.keys} (?)`}
          aria-label={t.app.keys}
          onClick={onKeys}
        >
          <Icon name="keyboard" />
        </button>
      </div>
    </header>
  );
}
