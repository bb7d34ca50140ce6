import { ActionIcon } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { lazy, Suspense, useState } from 'react';
import { SearchIcon } from '../icons.js';
import { words } from '../words.js';

const SearchDialog = lazy(async () => ({ default: (await import('./search.js')).SearchDialog }));

/** Opens the search; so do ⌘K and Ctrl-K, wherever the focus is. */
export const SearchButton = ({ mayConnect }: { mayConnect: boolean }) => {
  const [isOpen, setOpen] = useState(false);
  useHotkeys([['mod+K', () => setOpen(true)]], []);
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={words.search.button}
        aria-keyshortcuts="Meta+K Control+K"
        title={words.search.button}
        onClick={() => setOpen(true)}
      >
        <SearchIcon size={18} stroke={1.7} />
      </ActionIcon>
      <Suspense>{isOpen ? <SearchDialog mayConnect={mayConnect} close={() => setOpen(false)} /> : null}</Suspense>
    </>
  );
};
