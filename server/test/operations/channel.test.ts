import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ChannelRule } from '../../src/domain/channel-rules.ts';
import { type Channels, createChannels } from '../../src/operations/channel.ts';
import { createChannelRulesOperations } from '../../src/operations/channel-rules.ts';
import type { Store } from '../../src/storage/store.ts';
import { engines, type OpenedStore } from '../storage/engines.ts';
import { type TestClock, testClock } from '../support/clock.ts';
import { failureOf } from '../support/failures.ts';
import { tupleWith } from '../support/landings.ts';
import { principalOf } from '../support/principals.ts';
import { StoreRoom } from '../support/store-room.ts';

const all = (channel: string): readonly ChannelRule[] => [{ channel, when: [] }];

describe.each(engines)('channels, on $name', ({ open }) => {
  let opened: OpenedStore;
  let room: StoreRoom;
  let clock: TestClock;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.dispose());
  beforeEach(async () => {
    room = await StoreRoom.open(() => opened.store);
    clock = testClock();
  });

  /** Channels as a process has them, and the operations of that process. */
  function process(store: Store = opened.store) {
    const context = { store, now: clock.now, random: (count: number) => new Uint8Array(count) };
    const channels = createChannels(context);
    return { channels, operations: createChannelRulesOperations(context, channels) };
  }

  async function channelOfNothing(channels: Channels): Promise<string> {
    return (await channels.of(room.organizationId)).channelOf(tupleWith({}));
  }

  function request(content: readonly ChannelRule[] | null) {
    return { content, basedOn: null, precondition: {} };
  }

  test('follow a change at once in the process that made it, and within five seconds in any other', async () => {
    const [one, other] = [process(), process()];
    for (const { channels } of [one, other]) expect(await channelOfNothing(channels)).toBe('Direct');
    await one.operations.put(principalOf(room), request(all('A')));
    expect(await channelOfNothing(one.channels)).toBe('A');
    expect(await channelOfNothing(other.channels)).toBe('Direct');
    clock.advance(5000);
    expect(await channelOfNothing(other.channels)).toBe('A');
    expect((await other.channels.of(room.organizationId)).rulesVersion).toBe(2);
  });

  test('are asked for once a second at most', async () => {
    const read = vi.spyOn(opened.store.read, 'settingVersion');
    const { channels } = process();
    for (let time = 0; time < 10; time++) {
      await channels.of(room.organizationId);
      clock.advance(100);
    }
    await channels.of(room.organizationId);
    const ofRules = read.mock.calls.filter(([, setting]) => setting === 'channel-rules');
    expect(ofRules).toHaveLength(2);
    read.mockRestore();
  });

  test('are not those that were read while they changed', async () => {
    const { channels, operations } = process();
    const read = opened.store.read.settingVersion.bind(opened.store.read);
    const spy = vi
      .spyOn(opened.store.read, 'settingVersion')
      .mockImplementationOnce(async (...parameters) => {
        const before = await read(...parameters);
        await operations.put(principalOf(room), request(all('A')));
        return before;
      });
    expect(await channelOfNothing(channels)).toBe('Direct');
    spy.mockRestore();
    expect(await channelOfNothing(channels)).toBe('A');
  });

  test("see no referrer in the organization's own hosts", async () => {
    const { channels } = process();
    const own = tupleWith({ referrerHost: 'blog.shop.example' });
    const { channelOf } = await channels.of(room.organizationId);
    expect(channelOf(own)).toBe('Referral');
    const { organizationId, actor, now } = room;
    const content = { ownHosts: ['shop.example'] };
    const change = { organizationId, actor, now, content, basedOn: null, precondition: {} };
    await opened.store.write('putLandingSettings', change);
    clock.advance(1000);
    expect((await channels.of(organizationId)).channelOf(own)).toBe('Direct');
  });

  test('of an unknown organization are not found', async () => {
    expect(await failureOf(process().channels.of('org_nobody'))).toBe('not-found');
  });

  test('are tried no longer than anybody waits for an answer', async () => {
    await room.put('a', { source: 'a' });
    const { operations } = process();
    const read = opened.store.read.touchCounts.bind(opened.store.read);
    const spy = vi.spyOn(opened.store.read, 'touchCounts');
    const dryRun = (meanwhile: () => void) => {
      spy.mockImplementationOnce(async (...parameters) => {
        const counts = await read(...parameters);
        meanwhile();
        return counts;
      });
      return operations.dryRun(principalOf(room), all('A'), 3000);
    };
    const waitLong = () => {
      const late = performance.now() + 20_001;
      vi.spyOn(performance, 'now').mockReturnValue(late);
    };
    await expect(dryRun(waitLong)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The dry run took too long: choose fewer days.',
    });
    vi.restoreAllMocks();
    expect(await operations.dryRun(principalOf(room), all('A'), 3000)).toMatchObject({ touches: 1 });
  });

  test('are tried as long as that if the clock is set forward meanwhile', async () => {
    await room.put('a', { source: 'a' });
    const { operations } = process();
    const read = opened.store.read.touchCounts.bind(opened.store.read);
    vi.spyOn(opened.store.read, 'touchCounts').mockImplementationOnce((...parameters) => {
      clock.advance(3_600_000);
      return read(...parameters);
    });
    expect(await operations.dryRun(principalOf(room), all('A'), 3000)).toMatchObject({ touches: 1 });
    vi.restoreAllMocks();
  });
});
