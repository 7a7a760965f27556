import { type Command, InvalidArgumentError, Option } from 'commander';
import { attributionModels } from '../domain/attribution-models.ts';
import { dateBases } from '../domain/credit-sum.ts';
import { dimensions } from '../domain/dimension.ts';
import { intervals } from '../domain/reporting-zone.ts';
import { accessHelp, withAccess } from './access-options.ts';
import { UsageError } from './faults.ts';
import type { ReportKind, ReportOptions } from './report/execute.ts';
import { shownMeasures } from './report/measure.ts';
import type { Surroundings } from './surroundings.ts';

/** `leadsource report attribution|journeys|affiliates` */
export function addReportCommands(program: Command, surroundings: Surroundings): void {
  const report = program.command('report').description('show a report of the service in the terminal');
  const add = (kind: ReportKind, description: string, addOptions: (command: Command) => void) => {
    const command = report.command(kind, { isDefault: kind === unnamed }).description(description);
    addOptions(command);
    withAccess(command)
      .option('--json', 'print the report as the API answers it')
      .addHelpText('after', help)
      .action(async (options: ReportOptions) => {
        const { executeReport } = await import('./report/execute.ts');
        return executeReport(surroundings, kind, options);
      });
  };
  add('attribution', 'what each source of customers earned', addAttributionOptions);
  add('journeys', 'the most frequent paths to conversions', addJourneyOptions);
  add('affiliates', 'what each affiliate brought', addAffiliateOptions);
  report.addHelpText('after', () => groupHelp(report)).hook('preSubcommand', requireKnown);
}

/** The report that `leadsource report` alone shows. */
const unnamed: ReportKind = 'attribution';

function groupHelp({ commands }: Command): string {
  const told = commands.find((command) => command.name() === unnamed)?.helpInformation() ?? '';
  const [, options = ''] = told.split(/^Options:\n/m);
  return `
Without the name of a report it is ${unnamed}, with these options:
${options}${examples}`;
}

/** Whatever is no report would count as an argument of the one that is shown without a name. */
function requireKnown({ args: [name], commands }: Command): void {
  const known = commands.map((command) => command.name());
  if (name === undefined || name.startsWith('-') || known.includes(name)) return;
  throw new UsageError(`There is no report ${JSON.stringify(name)}, only ${known.join(', ')}.`);
}

function addAttributionOptions(command: Command): void {
  addPeriodOptions(command, { start: '30 days before the end', end: 'the end of today' })
    .option(
      '--dimension <dimensions>',
      `what to group by, one or two, separated by a comma: ${dimensions.join(', ')} (default: channel)`,
    )
    .option(
      '--models <models>',
      `models, separated by commas (default: all): ${attributionModels.join(', ')}`,
    )
    .addOption(
      new Option('--measure <measure>', 'what to show if there are several models (default: net)').choices(
        shownMeasures,
      ),
    )
    .addOption(new Option('--interval <interval>', 'divide the period').choices(intervals))
    .option('--filter <filter>', 'only credits of touches that match, such as medium:cpc;source:!bing')
    .addOption(
      new Option('--date-basis <date>', 'when a refund counts (default: conversion)').choices(dateBases),
    )
    .option('--customers', 'also count distinct customers');
  addMoneyOptions(command);
}

function addJourneyOptions(command: Command): void {
  addPeriodOptions(command, { start: '30 days before the end', end: 'the end of today' }).option(
    '--dimension <dimension>',
    `what to group by: ${dimensions.join(', ')} (default: channel)`,
  );
  addMoneyOptions(command);
}

function addAffiliateOptions(command: Command): void {
  addPeriodOptions(command, { start: 'the end of the period that was closed last', end: 'now' }).addOption(
    new Option(
      '--model <model>',
      'by which model (default: that of /affiliate-settings, else of the period that was closed last, else last-non-direct)',
    ).choices(attributionModels),
  );
}

function addPeriodOptions(
  command: Command,
  unsaid: { readonly start: string; readonly end: string },
): Command {
  return command
    .option('--period-start <moment>', `a date, or a moment, included (default: ${unsaid.start})`)
    .option('--period-end <moment>', `a date, or a moment, excluded (default: ${unsaid.end})`)
    .option('--timezone <zone>', 'where dates begin (default: the reporting zone of the organization)');
}

function addMoneyOptions(command: Command): void {
  command
    .option('--currency <currency>', 'required if there are several')
    .option(
      '--limit <count>',
      'at most this many rows, and one more for all others (default: 100)',
      readCount,
    );
}

const examples = `
Examples:
  $ leadsource report
  $ leadsource report attribution --dimension source,medium --models first,last --measure revenue
  $ leadsource report journeys --dimension source --period-start 2026-07-01 --period-end 2026-10-01
  $ leadsource report affiliates --json`;

const help = `
Without --json the report is a table; for several models it shows one --measure.
Unknown values of a dimension appear as (none), conversions that no touch led to as
(unattributed), and what --limit leaves out as (other).
${accessHelp}
${examples}`;

function readCount(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}
