import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { channelsPage, freshChannelsPage } from '../../scripts/channels-page.ts';

test('the page on channels has the tables of the code', () => {
  expect(readFileSync(channelsPage, 'utf8')).toBe(freshChannelsPage());
});
