import { expect, test } from 'vitest';
import { modelShares } from '../../src/domain/attribution-models.ts';
import { amountLimit, splitAmount } from '../../src/domain/money.ts';
import { millisecondsPerDay } from '../../src/domain/time.ts';
import { announceSeed, randomFrom } from '../support/random.ts';

const bits = 160n;
const one = 1n << bits;

function squareRoot(square: bigint): bigint {
  let root = square;
  for (let next = one; next < root; next = (root + square / root) >> 1n) root = next;
  return root;
}

/** Fixed-point numbers of 160 bits: 2^-(1/2), 2^-(1/4), 2^-(1/8) and so on. */
const roots: bigint[] = [];
for (let root = one >> 1n; roots.length < bits - 10n; roots.push(root)) root = squareRoot(root << bits);

/** 2^-(age/halfLife) as such a number: the rule itself, far beyond the digits of a double. */
function decayed(age: bigint, halfLife: bigint): bigint {
  let share = one;
  let rest = age % halfLife;
  for (const root of roots) {
    rest *= 2n;
    if (rest < halfLife) continue;
    rest -= halfLife;
    share = (share * root) >> bits;
  }
  return share >> (age / halfLife);
}

test('time-decay splits the largest amounts to the unit, each part less than two from its exact share', () => {
  const random = randomFrom(announceSeed('time decay'));
  for (let count = 0; count < 500; count++) {
    const below = 10 ** (9 + (count % 7));
    const amount = Math.min(amountLimit - 1, Math.floor(below * random()));
    const halfLifeDays = [7, 1, 0.5, 30, 3.3][count % 5] ?? 7;
    const times = Array.from({ length: 1 + Math.floor(random() * 9) }, () =>
      Math.floor(random() * 4 * halfLifeDays * millisecondsPerDay),
    ).toSorted((a, b) => a - b);
    const journey = times.map((occurredTime, key) => ({ key, occurredTime, isDirect: false }));
    const settings = { halfLifeDays, positionWeights: [0.4, 0.2, 0.4] } as const;
    const parts = splitAmount(amount, modelShares('time-decay', journey, settings));
    expect(parts.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(amount));
    const halfLife = BigInt(Math.round(halfLifeDays * millisecondsPerDay));
    const shares = times.map((time) => decayed(BigInt((times.at(-1) ?? 0) - time), halfLife));
    const total = shares.reduce((sum, share) => sum + share, 0n);
    // Shares are doubles, so from some 10^13 units on the last unit may go to another touch than by exact ones.
    const most = amount < 1e13 ? total + (total >> 8n) : 2n * total;
    for (const [index, share] of shares.entries()) {
      const off = BigInt(parts[index] ?? 0) * total - share * BigInt(amount);
      if (off >= most || -off >= most) expect.fail(`${amount} by ${times} at ${halfLifeDays}: ${parts}`);
    }
  }
});
