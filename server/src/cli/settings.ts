import type { Command } from 'commander';
import {
  type DefaultedSetting,
  type Environment,
  type OptionalSetting,
  readConfig,
  settings,
} from '../config.ts';
import { jsonText, printable } from './document.ts';
import type { Surroundings } from './surroundings.ts';

type AnySetting = DefaultedSetting<unknown> | OptionalSetting<unknown>;

interface SettingDocument {
  readonly name: string;
  readonly description: string;
  readonly default: string | null;
  readonly otherwise: string | null;
  readonly isSet: boolean;
  /** Null if it is unset or confidential. */
  readonly value: string | null;
}

/** `leadsource settings` */
export function addSettingsCommand(program: Command, surroundings: Surroundings): void {
  program
    .command('settings')
    .description('show every setting, its default, and which are set here')
    .option('--json', 'print a JSON array')
    .addHelpText('after', '\nFails if the settings cannot be used, with one line for each fault.')
    .action(({ json }: { json?: true }) => {
      const { environment, out } = surroundings;
      const shown = Object.values(settings).map((setting) => documentOf(setting, environment));
      out(json === true ? jsonText(shown) : textOf(shown));
      readConfig(environment);
    });
}

function documentOf(setting: AnySetting, environment: Environment): SettingDocument {
  const { name, description } = setting;
  const text = environment[name] ?? '';
  const isSet = text !== '';
  return {
    name,
    description,
    default: 'default' in setting ? setting.default : null,
    otherwise: 'otherwise' in setting ? setting.otherwise : null,
    isSet,
    value: isSet && setting.confidential !== true ? text : null,
  };
}

function textOf(shown: readonly SettingDocument[]): string {
  const blocks = shown.map(
    (setting) =>
      `${setting.isSet ? '*' : ' '} ${setting.name}${stateOf(setting)}\n    ${setting.description}\n`,
  );
  return `Settings are environment variables. A * marks those that are set here.\n\n${blocks.join('')}`;
}

function stateOf({ isSet, value, default: byDefault, otherwise }: SettingDocument): string {
  const without = byDefault === null ? `unset: ${otherwise}` : `default: ${byDefault}`;
  if (!isSet) return `  (${without})`;
  return `${value === null ? ' is set, but not shown' : `=${printable(value)}`}  (${without})`;
}
