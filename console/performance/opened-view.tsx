import { Alert } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useAnswer } from '../queries.js';
import { words } from '../words.js';
import { useOfView } from './use-view.js';
import { performanceViewOf } from './view.js';

const w = words.performance.views;

const useSaved = () => {
  const saved = useOfView((view) => view.saved);
  return useAnswer('getSavedView', { params: { savedViewId: saved ?? '' } }, { enabled: saved !== undefined });
};

/** An address that names a saved view and nothing else becomes that of the view: with what is left of it. */
export const useOpenedView = (): { readonly isPending: boolean; readonly error: Error | null } => {
  const navigate = useNavigate({ from: '/performance' });
  const { data, error } = useSaved();
  const isSaved = useOfView(({ saved }) => saved !== undefined);
  const isBare = useOfView((view) => view.saved !== undefined && Object.keys(view).length === 1);
  const isEmpty = data !== undefined && Object.keys(data.view).length === 0;
  useEffect(() => {
    if (isBare && data !== undefined && !isEmpty)
      void navigate({ search: { ...performanceViewOf(data.view), saved: data.id }, replace: true });
  }, [isBare, isEmpty, data, navigate]);
  return { isPending: isBare && error === null && !isEmpty, error: isSaved ? error : null };
};

/** What of the saved view is there no more. */
export const SavedNotice = () => {
  const { data } = useSaved();
  if (data === undefined || data.gone.length === 0) return null;
  const parts = (Object.keys(w.goneOf) as (keyof typeof w.goneOf)[]).flatMap((filter) => {
    const count = data.gone.filter((each) => each.filter === filter).length;
    return count === 0 ? [] : [w.goneOf[filter](count)];
  });
  return (
    <Alert variant="default" mb="md" role="status">
      {w.gone(parts.join(', '))}
    </Alert>
  );
};
