import { expect, test } from 'vitest';
import { createImportLooks, type ImportLook } from '../../client/import-looks.js';

const counted = () => {
  let looks = 0;
  const look = (): Promise<ImportLook> => {
    looks += 1;
    return Promise.resolve({ imports: [{ workflowId: String(looks), begun: true }], gone: false });
  };
  return { look, looks: () => looks };
};

test('many callers share a look at one connection, for five seconds, and each connection has its own', async () => {
  let now = 0;
  const shared = createImportLooks(() => now);
  const { look, looks } = counted();
  const [first, second] = await Promise.all([shared.read('a', look), shared.read('a', look)]);
  expect(second).toBe(first);
  now = 4_999;
  expect(await shared.read('a', look)).toBe(first);
  await shared.read('b', look);
  expect(looks()).toBe(2);
  now = 5_000;
  expect(await shared.read('a', look)).not.toBe(first);
  expect(looks()).toBe(3);
});

test('a connection that was asked for something is looked at anew, and so is one whose look failed', async () => {
  const shared = createImportLooks(() => 0);
  const { look, looks } = counted();
  await shared.read('a', look);
  shared.forget('a');
  await shared.read('a', look);
  expect(looks()).toBe(2);
  await expect(shared.read('b', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  await shared.read('b', look);
  expect(looks()).toBe(3);
});
