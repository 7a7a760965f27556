import { Argument, type Command, Option } from 'commander';
import { attributionModels } from '../domain/attribution-models.ts';
import { offlinePlatformNames, offlinePlatforms } from '../domain/offline-platforms.ts';
import { accessHelp, withAccess } from './access-options.ts';
import type { OfflineConversionOptions } from './offline-conversion/execute.ts';
import type { Surroundings } from './surroundings.ts';

/** `leadsource offline-conversions` */
export function addOfflineConversionsCommand(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('offline-conversions')
    .description(
      'write conversions in the form that an advertising platform takes: files to upload, or bodies to send',
    )
    .addArgument(
      new Argument('<platform>', 'the platform, and the form that it takes').choices(offlinePlatformNames),
    )
    .requiredOption('--conversion-name <name>', 'what the platform calls conversions of this kind; required')
    .option('--source-id <id>', 'what the platform calls the place of the events; required for tiktok')
    .addOption(
      new Option(
        '--model <model>',
        'the model whose credits are reported (default: last-non-direct)',
      ).choices(attributionModels),
    )
    .requiredOption('--period-start <moment>', 'a date, or a moment, included; required')
    .requiredOption('--period-end <moment>', 'a date, or a moment, excluded; required')
    .option('--timezone <zone>', 'where dates begin (default: the reporting zone of the organization)')
    .option('--directory <directory>', 'where to put the files (default: here)')
    .option('--force', 'replace existing files');
  withAccess(command)
    .option('--json', 'print what the API answers, and write no files')
    .addHelpText('after', help)
    .action(async (platform: string, options: OfflineConversionOptions) => {
      const { executeOfflineConversions } = await import('./offline-conversion/execute.ts');
      return executeOfflineConversions(surroundings, platform, options);
    });
}

const help = `
Platforms:
${Object.entries(offlinePlatforms)
  .map(([name, { title }]) => `  ${name.padEnd(26)} ${title}`)
  .join('\n')}

Conversions that the platform would refuse are left out, and counted by reason;
--json lists each. Files of refunds contain what was refunded in the period.
${accessHelp}

Examples:
  $ leadsource offline-conversions google-ads --conversion-name Sale \\
      --period-start 2026-11-01 --period-end 2026-11-08 --directory uploads`;
