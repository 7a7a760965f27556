import { Failure, invalid } from '../../domain/failure.ts';
import { customerIdRule, isCustomerId } from '../../domain/identifier.ts';

type Parameters = Readonly<Record<string, string>>;

/** The customer that a path names, for a request that may create it. Fails with `invalid`. */
export function customerIdOfWrite({ id = '' }: Parameters): string {
  if (isCustomerId(id)) return id;
  throw invalid('id', customerIdRule);
}

/** The customer that a path names, for a request that needs it to exist. Fails with `not-found`. */
export function customerIdOfRead({ id = '' }: Parameters): string {
  if (isCustomerId(id)) return id;
  throw new Failure('not-found', 'No such customer.');
}
