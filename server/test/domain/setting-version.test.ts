import { expect, test } from 'vitest';
import type { ChannelRule } from '../../src/domain/channel-rules.ts';
import {
  changeOfSetting,
  changeSetting,
  firstVersion,
  type SettingRequest,
  type SettingVersion,
  settingEntityTag,
} from '../../src/domain/setting-version.ts';
import { failureCodeOf } from '../support/failures.ts';

const content: readonly ChannelRule[] = [{ channel: 'A', when: [] }];
const maker = { actor: 'key_a', now: 5 };

function change(
  before: SettingVersion<'channel-rules'>,
  request: Partial<SettingRequest<'channel-rules'>>,
): SettingVersion<'channel-rules'> {
  return changeSetting(before, { content, basedOn: null, precondition: {}, ...request }, maker);
}

test('each change makes the next version, by its maker', () => {
  const second = change(firstVersion, {});
  expect(second).toEqual({ version: 2, content, actor: 'key_a', createdTime: 5 });
  expect(change(second, { content: null })).toMatchObject({ version: 3, content: null, actor: 'key_a' });
});

test('what is in force already makes none', () => {
  expect(change(firstVersion, { content: null })).toBe(firstVersion);
  const second = change(firstVersion, {});
  expect(change(second, { content: structuredClone(content) })).toBe(second);
});

test('a precondition is judged first, then the version that the change was made from, then whether it is one', () => {
  const second = change(firstVersion, {});
  const stale = { ifMatch: [settingEntityTag(firstVersion)] };
  expect(failureCodeOf(() => change(second, { basedOn: 1, precondition: stale }))).toBe(
    'precondition-failed',
  );
  expect(failureCodeOf(() => change(second, { basedOn: 1 }))).toBe('conflict');
  expect(change(second, { basedOn: 2, precondition: { ifMatch: ['"2"'] } })).toBe(second);
});

test('a version leaves a line of who made it', () => {
  const line = { action: 'landing-settings-changed', subject: '7', actor: 'key_a', occurredTime: 5 };
  expect(changeOfSetting('landing-settings', 7, maker)).toEqual(line);
});
