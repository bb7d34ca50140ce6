import { Link, Outlet } from '@tanstack/react-router';
import styles from '../styles/settings.module.css';
import { words } from '../words.js';

const pages = [
  ['/settings/members', words.frame.members],
  ['/settings/teams', words.frame.teams],
  ['/settings/api-keys', words.frame.apiKeys],
  ['/settings/notifications', words.frame.notifications],
  ['/settings/audit', words.frame.audit],
  ['/settings/you', words.frame.you],
] as const;

/** Beside each page of the settings: the others. */
export const SettingsPage = () => (
  <div className={styles['settings']}>
    <nav aria-label={words.settings.nav} className={styles['nav']}>
      {pages.map(([to, name]) => (
        <Link key={to} to={to} className={styles['link']}>
          {name}
        </Link>
      ))}
    </nav>
    <div className={styles['content']}>
      <Outlet />
    </div>
  </div>
);
