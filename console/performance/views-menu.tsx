import { Button, Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import { ChevronDownIcon } from '../icons.js';
import { useAnswer, useDeed } from '../queries.js';
import { words } from '../words.js';
import { utmWords } from '../words-utm.js';
import { columnsOf } from './columns.js';
import { SaveDialog } from './save-dialog.js';
import { SavedDialog } from './saved-dialog.js';
import { useChange, useOfView, useView } from './use-view.js';
import { savedPart, type View } from './view.js';

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

const SavedViews = () => {
  const { data } = useAnswer('getSavedViews', {});
  const views = data?.views.filter(({ kind }) => kind === 'view') ?? [];
  return [false, true].map((isShared) => {
    const some = views.filter(({ shared }) => shared === isShared);
    return some.length === 0 ? null : (
      <Fragment key={String(isShared)}>
        <Menu.Divider />
        <Menu.Label>{isShared ? w.shared : w.own}</Menu.Label>
        {some.map(({ id, name }) => (
          <Menu.Item
            key={id}
            className="name"
            renderRoot={(props) => <Link to="/performance" search={{ saved: id }} {...props} />}
          >
            {name}
          </Menu.Item>
        ))}
      </Fragment>
    );
  });
};

const whole = (view: View): View => view;

/** Saves the view anew that was opened, where one may. */
const UpdateItem = () => {
  const view = useOfView(whole);
  const { data } = useAnswer('getSavedViews', {});
  const patch = useDeed('patchSavedView');
  const opened = data?.views.find(({ id }) => id === view.saved);
  if (opened?.can.change.allowed !== true) return null;
  return (
    <Menu.Item onClick={() => patch.mutate({ params: { savedViewId: opened.id }, body: { view: savedPart(view) } })}>
      {w.update(opened.name)}
    </Menu.Item>
  );
};

const SaveViewDialog = ({ close }: { close: () => void }) => {
  const view = useOfView(savedPart);
  const change = useChange();
  return <SaveDialog kind="view" view={view} close={close} saved={(id) => change({ saved: id }, { replace: true })} />;
};

export const ViewsMenu = () => {
  const { view } = useView();
  const [dialog, open] = useState<'view' | 'columns' | 'saved'>();
  const { last, from, to, account, compare } = view;
  const kept = Object.fromEntries(
    Object.entries({ last, from, to, account, compare }).filter(([, value]) => value !== undefined),
  );
  const close = (): void => open(undefined);
  return (
    <>
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
          <Menu.Item
            renderRoot={(props) => <Link to="/performance/utm" search={{ last, from, to, account }} {...props} />}
          >
            {utmWords.title}
          </Menu.Item>
          <SavedViews />
          <Menu.Divider />
          <UpdateItem />
          <Menu.Item onClick={() => open('view')}>{w.save}</Menu.Item>
          <Menu.Item onClick={() => open('columns')}>{words.performance.columns.save}</Menu.Item>
          <Menu.Item onClick={() => open('saved')}>{w.manage}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'view' ? <SaveViewDialog close={close} /> : null}
      {dialog === 'columns' ? (
        <SaveDialog kind="columns" view={{ metrics: columnsOf(view).join(',') }} close={close} />
      ) : null}
      {dialog === 'saved' ? <SavedDialog close={close} /> : null}
    </>
  );
};
