import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { otherPictures, picturedViews } from './support/views.ts';

const root = join(import.meta.dirname, '../..');
const pictures = [...Object.keys(picturedViews), ...otherPictures].map((name) => `${name}.png`);

describe('the pictures of the page in docs', () => {
  test('are one of each view (npm run screenshots)', () => {
    const kept = readdirSync(join(root, 'docs/screenshots'));
    expect(kept.toSorted()).toEqual(pictures.toSorted());
  });

  test('stand in the description of the page, each with words for whoever does not see it', () => {
    const text = readFileSync(join(root, 'docs/dashboard.md'), 'utf8');
    const shown = [...text.matchAll(/!\[([^\]]{20,})\]\(screenshots\/([^)]+)\)/g)].map(([, , name]) => name);
    expect(shown.toSorted()).toEqual(pictures.toSorted());
  });
});
