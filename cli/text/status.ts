import { backfillProgress } from '../../client/read/progress.js';
import { type CommandPlace, xadsIn } from '../../domain/place.js';
import { nextStepText } from '../next-step.js';
import { activityText } from '../watch.js';
import { table } from './table.js';
import { clockTime, holdText, shortId } from './words.js';
import type { ConnectionStatus, RunSummary } from '../../client/shapes.js';

const WIDTH = 24;

const bar = (fraction: number): string => {
  const full = Math.round(fraction * WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${Math.floor(fraction * 100)} %`;
};

const KINDS: Readonly<Record<RunSummary['kind'], string>> = {
  history: 'history',
  daily: 'daily sync',
  manual: 'manual backfill',
};

const jobs = (run: RunSummary): string => {
  const all = run.planned + run.inFlight + run.ready + run.landed + run.failed;
  if (all === 0) return run.state === 'running' ? 'planning' : 'nothing to import';
  return `${run.landed} of ${all} jobs landed${run.failed > 0 ? `, ${run.failed} failed` : ''}`;
};

/** An import that goes on: what it does, how far it is, why it waits, and how it is ended. */
const goingOn = (run: RunSummary, status: ConnectionStatus, place: CommandPlace): string => {
  const { fraction } = backfillProgress([{ ended: false, run }]);
  const atX = run.inFlight > 0 ? `, ${run.inFlight} at X` : '';
  return [
    `${run.accountId}  ${KINDS[run.kind]} · ${run.range.from} to ${run.range.to}${run.phase === undefined ? '' : ` · ${run.phase.replaceAll('_', ' ')}`}`,
    `  ${bar(fraction)} · ${jobs(run)}${atX}`,
    ...(run.hold === undefined ? [] : [`  ${holdText(run.hold)}`]),
    ...(run.requestId === undefined
      ? []
      : [`  end it with: ${xadsIn(place, `cancel ${shortId(status.id)} --request ${run.requestId}`)}`]),
  ].join('\n');
};

const endedTable = (runs: readonly RunSummary[]): string =>
  table(
    ['account', 'kind', 'days', 'state', 'jobs'],
    runs.map((run) => [
      run.accountId,
      KINDS[run.kind],
      `${run.range.from} to ${run.range.to}`,
      run.reason === undefined ? run.state : `${run.state}: ${run.reason}`,
      jobs(run),
    ]),
  );

const ITEMS_SHOWN = 5;

const leftOutText = ({ accountId, list, count, items }: ConnectionStatus['leftOut'][number]): string => {
  const named = items.slice(0, ITEMS_SHOWN).map(({ id, reason }) => `${id} (${reason})`);
  const more = count > named.length ? `, and ${count - named.length} more` : '';
  const whose = accountId === undefined ? '' : `${accountId}  `;
  return `! ${whose}left out of X's ${list.replaceAll('_', ' ')}, because they cannot be read: ${named.join(', ')}${more}`;
};

const markText = ({ label, sentence, until }: ConnectionStatus['mark']): string =>
  `${label}: ${sentence}${until === undefined ? '' : ` Until ${clockTime(until)}.`}`;

/** What a person wants to know of a connection, the next step last. */
export const statusText = (status: ConnectionStatus, place: CommandPlace): string => {
  const lines = [
    `${status.displayName} · ${status.id}`,
    `${markText(status.mark)}${status.screenName === undefined ? '' : ` · @${status.screenName}`}`,
  ];
  const steps = new Set<string>();
  if (status.problem !== undefined) {
    lines.push(`✗ ${status.problem.code.replaceAll('_', ' ')}`);
    steps.add(nextStepText(status.problem.nextStep, place));
  }
  if (status.accounts.length > 0) {
    const rows = status.accounts.map((grant) => [
      grant.accountId,
      grant.accountName,
      `${grant.waitsForTurn === true ? 'waits for its turn' : grant.status.replaceAll('_', ' ')}${grant.problem === undefined ? '' : `: ${grant.problem.code.replaceAll('_', ' ')}`}`,
      grant.historyFrom ?? 'from now on',
      String(grant.wait),
      grant.dailyAt,
      String(grant.lookBack),
    ]);
    lines.push('', table(['account', 'name', 'state', 'history from', 'wait', 'daily at', 'look-back'], rows));
    for (const { problem, accountName } of status.accounts) {
      if (problem !== undefined) steps.add(`${accountName}: ${nextStepText(problem.nextStep, place)}`);
    }
  }
  for (const list of status.leftOut) lines.push('', leftOutText(list));
  const running = status.runs.filter(({ state }) => state === 'running');
  if (running.length > 0 || status.grants.backfilling > 0) {
    lines.push('', `${bar(status.progress.fraction)} · ${activityText(status, undefined)}`);
  }
  for (const run of running) lines.push('', goingOn(run, status, place));
  const begun = new Set(running.map(({ workflowId }) => workflowId));
  for (const hold of status.holds.filter(({ workflowId }) => !begun.has(workflowId))) {
    lines.push('', `${hold.accountId ?? hold.workflowId}  not begun yet\n  ${holdText(hold)}`);
  }
  if (status.temporalAnswers === false) {
    lines.push('', '! Temporal does not answer: nothing moves now, and why an import waits may be missing here.');
  }
  const ended = status.runs.filter(({ state }) => state !== 'running');
  if (ended.length > 0) lines.push('', endedTable(ended));
  for (const step of steps) lines.push('', `→ ${step}`);
  return lines.join('\n');
};
