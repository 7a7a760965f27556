import { type TestOptions, test } from 'vitest';

type Body = () => Promise<void>;

/**
 * A test that needs something of the machine, such as a tool or a right. Where that is missing, it is skipped and its
 * name says why; but continuous integration has all of it, so there it fails.
 */
export function testNeeding(
  lack: string | null,
  name: string,
  ...rest: readonly [Body] | readonly [TestOptions, Body]
): void {
  const [options, body] = rest.length === 1 ? [{}, rest[0]] : rest;
  if (lack === null) {
    test(name, options, body);
  } else if (process.env['CI'] === undefined) {
    test.skip(`${name} (skipped: ${lack})`, options, body);
  } else {
    test(name, () => {
      throw new Error(lack);
    });
  }
}
