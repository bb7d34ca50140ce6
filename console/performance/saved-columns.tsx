import { Menu } from '@mantine/core';
import { CheckIcon } from '../icons.js';
import { useAnswer } from '../queries.js';
import { words } from '../words.js';
import { useView } from './use-view.js';

/** The sets of columns that one has saved, and those that are shared. */
export const SavedColumns = () => {
  const { view, change } = useView();
  const { data } = useAnswer('getSavedViews', {});
  const sets = data?.views.filter(({ kind }) => kind === 'columns') ?? [];
  if (sets.length === 0) return null;
  return (
    <>
      <Menu.Divider />
      {sets.map(({ id, name, view: { metrics } }) => (
        <Menu.Item
          key={id}
          className="name"
          rightSection={metrics === view.metrics ? <CheckIcon size={14} aria-label={words.frame.chosen} /> : null}
          onClick={() => change({ metrics, columns: undefined, chart: undefined, orderBy: undefined })}
        >
          {name}
        </Menu.Item>
      ))}
    </>
  );
};
