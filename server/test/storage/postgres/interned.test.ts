import { expect, test } from 'vitest';
import { completeLeadSource } from '../../../src/domain/lead-source.ts';
import { Connections } from '../../../src/storage/postgres/connections.ts';
import { Interned } from '../../../src/storage/postgres/interned.ts';
import { cacheName, Names } from '../../../src/storage/postgres/names.ts';
import { tupleOf } from '../../../src/storage/tuple.ts';

test('a batch keeps the numbers it found, whatever other batches push out of memory meanwhile', async () => {
  const url = 'postgres://nobody@127.0.0.1:1/nothing';
  const connections = new Connections({
    url,
    prepares: true,
    isDistributed: false,
    maximum: 1,
    statementTimeoutMilliseconds: 1,
  });
  const names = new Names(connections);
  const named = tupleOf(completeLeadSource({ source: 'google' }));
  names.tuples.set(cacheName(1, named.members), 7);
  names.actors.set(cacheName(1, 'key_a'), 3);

  const interned = new Interned(1, names, [named], ['key_a']);
  names.tuples.clear();
  names.actors.clear();

  expect([interned.unknownTuples, interned.unknownActors]).toEqual([0, 0]);
  expect([interned.tupleId(named), interned.actorId('key_a')]).toEqual([7, 3]);
  await connections.close();
});
