import { Button, Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ChevronDownIcon } from '../icons.js';
import { words } from '../words.js';
import { utmWords } from '../words-utm.js';
import { useView } from './use-view.js';
import type { View } from './view.js';

const w = words.performance.views;

/** Views that most people look for; the range stays. */
const VIEWS: Readonly<Record<keyof typeof w.of, View>> = {
  campaigns: {},
  days: { groupBy: 'day' },
  ads: { groupBy: 'ad' },
  placements: { groupBy: 'placement' },
  utm: { groupBy: 'utm_source,utm_campaign', columns: 'website' },
  withoutUtm: { groupBy: 'ad,campaign', utmSource: '', utmCampaign: '', columns: 'website' },
  manyCampaigns: { groupBy: 'utm_campaign,campaign', columns: 'website', orderBy: 'utm_campaign' },
};

export const ViewsMenu = () => {
  const { view } = useView();
  const { last, from, to, account, compare } = view;
  const kept = Object.fromEntries(
    Object.entries({ last, from, to, account, compare }).filter(([, value]) => value !== undefined),
  );
  return (
    <Menu width={300}>
      <Menu.Target>
        <Button variant="default" rightSection={<ChevronDownIcon size={13} aria-hidden />}>
          {w.label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(VIEWS) as (keyof typeof VIEWS)[]).map((name) => (
          <Menu.Item
            key={name}
            renderRoot={(props) => <Link to="/performance" search={{ ...kept, ...VIEWS[name] }} {...props} />}
          >
            {w.of[name]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          renderRoot={(props) => <Link to="/performance/utm" search={{ last, from, to, account }} {...props} />}
        >
          {utmWords.title}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};
