/** What the routes of saved views share. */
import { z } from 'zod';
import type { Permission } from '../domain/connection.js';
import { listedValues } from '../domain/performance.js';
import { findSavedView, goneAccounts, goneEntities, type SavedView } from '../store/people/saved-views.js';
import { isTakenName } from '../store/people/teams.js';
import type { Queryable } from '../store/pool.js';
import { permitsSubject } from './access.js';
import { forbidden, invalidField, notFound } from './errors.js';
import type { RouteContext } from './route.js';
import { permissionShape } from './shapes.js';

const noNul = (text: string): boolean => !text.includes('\0');
/** The words of the address bar of Ad Performance, whatever the console makes of them. */
export const viewShape = z
  .record(z.string().max(40).refine(noNul), z.string().max(8_000).refine(noNul))
  .refine((view) => Object.keys(view).length <= 40, { error: 'A view has at most 40 words.' });

export const savedViewShape = z.strictObject({
  id: z.guid(),
  kind: z.enum(['view', 'columns']),
  name: z.string(),
  shared: z.boolean(),
  /** Who saved it; null where they are gone. */
  savedBy: z.string().nullable(),
  view: viewShape,
  can: z.strictObject({ change: permissionShape }),
});

const mayChange = ({ viewer, asker }: RouteContext, { personId }: SavedView): Permission =>
  personId === viewer.personId ? { allowed: true } : permitsSubject('manage_views', asker.subject);

export const savedViewAnswer = (context: RouteContext, view: SavedView): z.output<typeof savedViewShape> => ({
  id: view.id,
  kind: view.kind,
  name: view.name,
  shared: view.shared,
  savedBy: view.personName,
  view: view.view,
  can: { change: mayChange(context, view) },
});

/** @throws not found, where the asker sees none of that id */
export const requireSavedView = async (context: RouteContext, db: Queryable, id: string): Promise<SavedView> => {
  const view = await findSavedView(db, context.viewer, id);
  if (view === undefined) throw notFound('view');
  return view;
};

/** @throws forbidden */
export const requireChangeable = (context: RouteContext, view: SavedView): void => {
  const permission = mayChange(context, view);
  if (!permission.allowed) throw forbidden(permission.reason);
};

/** @throws forbidden, where it is to be shared and the asker may not */
export const requireSharing = ({ asker }: RouteContext, shared: boolean): void => {
  const permission = permitsSubject('share_views', asker.subject);
  if (shared && !permission.allowed) throw forbidden(permission.reason);
};

/** @throws invalid, where another one has the name */
export const namingView = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (isTakenName(error)) throw invalidField('name', 'Another one has this name.');
    throw error;
  }
};

/** Filters by ids, with the levels of X that these are of. */
const FILTERED = {
  campaign: ['CAMPAIGN'],
  adGroup: ['LINE_ITEM'],
  ad: ['PROMOTED_TWEET', 'PROMOTED_ACCOUNT'],
} as const;

/** What is left of a view, and what of it the asker sees no more. */
export const leftOf = async ({ db, viewer }: RouteContext, { view }: SavedView) => {
  const gone: { filter: string; id: string }[] = [];
  const left = { ...view };
  for (const filter of ['account', 'campaign', 'adGroup', 'ad'] as const) {
    const value = view[filter];
    if (value === undefined) continue;
    const ids = listedValues(value);
    const lost = new Set(
      filter === 'account'
        ? await goneAccounts(db, viewer, ids)
        : await goneEntities(db, viewer, FILTERED[filter], ids),
    );
    if (lost.size === 0) continue;
    gone.push(...[...lost].map((id) => ({ filter, id })));
    const kept = ids.filter((id) => !lost.has(id));
    if (kept.length === 0) delete left[filter];
    else left[filter] = kept.join(',');
  }
  return { left, gone };
};
