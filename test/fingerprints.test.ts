import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { commandCalls } from './command-calls.js';

/*
 * The fingerprint of a workflow is the sequence of its calls that write into the history. Temporal replays a running
 * workflow under the code of today; where that issues other commands than the history tells, the workflow stands still
 * with a nondeterminism error until somebody repairs it. Replays of recorded histories find that for the shapes that
 * were recorded; the fingerprint notices every change, and makes whoever changes think.
 */

const folder = fileURLToPath(new URL('../workflows/', import.meta.url));
const committed = fileURLToPath(new URL('./fingerprints.json', import.meta.url));

const fingerprints = (): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .toSorted()
      .map((name): [string, readonly string[]] => [name, commandCalls(readFileSync(`${folder}${name}`, 'utf8'))])
      .filter(([, calls]) => calls.length > 0),
  );

const PROCEDURE = `The commands of this workflow have changed, and workflows that are running now have histories of the old ones.

1. Run \`npx vitest run --project unit test/replay\`. Where a recorded history no longer replays, keep the old way for
   running workflows: \`if (patched('what-changed')) { new } else { old }\`, and deprecate the patch when none of them is left.
2. Record the new shape: \`npx tsx test/replay/record.ts\`. Where old and new both live on, keep the old file under a name of its own.
3. Renew the fingerprints: \`UPDATE_FINGERPRINTS=1 npx vitest run --project unit test/fingerprints.test.ts\`.
4. Add a line to CHANGELOG.md, for the operator who will deploy it while imports run.
`;

if (process.env['UPDATE_FINGERPRINTS'] !== undefined) {
  writeFileSync(committed, `${JSON.stringify(fingerprints(), null, 2)}\n`);
}

const known = JSON.parse(readFileSync(committed, 'utf8')) as Readonly<Record<string, readonly string[]>>;

describe('the commands that a workflow issues are those that are committed:', () => {
  const present = fingerprints();
  test.each([...new Set([...Object.keys(known), ...Object.keys(present)])].toSorted())('%s', (name) => {
    const [now, before] = [present[name], known[name]].map((calls) => JSON.stringify(calls, null, 2));
    if (now !== before) expect.fail(`${PROCEDURE}\nBefore: ${before}\nNow: ${now}`);
  });
});

test('each activity has a summary, which the Temporal UI shows', () => {
  const without = readdirSync(folder).flatMap((name) =>
    [
      ...readFileSync(`${folder}${name}`, 'utf8').matchAll(
        /\b(?:store|bounded|boundedAtX|person|api|background|notify)\.\w+\(/g,
      ),
    ].map(([call]) => `${name}: ${call}`),
  );
  expect(without).toEqual([]);
});

describe('a fingerprint', () => {
  const source = `
    import { sleep, condition } from '@temporalio/workflow';
    import { api } from './proxies.js';
    export async function importing() {
      await api.openRange.executeWithOptions({ summary: 'x' }, [{}]);
      await condition(() => true);
      await condition(() => true, '1 second');
      const wait = async () => { await sleep('1 second'); };
      await handle.signal(told);
    }`;
  const calls = [
    'importing: api.openRange',
    'importing: condition with a time-out',
    'wait: sleep',
    'importing: signal',
  ];

  test('names the commands in their order, each with the function around it', () => {
    expect(commandCalls(source)).toEqual(calls);
  });

  test('changes with an activity, an order or a timer, and with nothing else', () => {
    expect(commandCalls(source.replace('openRange', 'survey'))).not.toEqual(calls);
    expect(commandCalls(source.replace("await sleep('1 second');", ''))).not.toEqual(calls);
    expect(commandCalls(source.replace("() => true, '1 second'", '() => true'))).not.toEqual(calls);
    expect(commandCalls(source.replace("summary: 'x'", "summary: 'y'"))).toEqual(calls);
  });
});
