import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { WorkflowHandle } from '@temporalio/client';

export interface ExportedHistory {
  readonly workflowId: string;
  readonly workflowType: string;
  /** Proto3 JSON, as `temporal workflow show --output json` prints it. */
  readonly json: string;
  readonly events: number;
  /** All of it as readable text, payloads decoded: what anybody can see in the Temporal UI. */
  readonly text: string;
}

const decoded = (value: unknown): unknown => {
  if (typeof value === 'string' && value.length >= 4 && /^[A-Za-z0-9+/]+={0,2}$/.test(value)) {
    return `${value} ${Buffer.from(value, 'base64').toString('utf8')}`;
  }
  if (Array.isArray(value)) return value.map(decoded);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, decoded(part)]));
  }
  return value;
};

/** Exports one run's history, as an operator would. */
export const exportHistory = async (handle: WorkflowHandle, workflowType: string): Promise<ExportedHistory> => {
  const history = await handle.fetchHistory();
  const json = historyToJSON(history);
  return {
    workflowId: handle.workflowId,
    workflowType,
    json,
    events: history.events?.length ?? 0,
    text: JSON.stringify(decoded(JSON.parse(json))),
  };
};
