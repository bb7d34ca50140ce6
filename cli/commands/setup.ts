import type { Command } from 'commander';
import { type CommandAction, examples, type RegisterCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';

const setup: CommandAction<Record<string, never>> = async (cli) => {
  const importer = await cli.importer();
  const done = await importer.setUp();
  const { namespace, searchAttributes } = done;
  cli.out.result(
    done,
    searchAttributes.length === 0
      ? `✓ The namespace ${namespace} of Temporal has what the importer needs.`
      : `✓ Made in the namespace ${namespace} of Temporal: the search attributes ${searchAttributes.join(', ')}. The server may take some seconds to know them.`,
  );
  return EXIT.ok;
};

export const registerSetup: RegisterCommand = (program: Command, run) => {
  program
    .command('setup')
    .description('Make what a Temporal of your own lacks: the namespace, its retention, our search attributes.')
    .addHelpText('after', examples('xads setup', 'TEMPORAL_NAMESPACE=importer xads setup --json'))
    .action(run(setup));
};
