import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Command } from 'commander';
import { InvalidChoice } from '../../client/errors.js';
import { type CommandAction, examples, type RegisterCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';

/** Only for whoever runs the command: sealed tokens, and everything that was imported. */
const MODE = 0o600;

const backup: CommandAction<Record<string, never>> = async (cli, _options, [file = '']) => {
  if (file === '-' && cli.out.json)
    throw new InvalidChoice('With --json the backup cannot go to standard output, too; name a file.');
  if (file !== '-' && existsSync(file))
    throw new InvalidChoice(`The file ${file} is there already; nothing was written.`);
  const importer = await cli.importer();
  const begun = `${file}.${process.pid}.part`;
  try {
    const out = file === '-' ? cli.io.stdout : createWriteStream(begun, { flags: 'wx', mode: MODE });
    const done = await importer.backUp(out);
    if (file !== '-') await rename(begun, file);
    const { tables, rows } = done;
    const text = `✓ ${rows} rows of ${tables} tables are in ${file === '-' ? 'the backup' : file}. The tokens in it are sealed: keep IMPORTER_KEY (importer.key) in another place; without it nobody opens them.`;
    if (file === '-') cli.out.note(text);
    else cli.out.result({ file, ...done }, text);
    return EXIT.ok;
  } finally {
    if (file !== '-') await rm(begun, { force: true });
  }
};

export const registerBackup: RegisterCommand = (program: Command, run) => {
  program
    .command('backup')
    .description('Write the whole database into one file, as it is at one moment; imports go on meanwhile.')
    .argument('<file>', 'a file that is not there yet, or - for standard output')
    .addHelpText('after', examples('xads backup importer.backup', 'xads backup - > importer.backup'))
    .action(run(backup));
};
