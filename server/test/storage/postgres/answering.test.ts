import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import { answering } from '../../../src/storage/postgres/answering.ts';

const deadlock = '40P01';
const lockNotAvailable = '55P03';

/** A read that the server fails so many times for this reason, and how often it was asked. */
function failing(code: string, failures: number) {
  const seen = { asked: 0 };
  const read = answering(async (answer: string) => {
    seen.asked += 1;
    if (seen.asked <= failures) throw Object.assign(new DatabaseError(code, 0, 'error'), { code });
    return answer;
  });
  return { seen, read };
}

test('a read that was rolled back in favour of another is made once more, and no further time', async () => {
  const once = failing(deadlock, 1);
  expect(await once.read('rows')).toBe('rows');
  const always = failing(deadlock, 9);
  await expect(always.read('rows')).rejects.toThrow('The storage is busy.');
  expect([once.seen.asked, always.seen.asked]).toEqual([2, 2]);
});

test('a read that has waited as long as it may is not made again', async () => {
  const late = failing(lockNotAvailable, 1);
  await expect(late.read('rows')).rejects.toThrow('The storage is busy.');
  expect(late.seen.asked).toBe(1);
});
