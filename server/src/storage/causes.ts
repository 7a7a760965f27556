import { Failure } from '../domain/failure.ts';

/** Why a storage does not do what it was asked, where asking later may help: the same sentences on every engine. */
const sentences = {
  busy: 'The storage is busy.',
  full: 'The storage is full.',
  'input-output-error': 'The storage has an input or output error.',
  'long-list': 'The list took too long.',
  'long-report': 'The report took too long.',
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
} as const;

export type Cause = keyof typeof sentences;

/** What takes too long for what was asked, where the storage itself may well be quick. */
export type LateCause = Extract<Cause, 'long-list' | 'long-report'>;

export function unavailableFor(cause: Cause): Failure {
  return new Failure('unavailable', sentences[cause]);
}
