import type { ConnectionState } from './connection.js';

const words = (text: string): string => text.replaceAll('_', ' ');

/** The current details of a connection in the Temporal UI, in Markdown: the phase, the counts, and every problem. */
export const describeConnection = (state: ConnectionState): string => {
  const lines = [`**${words(state.phase)}**`];
  if ('problem' in state && state.problem) lines.push(state.problem.nextStep);
  if (state.phase === 'paused') lines.push(state.note);
  if (state.phase === 'authorizing' && state.problem === undefined)
    lines.push(
      state.oauthRequestId === undefined
        ? 'X is asked for a sign-in page.'
        : 'Waits for a person who signs in at X and allows the importer to read.',
    );
  if (!('grants' in state)) return lines.join('\n\n');
  const grants = Object.entries(state.grants);
  const count = (status: string): number =>
    grants.filter(([, grant]) => (grant.waits === true ? 'waiting_for_their_turn' : grant.status) === status).length;
  const counts = ['backfilling', 'waiting_for_their_turn', 'up_to_date', 'blocked']
    .filter((status) => count(status) > 0)
    .map((status) => `${count(status)} ${words(status)}`);
  if (counts.length > 0) lines.push(`Accounts: ${counts.join(', ')}`);
  for (const [accountId, { problem }] of grants) {
    if (problem) lines.push(`\`${accountId}\` ${words(problem.code)}: ${problem.nextStep}`);
  }
  return lines.join('\n\n');
};
