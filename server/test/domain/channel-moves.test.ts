import { expect, test } from 'vitest';
import type { ChannelTuple } from '../../src/domain/channel.ts';
import { MoveCount } from '../../src/domain/channel-moves.ts';
import { tupleWith } from '../support/landings.ts';

const bySource = ({ source }: ChannelTuple) => source ?? 'none';
const byMedium = ({ medium }: ChannelTuple) => medium ?? 'none';

function count(...touches: readonly (readonly [source: string, medium: string, touches: number])[]) {
  const moves = new MoveCount(bySource, byMedium);
  for (const [source, medium, number] of touches) moves.add(tupleWith({ source, medium }), number);
  return moves.result();
}

test('touches are counted by where they would move, the most first', () => {
  const { touches, unchanged, moves } = count(['a', 'a', 5], ['a', 'b', 1], ['b', 'a', 2], ['a', 'b', 3]);
  expect({ touches, unchanged }).toEqual({ touches: 11, unchanged: 5 });
  expect(moves.map(({ from, to, touches: moved }) => [from, to, moved])).toEqual([
    ['a', 'b', 4],
    ['b', 'a', 2],
  ]);
});

test('the first few of a move are its examples', () => {
  const [move] = count(['a', 'b', 9], ['a', 'b', 7], ['a', 'b', 5], ['a', 'b', 3]).moves;
  expect(move?.examples.map(({ touches }) => touches)).toEqual([9, 7, 5]);
  expect(move?.examples[0]?.tuple).toEqual(tupleWith({ source: 'a', medium: 'b' }));
});

test('nothing moves where there is nothing', () => {
  expect(count()).toEqual({ touches: 0, unchanged: 0, moves: [] });
});

test('channels whose names run into each other are told apart', () => {
  expect(count(['a', 'b,c', 1], ['a,b', 'c', 1]).moves).toHaveLength(2);
});
