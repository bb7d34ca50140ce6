import type { RunProgress } from '../../store/import/run-progress.js';
import type { RunSummary } from '../shapes.js';

/** A run as the ledger has it. */
export const runSummary = (run: RunProgress): RunSummary => ({
  runId: run.runId,
  accountId: run.accountId,
  kind: run.kind,
  range: { from: run.firstDay, to: run.lastDay },
  state: run.state,
  workflowId: run.workflowId,
  ...(run.requestId === null ? {} : { requestId: run.requestId }),
  startedAt: run.startedAt,
  ...(run.endedAt === null ? {} : { endedAt: run.endedAt }),
  ...(run.reason === null ? {} : { reason: run.reason }),
  planned: run.planned,
  inFlight: run.inFlight,
  ready: run.ready,
  landed: run.landed,
  failed: run.failed,
});
