import { NativeConnection } from '@temporalio/worker';
import { Client, Connection } from '@temporalio/client';
import { expect, test } from 'vitest';
import { temporalNow } from '../../temporal/clock.js';
import { temporalDeps } from '../../worker/create.js';
import { newNamespace, newTaskQueues, temporalAddress } from '../support/temporal.js';

/** The test's Temporal is on this machine. */
const isNow = (moment: Date | undefined): boolean => Math.abs(Date.now() - (moment?.getTime() ?? 0)) < 60_000;

test('Temporal tells the time of its clock, and a change of a daily time is judged by it', async () => {
  const address = temporalAddress();
  const namespace = await newNamespace();
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  try {
    const first = await temporalNow(connection, namespace);
    expect(first).toSatisfy(isNow);
    const second = await temporalNow(native, namespace);
    expect(second?.getTime()).toBeGreaterThan(first?.getTime() ?? Number.NaN);

    const { schedules } = temporalDeps({ connection: native, namespace }, newTaskQueues().importer);
    const spec = { scheduleId: 'daily/a', accountId: 'a', timezone: 'Europe/Berlin', at: '10:00' };
    await schedules.set(spec);
    const asked: [string, string][] = [];
    const leavesOutToday = (before: string, now: string): boolean => asked.push([before, now]) > 1;
    expect(await schedules.set({ ...spec, leavesOutToday })).toMatchObject({ triggered: false });
    expect(asked).toEqual([]);
    expect(await schedules.set({ ...spec, at: '11:00', leavesOutToday })).toMatchObject({ triggered: false });
    expect(asked).toEqual([['10:00', expect.toSatisfy((now: string) => isNow(new Date(now)))]]);
    expect(await schedules.set({ ...spec, at: '12:00', leavesOutToday })).toMatchObject({ triggered: true });
    await new Client({ connection, namespace }).schedule.getHandle(spec.scheduleId).delete();
  } finally {
    await connection.close();
    await native.close();
  }
});
