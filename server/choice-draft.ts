/** What somebody chooses for a connection, as the form has it before it is saved. */
import { z } from 'zod';
import type { Choice } from '../domain/connection.js';
import type { ConnectionRow } from '../store/connection/connections.js';

const DAYS_BACK = [30, 90, 180, 365] as const;

export const choiceDraftFields = {
  accounts: z.union([z.literal('all'), z.array(z.string().max(50)).max(10_000).readonly()]),
  /** Days back; 0 is none. Left out: as it is, from a day that was chosen elsewhere. */
  history: z.union([z.literal(0), ...DAYS_BACK.map((days) => z.literal(days))]).exactOptional(),
  wait: z.union([z.literal(1), z.literal(3)]),
  privacy: z.enum(['workspace', 'private', 'team']),
  teamId: z.guid().exactOptional(),
};

export const choiceDraftShape = z.strictObject(choiceDraftFields).readonly();
type ChoiceDraft = z.output<typeof choiceDraftShape>;

const historyOf = ({ history }: Choice): Pick<ChoiceDraft, 'history'> => {
  if (history.kind === 'none') return { history: 0 };
  return history.kind === 'days' ? { history: history.days } : {};
};

/** With what the form begins: what was kept, else what is in force, else what most people want. */
export const draftOf = (
  { choice, privacy, teamId }: Pick<ConnectionRow, 'choice' | 'privacy' | 'teamId'>,
  kept: unknown,
): ChoiceDraft => {
  const found = choiceDraftShape.safeParse(kept);
  if (found.success) return found.data;
  if (choice === null) return { accounts: 'all', history: 365, wait: 1, privacy: 'workspace' };
  const { accounts, wait } = choice;
  return { accounts, ...historyOf(choice), wait, privacy, ...(teamId === null ? {} : { teamId }) };
};
