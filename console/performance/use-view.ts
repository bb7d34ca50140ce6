import { useNavigate, useSearch } from '@tanstack/react-router';
import { changed, type View } from './view.js';

/** The view of the address bar, and how a part of it is changed: a step of the browser's history, unless it is replaced. */
export const useView = (): {
  readonly view: View;
  readonly change: (change: View, how?: { readonly replace?: boolean }) => void;
} => {
  const view = useSearch({ from: '/frame/performance' });
  const navigate = useNavigate({ from: '/performance' });
  return {
    view,
    change: (change, { replace = false } = {}) =>
      void navigate({ search: (now) => changed(now, change), replace, resetScroll: false }),
  };
};
