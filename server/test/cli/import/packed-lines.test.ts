import { describe, expect, test } from 'vitest';
import { PackedLines } from '../../../src/cli/import/packed-lines.ts';

function packed(texts: readonly string[]): PackedLines {
  const lines = new PackedLines();
  for (const text of texts) lines.add(text);
  return lines;
}

const texts = ['{"source":"über"}', '', 'two\nlines of a record', '✓😀', 'x'];

describe('lines side by side', () => {
  test('are given back one by one as they were', () => {
    const lines = packed(texts);
    expect(lines.count).toBe(texts.length);
    expect(texts.map((_, place) => lines.at(place))).toEqual(texts);
  });

  test('are sent together, each with a line feed behind it', () => {
    expect(new TextDecoder().decode(packed(texts).bytes)).toBe(texts.map((text) => `${text}\n`).join(''));
    expect(packed([]).bytes).toHaveLength(0);
  });

  test.each([
    ['many short ones', Array.from({ length: 30_000 }, (_, place) => `line ${place} ✓`)],
    ['one that is longer than all the room there was', ['a', '€'.repeat(500_000), 'b']],
    ['one that fills the room but for its end', ['abc', '€'.repeat((64 * 1024 - 4) / 3), 'b']],
  ])('take what room they need: %s', (_words, many) => {
    const lines = packed(many);
    expect(many.map((_, place) => lines.at(place))).toEqual(many);
    expect(lines.bytes).toHaveLength(Buffer.byteLength(many.join('\n')) + 1);
    expect(Buffer.from(`${many.join('\n')}\n`).equals(lines.bytes)).toBe(true);
  });

  test('have none beyond the last', () => {
    expect(() => packed(['a']).at(1)).toThrow(RangeError);
  });
});
