import { Failure } from '../domain/failure.ts';

/** Why a storage cannot do what it was asked, though a later attempt may succeed: the same sentences on every engine. */
const sentences = {
  busy: 'The storage is busy.',
  full: 'The storage is full.',
  'input-output-error': 'The storage has an input or output error.',
  'long-list': 'The list took too long.',
  'long-report': 'The report took too long.',
  'not-durable': 'The storage may lose what it acknowledges.',
  'not-opened': 'The storage cannot be opened.',
  'out-of-memory': 'The storage is out of memory.',
  'out-of-reach': 'The storage is out of reach.',
  'read-only': 'The storage is read-only.',
  'short-of-connections': 'The storage is short of connections.',
  'short-of-resources': 'The storage is short of resources.',
  stopping: 'The storage is about to stop or start.',
  'too-many-calls': 'Too many calls wait for the storage.',
  'too-slow': 'The storage is too slow.',
  unreadable: 'The storage is damaged, or its disk cannot be read.',
  'wrong-settings': 'The storage has wrong settings.',
} as const;

export type UnavailableCause = keyof typeof sentences;

/** The request takes too long by its own size, even on a fast storage. */
export type LateCause = Extract<UnavailableCause, 'long-list' | 'long-report'>;

export function unavailableFor(cause: UnavailableCause): Failure {
  return new Failure('unavailable', sentences[cause]);
}

/** For a write, in a transaction of its own, that would bring a sum beyond what can be kept. */
export function tooLargeSum(): Failure {
  const what =
    'what one lead source, or none, earned or was refunded in one year 2^63 minor units or more in one currency';
  return new Failure('invalid', `This would make ${what}.`, [{ field: '', message: `would make ${what}` }]);
}
