import { ActionIcon, Avatar, Button, Menu, Tooltip, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { call, type AnswerTo } from '../api.js';
import { setServerTime } from '../clock.js';
import {
  AuditIcon,
  BellIcon,
  ChartIcon,
  CheckIcon,
  ChevronDownIcon,
  HealthIcon,
  CodeIcon,
  KeyIcon,
  MoonIcon,
  PeopleIcon,
  PlugIcon,
  SettingsIcon,
  SignOutIcon,
  SunIcon,
  SystemIcon,
  TeamIcon,
  UserIcon,
} from '../icons.js';
import { queryClient, useAnswer } from '../queries.js';
import { ApiRefusal } from '../api-refusal.js';
import styles from '../styles/frame.module.css';
import { words } from '../words.js';
import { AwayBar } from './away-bar.js';
import { SearchButton } from './search-button.js';
import { Failure, PageSkeleton } from './states.js';

type Me = AnswerTo<'getMe'>;

const SettingsMenu = () => (
  <Menu width={200}>
    <Menu.Target>
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={words.frame.settings}>
        <SettingsIcon size={18} stroke={1.7} />
      </ActionIcon>
    </Menu.Target>
    <Menu.Dropdown>
      <Menu.Item component={Link} to="/connections" leftSection={<PlugIcon size={16} />}>
        {words.frame.connections}
      </Menu.Item>
      <Menu.Item component={Link} to="/settings/members" leftSection={<PeopleIcon size={16} />}>
        {words.frame.members}
      </Menu.Item>
      <Menu.Item component={Link} to="/settings/teams" leftSection={<TeamIcon size={16} />}>
        {words.frame.teams}
      </Menu.Item>
      <Menu.Item component={Link} to="/settings/api-keys" leftSection={<KeyIcon size={16} />}>
        {words.frame.apiKeys}
      </Menu.Item>
      <Menu.Item component={Link} to="/settings/notifications" leftSection={<BellIcon size={16} />}>
        {words.frame.notifications}
      </Menu.Item>
      <Menu.Item component={Link} to="/settings/audit" leftSection={<AuditIcon size={16} />}>
        {words.frame.audit}
      </Menu.Item>
    </Menu.Dropdown>
  </Menu>
);

const leave = async (name: 'postSignOut' | 'postSignOutEverywhere'): Promise<void> => {
  await call(name, {});
  queryClient.clear();
  location.assign('/sign-in');
};

const schemes = [
  ['light', SunIcon],
  ['dark', MoonIcon],
  ['auto', SystemIcon],
] as const;

const PersonMenu = ({ person }: { person: Me['person'] }) => {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu width={240}>
      <Menu.Target>
        <UnstyledButton aria-label={words.frame.person(person.name)}>
          <Avatar name={person.name} size={30} radius="xl" color="accent" variant="filled" alt="" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label className="name">
          {person.name}
          <br />
          {person.email}
        </Menu.Label>
        <Menu.Item component={Link} to="/settings/you" leftSection={<UserIcon size={16} />}>
          {words.frame.you}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{words.frame.theme}</Menu.Label>
        {schemes.map(([scheme, Icon]) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon size={16} />}
            rightSection={colorScheme === scheme ? <CheckIcon size={14} aria-label={words.frame.chosen} /> : null}
            onClick={() => setColorScheme(scheme)}
          >
            {words.frame.schemes[scheme]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<SignOutIcon size={16} />} onClick={() => void leave('postSignOut')}>
          {words.frame.signOut}
        </Menu.Item>
        <Menu.Item leftSection={<SignOutIcon size={16} />} onClick={() => void leave('postSignOutEverywhere')}>
          {words.frame.signOutEverywhere}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};

const enter = async (workspaceId: string): Promise<void> => {
  await call('postActiveWorkspace', { body: { workspaceId } });
  queryClient.clear();
  location.assign('/connections');
};

const WorkspaceSwitch = ({ me }: { me: Me }) => {
  return (
    <div className={styles['workspace']}>
      <Menu position="bottom-start" width={260}>
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            px="xs"
            maw="100%"
            rightSection={<ChevronDownIcon size={14} />}
            aria-label={words.frame.workspace(me.workspace.name)}
          >
            <span className="name-line">{me.workspace.name}</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{words.frame.workspaces}</Menu.Label>
          {me.workspaces.map(({ id, name, role }) => (
            <Menu.Item
              key={id}
              onClick={() => void enter(id)}
              rightSection={id === me.workspace.id ? <CheckIcon size={14} aria-label={words.frame.chosen} /> : null}
            >
              <span className="name">{name}</span> · {words.roles[role].name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
};

const Shell = ({ me }: { me: Me }) => {
  const main = useRef<HTMLElement>(null);
  const pathname = useLocation({ select: (location) => location.pathname });
  const first = useRef(true);
  // A reader of the screen hears of the new page; the first one is announced by the browser.
  useEffect(() => {
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [pathname]);
  return (
    <div className={styles['shell']}>
      <a className={styles['skip']} href="#main">
        {words.frame.skip}
      </a>
      <nav className={styles['rail']} aria-label={words.frame.pages}>
        <div className={styles['brand']}>
          <img src="/icon.svg" alt="" width={22} height={22} />
          {words.product}
        </div>
        <Link to="/performance" className={styles['railLink']}>
          <ChartIcon size={18} stroke={1.7} aria-hidden />
          {words.frame.performance}
        </Link>
        <Link to="/connections" className={styles['railLink']}>
          <PlugIcon size={18} stroke={1.7} aria-hidden />
          {words.frame.connections}
        </Link>
        <Link to="/data-health" className={styles['railLink']}>
          <HealthIcon size={18} stroke={1.7} aria-hidden />
          {words.frame.dataHealth}
        </Link>
      </nav>
      <header className={styles['header']}>
        <WorkspaceSwitch me={me} />
        {me.simulated ? (
          <Tooltip label={words.frame.simulatedHint}>
            <span className={styles['simulated']} tabIndex={0}>
              {words.frame.simulated}
            </span>
          </Tooltip>
        ) : null}
        <SearchButton mayConnect={me.can.connect.allowed} />
        <ActionIcon
          renderRoot={(props) => <Link to="/api-reference" {...props} />}
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={words.frame.apiReference}
        >
          <CodeIcon size={18} stroke={1.7} />
        </ActionIcon>
        <SettingsMenu />
        <PersonMenu person={me.person} />
      </header>
      <main id="main" className={styles['main']} ref={main} tabIndex={-1}>
        <AwayBar />
        <div className={styles['inner']}>
          <Outlet />
        </div>
      </main>
    </div>
  );
};

/** Around every page of somebody who has signed in; leads anybody else to the sign-in, and back afterwards. */
export const PageShell = () => {
  const { data: me, error, refetch } = useAnswer('getMe', {}, { every: 60_000 });
  const navigate = useNavigate();
  const isSignedOut = error instanceof ApiRefusal && error.status === 401;
  // Once: the address that it leads to is no place to come back to.
  useEffect(() => {
    const back = `${location.pathname}${location.search}`;
    if (isSignedOut) void navigate({ to: '/sign-in', search: { back }, replace: true });
  }, [isSignedOut, navigate]);
  useEffect(() => {
    if (me !== undefined) setServerTime(me.serverTime);
  }, [me]);
  if (isSignedOut) return <PageSkeleton />;
  if (me !== undefined) return <Shell me={me} />;
  return (
    <main className={styles['main']}>
      <div className={styles['inner']}>
        {error === null ? <PageSkeleton /> : <Failure error={error} retry={() => void refetch()} />}
      </div>
    </main>
  );
};

/** Who has signed in; only below the frame. */
export const useMe = (): Me => {
  const { data } = useAnswer('getMe', {});
  if (data === undefined) throw new Error('only below the frame');
  return data;
};
