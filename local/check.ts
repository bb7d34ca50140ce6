/** `npm run check`, before each commit: types, lint, format and the unit tests, which bundle the workflows, beside each other. */
import { ownCommand } from '../process/own-command.js';
import { runChecks, sourceChecks, unitTests } from './checks.js';
import { withoutOurs } from './environment.js';
import { elapsed } from './progress.js';

ownCommand('npm run check', 'Judges types, lint and format, and runs the unit tests.').parse();
const started = Date.now();
const print = (text: string): boolean => process.stdout.write(`${text}\n`);
const checks = [unitTests, ...sourceChecks];
// The settings of a real installation must not reach the tests.
const failed = await runChecks(checks, print, withoutOurs(process.env));
print(`${checks.length - failed} passed, ${failed} failed, ${elapsed(started)}`);
process.exitCode = failed > 0 ? 1 : 0;
