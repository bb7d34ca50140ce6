import type { Workflow } from '@temporalio/common';
import { expect, test } from 'vitest';
import { permits } from '../../domain/connection.js';
import * as messages from '../../workflows/messages.js';
import { exportHistory } from './history-text.js';
import { openStage } from './stage.js';

test('a connection whose token X no longer accepts parks itself, and goes on after another sign-in', async () => {
  await using stage = await openStage({ accounts: 2, ads: 3, days: 60 });
  const connectionId = await stage.signIn();
  // Half-way, so that there is something left to take up.
  await stage.faults({ kind: 'token_revoked', times: 1, path: '/active_entities' });
  await stage.importer.choose(connectionId, { history: { kind: 'days', days: 30 } });
  const parked = await stage.untilPhase(connectionId, 'needs_reauthorization');
  expect(parked).toMatchObject({ problem: { code: 'CredentialsRejected' } });
  // The refusal is in the history of the import, and says whose it is by id.
  const texts: string[] = [];
  for await (const { workflowId, runId, type } of stage.temporal.workflow.list())
    texts.push((await exportHistory(stage.temporal.workflow.getHandle<Workflow>(workflowId, runId), type)).text);
  expect(texts.some((text) => text.includes('CredentialsRejected'))).toBe(true);
  expect(texts.filter((text) => text.includes('all_accounts'))).toEqual([]);
  const permission = permits('needs_reauthorization', 'pause');
  expect(permission.allowed).toBe(false);
  const refused = stage.handle(connectionId).executeUpdate(messages.pauseUpdate, { args: [{ note: 'holidays' }] });
  await expect(refused).rejects.toMatchObject({ cause: { message: permission.allowed ? '' : permission.reason } });

  await stage.faults();
  const again = await stage.importer.signIn(connectionId);
  const requestToken = new URL(again.authorizeUrl).searchParams.get('oauth_token') ?? '';
  await stage.allow({ connectionId, oauthRequestId: again.oauthRequestId, requestToken });
  await stage.untilPhase(connectionId, 'active');
  const status = await stage.importer.waitForBackfill(connectionId, { interval: 100 });
  expect(status.accounts.map((account) => account.status)).toEqual(['up_to_date', 'up_to_date']);
});
