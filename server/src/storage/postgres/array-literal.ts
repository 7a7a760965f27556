import type { Argument } from './statement.ts';

/**
 * A list of numbers as the server reads an array; null where it is of others, too. The driver would put each one between quotation marks, after looking for
 * what is to be escaped in it, which takes it longer than all else that it does with a large batch.
 */
export function arrayLiteral(list: readonly Argument[]): string | null {
  for (const each of list) if (typeof each !== 'number') return null;
  return `{${list.join(',')}}`;
}
