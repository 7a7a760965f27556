import { Failure, invalid } from '../../domain/failure.ts';
import { isCustomerId } from '../../domain/identifier.ts';

type Parameters = Readonly<Record<string, string>>;

/** The customer that a path names, for a request that may create it. Fails with `invalid`. */
export function customerIdOfWrite({ id = '' }: Parameters): string {
  if (isCustomerId(id)) return id;
  throw invalid('id', 'must be 1 to 50 of the characters A-Z a-z 0-9 _ - . ~ @, and not "." or ".."');
}

/** The customer that a path names, for a request that needs it to exist. Fails with `not-found`. */
export function customerIdOfRead({ id = '' }: Parameters): string {
  if (isCustomerId(id)) return id;
  throw new Failure('not-found', 'No such customer.');
}
