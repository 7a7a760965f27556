import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSameJson, orderedJson } from '../../src/domain/same-json.ts';

describe('two values of JSON', () => {
  test.each([
    ['{"a":1,"b":{"c":[1,2],"d":null}}', '{"b":{"d":null,"c":[1,2]},"a":1}', true],
    ['[1,2]', '[2,1]', false],
    ['{"a":null}', '{}', false],
    ['{"a":null}', '{"b":null}', false],
    ['[]', '{}', false],
    ['{"0":1}', '[1]', false],
    ['null', '{}', false],
    ['{"__proto__":1}', '{"toString":1}', false],
    ['1', '"1"', false],
  ])('%s and %s', (one, other, isSame) => {
    expect(isSameJson(JSON.parse(one), JSON.parse(other))).toBe(isSame);
    expect(isSameJson(JSON.parse(other), JSON.parse(one))).toBe(isSame);
    expect(orderedJson(JSON.parse(one)) === orderedJson(JSON.parse(other))).toBe(isSame);
  });

  test('are the same where their members are turned round, and never where they read otherwise', () => {
    const turned = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null) return value;
      if (Array.isArray(value)) return value.map(turned);
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([name, each]) => [name, turned(each)]),
      );
    };
    const property = fc.property(fc.json(), fc.json(), (one, other) => {
      expect(isSameJson(JSON.parse(one), turned(JSON.parse(one)))).toBe(true);
      expect(orderedJson(turned(JSON.parse(one)))).toBe(orderedJson(JSON.parse(one)));
      expect(JSON.parse(orderedJson(JSON.parse(one)))).toEqual(JSON.parse(one));
      if (one.length !== other.length) expect(isSameJson(JSON.parse(one), JSON.parse(other))).toBe(false);
    });
    fc.assert(property);
  });
});
