import { ConfigError, type Environment, readConfig } from '../../src/config.ts';

/** The lines that an environment is refused with; none where it is not. */
export function configFaults(environment: Environment): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}
