import { describe, expect, test } from 'vitest';
import { addressName, FixedWindows } from '../../src/http/rate-limit.ts';
import { testClock } from '../support/clock.ts';

const start = Date.UTC(2026, 10, 23);
const minute = { calls: 2, windowSeconds: 60 };

describe('windows of calls', () => {
  test('let go of a name within a minute of the end of its window, however long that was', () => {
    const clock = testClock(start);
    const windows = new FixedWindows(clock.now);
    windows.take('short', { calls: 1, windowSeconds: 1 });
    windows.take('long', { calls: 1, windowSeconds: 86_400 });
    windows.take('minute', minute);
    expect(windows.size).toBe(3);
    clock.advance(60_000);
    windows.take('other', minute);
    expect(windows.size).toBe(2);
    clock.advance(86_400_000);
    windows.take('another', minute);
    expect(windows.size).toBe(1);
  });

  test('keep a count as long as its window lasts', () => {
    const clock = testClock(start);
    const windows = new FixedWindows(clock.now);
    const day = { calls: 1, windowSeconds: 86_400 };
    windows.take('a', day);
    clock.advance(86_399_999);
    expect(windows.take('a', day)).toMatchObject({ exceeded: true, resetSeconds: 1 });
    clock.advance(1);
    expect(windows.take('a', day)).toMatchObject({ exceeded: false, remaining: 0 });
  });

  test('count no call that was refused: where a limit is raised meanwhile, what it adds is there', () => {
    const windows = new FixedWindows(testClock(start).now);
    for (let call = 0; call < 5; call++) windows.take('a', minute);
    expect(windows.take('a', { ...minute, calls: 4 })).toMatchObject({ exceeded: false, remaining: 1 });
  });

  test('hold a bounded number of names, and forget the one whose window is oldest', () => {
    const windows = new FixedWindows(testClock(start).now, 3);
    for (const name of ['a', 'b', 'c', 'd']) windows.take(name, minute);
    expect(windows.size).toBe(3);
    expect(windows.take('b', minute)).toMatchObject({ remaining: 0 });
    expect(windows.take('a', minute)).toMatchObject({ remaining: 1 });
  });

  test('forget the name whose window is oldest, however long that name is known', () => {
    const clock = testClock(start);
    const windows = new FixedWindows(clock.now, 2);
    const second = { calls: 2, windowSeconds: 1 };
    for (const name of ['a', 'b']) windows.take(name, second);
    clock.advance(1000);
    windows.take('a', second);
    windows.take('c', second);
    expect(windows.take('a', second)).toMatchObject({ remaining: 0 });
  });

  test('do not grow with the names that strangers make up', () => {
    const windows = new FixedWindows(testClock(start).now);
    for (let name = 0; name < 100_010; name++) windows.take(String(name), minute);
    expect(windows.size).toBe(100_000);
  });

  test('outlive a clock that is set back', () => {
    const clock = testClock(start);
    const windows = new FixedWindows(clock.now);
    windows.take('a', minute);
    clock.advance(-3_600_000);
    expect(windows.take('a', minute)).toMatchObject({ remaining: 1, resetSeconds: 60 });
  });

  test('are forgotten once they are over, also where the clock is set back', () => {
    const clock = testClock(start);
    const windows = new FixedWindows(clock.now);
    windows.take('before', minute);
    clock.advance(-3_600_000);
    windows.take('a', minute);
    clock.advance(120_000);
    windows.take('b', minute);
    expect(windows.size).toBe(2);
  });

  test('begin anew with another length, and never have less than nothing left', () => {
    const clock = testClock(start);
    const windows = new FixedWindows(clock.now);
    windows.take('a', minute);
    windows.take('a', minute);
    expect(windows.take('a', { ...minute, calls: 1 })).toMatchObject({ remaining: 0, exceeded: true });
    expect(windows.take('a', { calls: 2, windowSeconds: 30 })).toMatchObject({ remaining: 1 });
    clock.advance(30_000);
    for (let call = 0; call < 2; call++) windows.take('b', minute);
    expect(windows.take('b', { calls: 2, windowSeconds: 30 })).toMatchObject({ remaining: 1 });
  });
});

describe('an address is counted as', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['', ''],
  ])('%s: %s', (address, name) => {
    expect(addressName(address)).toBe(name);
  });
});
