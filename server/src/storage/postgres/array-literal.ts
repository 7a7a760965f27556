import type { Argument } from './statement.ts';

/**
 * A list of numbers as an array literal; null if it holds anything else. The driver would quote each element after searching
 * it for characters to escape, which takes longer than all its other work on a large batch.
 */
export function arrayLiteral(list: readonly Argument[]): string | null {
  for (const each of list) if (typeof each !== 'number') return null;
  return `{${list.join(',')}}`;
}
