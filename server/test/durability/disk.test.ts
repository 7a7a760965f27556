import { describe, expect, test } from 'vitest';
import { randomFrom } from '../support/random.ts';
import { Disk } from './disk.ts';
import { momentsOf } from './recorded-calls.ts';

type Step =
  | ['create' | 'remove' | 'sync', string]
  | ['rename', string, string]
  | ['write', string, number, string];

function diskAfter(steps: readonly Step[]): Disk {
  const disk = new Disk('/disk');
  for (const [place, [kind, path, second, text]] of steps.entries()) {
    const moment = { begun: place, ended: place };
    if (kind === 'rename') disk.run({ ...moment, kind, from: path, path: second });
    else if (kind === 'write') disk.run({ ...moment, kind, path, offset: second, bytes: Buffer.from(text) });
    else disk.run({ ...moment, kind, path });
  }
  return disk;
}

/** Every state that the disk is seen in after many power cuts. */
function statesAfter(...steps: readonly Step[]): readonly string[] {
  const disk = diskAfter(steps);
  const random = randomFrom(1);
  const states = Array.from({ length: 1000 }, () => {
    const files = [...disk.afterPowerCut(random)].map(
      ([path, bytes]) => `${path}=${Buffer.from(bytes).toString('latin1')}`,
    );
    return files.toSorted().join(' ');
  });
  return [...new Set(states)].toSorted();
}

const made: readonly Step[] = [
  ['create', '/disk/a'],
  ['sync', '/disk'],
];

describe('a disk whose power is cut', () => {
  test('has all that was synced', () => {
    expect(statesAfter(...made, ['write', '/disk/a', 0, 'x'], ['sync', '/disk/a'])).toEqual(['/disk/a=x']);
  });

  test('has any part of the rest', () => {
    const states = statesAfter(...made, ['write', '/disk/a', 0, 'x'], ['write', '/disk/a', 0, 'yz']);
    expect(states).toEqual(['/disk/a=', '/disk/a=x', '/disk/a=yz']);
  });

  test('has a file only where the directory that names it was synced', () => {
    const states = statesAfter(['create', '/disk/a'], ['write', '/disk/a', 0, 'x'], ['sync', '/disk/a']);
    expect(states).toEqual(['', '/disk/a=x']);
  });

  test('may have a file that was removed', () => {
    expect(statesAfter(...made, ['remove', '/disk/a'])).toEqual(['', '/disk/a=']);
  });

  test('has a file that is renamed under one of its names', () => {
    expect(statesAfter(...made, ['rename', '/disk/a', '/disk/b'])).toEqual(['/disk/a=', '/disk/b=']);
  });

  test('has a new file under an old name only as a whole', () => {
    const states = statesAfter(
      ['create', '/disk/a'],
      ['write', '/disk/a', 0, 'old'],
      ['sync', '/disk/a'],
      ['sync', '/disk'],
      ['remove', '/disk/a'],
      ['create', '/disk/a'],
      ['write', '/disk/a', 0, 'new'],
      ['sync', '/disk/a'],
    );
    expect(states).toEqual(['', '/disk/a=new', '/disk/a=old']);
  });

  test('tears a write between its sectors', () => {
    const states = statesAfter(...made, ['write', '/disk/a', 256, `${'x'.repeat(256)}${'y'.repeat(512)}`]);
    const lengths = new Set(states.map((state) => state.length - '/disk/a='.length));
    expect([...lengths].toSorted((one, other) => one - other)).toEqual([0, 512, 1024]);
    expect(states.some((state) => !state.includes('x') && state.endsWith('y'))).toBe(true);
  });
});

describe('the trace of a service', () => {
  const path = [...'/tmp/disk/a'].map((letter) => `\\x${letter.charCodeAt(0).toString(16)}`).join('');
  const hexadecimal = (text: string) => Buffer.from(text).toString('hex').replaceAll(/../g, '\\x$&');

  test('tells what happened to the files of a directory, and when an answer left', () => {
    const answer = hexadecimal('HTTP/1.1 201 Created\r\nx-request-id: one\r\n\r\n');
    const trace = [
      `11 openat(AT_FDCWD</>, "${path}", O_RDWR|O_CREAT, 0600) = 5<${path}>`,
      `11 pwrite64(5<${path}>, "\\x78\\x79", 2, 7) = 1`,
      `12 write(9<TCP:[127.0.0.1:1->127.0.0.1:2]>, "${answer}", 99 <unfinished ...>`,
      `11 fsync(5<${path}> <unfinished ...>`,
      `12 <... write resumed>) = 99`,
      `11 <... fsync resumed>) = 0`,
      `11 pwrite64(5<${path}>, "\\x78", 1, 0) = -1 ENOSPC (No space left on device)`,
      `11 unlink("${path}") = 0`,
      `11 pwrite64(5<${path}>(deleted), "\\x78", 1, 0) = 1`,
      `11 fsync(5<${path} <unfinished ...>`,
      '11 +++ killed by SIGKILL +++',
    ];
    expect(momentsOf(trace.join('\n'), '/tmp', 100)).toEqual([
      { kind: 'create', path: '/disk/a', begun: 100, ended: 100 },
      { kind: 'write', path: '/disk/a', offset: 7, bytes: Buffer.from('x'), begun: 101, ended: 101 },
      { kind: 'answer', requestId: 'one' },
      { kind: 'sync', path: '/disk/a', begun: 103, ended: 105 },
      { kind: 'remove', path: '/disk/a', begun: 107, ended: 107 },
    ]);
  });

  test('is refused where it tells of a call whose meaning is not known', () => {
    expect(() => momentsOf(`11 msync("${path}") = 0`, '/tmp', 0)).toThrow('A recording knows no msync');
  });
});
