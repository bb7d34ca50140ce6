import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { changed, type View } from './view.js';

/** Changes a part of the view of the address bar: a step of the browser's history, unless it is replaced. */
export const useChange = (): ((change: View, how?: { readonly replace?: boolean }) => void) => {
  const navigate = useNavigate({ from: '/performance' });
  return useCallback(
    (change, { replace = false } = {}) =>
      void navigate({ search: (now) => changed(now, change), replace, resetScroll: false }),
    [navigate],
  );
};

/** What `select` makes of the view of the address bar, as JSON: whoever calls it is rendered anew only where that changes. */
export const useOfView = <T>(select: (view: View) => T): T =>
  // The router takes the option for types that it knows to be JSON only, and a parameter is none.
  useSearch({ from: '/frame/performance', select, structuralSharing: true } as never) as T;

const withoutDrawing = ({ chart: _chart, as: _as, ...rest }: View): View => rest;

/** The view but for what the chart draws, which changes neither the rows nor the choices, and how it is changed. */
export const useView = (): { readonly view: View; readonly change: ReturnType<typeof useChange> } => ({
  view: useOfView(withoutDrawing),
  change: useChange(),
});
