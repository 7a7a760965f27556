import { type Command, InvalidArgumentError, Option } from 'commander';
import { accessHelp, withAccess } from './access-options.ts';
import { encodings } from './import/encoding.ts';
import type { ImportOptions } from './import/execute.ts';
import { formats, importKinds } from './import/kind.ts';
import { presetNames, presets } from './import/presets.ts';
import { timeForms, zoneOfWall } from './import/written-time.ts';
import type { Surroundings } from './surroundings.ts';

/** `leadsource import` */
export function addImportCommand(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('import')
    .description('import a file of touches, conversions or spend into the service: CSV or lines of JSON')
    .argument('<file>', 'a table with column names in its first line, or lines of JSON objects');
  addReadingOptions(command);
  addFormOptions(command);
  addRunningOptions(command);
  withAccess(command)
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', help)
    .action(async (file: string, options: ImportOptions & { readonly restore?: true }) => {
      // Loaded only here, as in `export`: the other commands do not need what reads and writes files.
      if (options.restore !== true) {
        const { executeImport } = await import('./import/execute.ts');
        return executeImport(surroundings, file, options);
      }
      const { importAll } = await import('./archive.ts');
      return importAll(surroundings, file, options);
    });
}

function addReadingOptions(command: Command): void {
  command
    .addOption(
      new Option(
        '--kind <kind>',
        'what the file contains (default: touches, or what the preset is for)',
      ).choices(importKinds),
    )
    .addOption(new Option('--preset <name>', 'a file as another program exports it').choices(presetNames))
    .option('--map <column=field>', 'the field that a column fills; can be repeated', pairs('--map'))
    .option('--set <field=value>', 'a value for a field that has no column; can be repeated', pairs('--set'))
    .option(
      '--mapping <file>',
      'a JSON file {"map": {column: field}, "set": {field: value}} with more of both',
    );
}

/** Options on how the content of the file is to be understood. */
function addFormOptions(command: Command): void {
  command
    .addOption(
      new Option(
        '--times <form>',
        'how times are written (default: any form that can be read in only one way)',
      ).choices(timeForms),
    )
    .option('--timezone <zone>', 'the zone of times that name none (default: UTC)', readZone)
    .option('--decimal-comma', 'amounts are written 1.234,56')
    .addOption(new Option('--format <format>', 'the format of the file (default: detected)').choices(formats))
    .option('--delimiter <character>', 'the character between cells (default: detected)', readDelimiter)
    .addOption(
      new Option(
        '--encoding <encoding>',
        'the encoding of the text (default: by its byte order mark, otherwise UTF-8)',
      ).choices(encodings),
    );
}

function addRunningOptions(command: Command): void {
  command
    .option('--dry-run', 'read and check everything, and send nothing')
    .option('--rejected <file>', 'where rejected records go, with reasons (default: <file>.rejected)')
    .addOption(
      new Option('--equal-rows <meaning>', 'whether identical rows count as one or as several')
        .choices(['same', 'apart'])
        .default('same'),
    )
    .addOption(
      new Option(
        '--restore',
        'the file was made by `leadsource export all`: fill the empty database of DATABASE_URL from it',
      ).conflicts('dryRun'),
    )
    .option('--announce', 'tell webhooks of the changes')
    .option('--restart', 'start over instead of continuing a run that broke off');
}

const help = `
Columns that are named like fields are taken as they are; --map names others, and a
preset knows those of another program:
${Object.entries(presets)
  .map(([name, { title }]) => `  ${name.padEnd(18)} ${title}`)
  .join('\n')}

Each record is accepted as a whole or rejected. Rejected ones go into a file with their
line numbers and reasons, in a form that can be corrected and imported again; the
command then ends with 3. To continue an import that broke off, run the same command
again; it starts over if anything about it has changed. Nothing is stored twice: a row
without an id gets one that follows from its contents.
${accessHelp}

Examples:
  $ leadsource import touches.csv --dry-run
  $ leadsource import contacts.csv --preset hubspot-contacts --timezone America/New_York
  $ leadsource import kunden.csv --map Kunde=customerId --map Datum=occurredTime \\
      --set medium=event --times european --timezone Europe/Berlin`;

/** Collects an option that may be repeated into a map, from what precedes the first `=` to what follows it. */
function pairs(name: string) {
  return (text: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> => {
    const place = text.indexOf('=', 1);
    if (place === -1) throw new InvalidArgumentError(`${name} takes two names with = between them.`);
    return new Map([...before, [text.slice(0, place), text.slice(place + 1)]]);
  };
}

function readZone(text: string): string {
  try {
    zoneOfWall(text);
    return text;
  } catch {
    throw new InvalidArgumentError('It must be the name of a time zone, such as Europe/Berlin.');
  }
}

function readDelimiter(text: string): string {
  const delimiter = text === '\\t' ? '\t' : text;
  if (delimiter.length === 1 && !/["\r\n]/.test(delimiter)) return delimiter;
  throw new InvalidArgumentError('It must be one character, other than a quote; \\t stands for a tab.');
}
