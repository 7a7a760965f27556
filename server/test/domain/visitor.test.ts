import { expect, test } from 'vitest';
import {
  customerAt,
  firstKeptDay,
  heardOf,
  isSameHit,
  isVisitorId,
  requireUnlinked,
  type Visitor,
  withLink,
} from '../../src/domain/visitor.ts';
import { failureCodeOf } from '../support/failures.ts';

const day = 86_400_000;

function link(linkedTime: number, customerId: string) {
  return { visitorId: 'v', linkedTime, namedId: customerId, customerId, actor: 'a' };
}

test('a link to the same customer at another moment that is told is a link of its own', () => {
  const { added, links } = withLink([link(100, 'x')], link(300, 'x'), 1000);
  expect([added, links.length]).toEqual([true, 2]);
});

test('a link that exists, or that already applies from now on, is not made again', () => {
  const links = [link(100, 'x'), link(200, 'y')];
  expect(withLink(links, link(100, 'x'), 1000)).toEqual({ links, link: links[0], added: false });
  expect(withLink(links, { ...link(0, 'y'), linkedTime: null }, 1000)).toEqual({
    links,
    link: links[1],
    added: false,
  });
  const back = withLink(links, { ...link(0, 'x'), linkedTime: null }, 1000);
  expect(back).toMatchObject({ added: true, link: { linkedTime: 1000, customerId: 'x' } });
});

test('links are in the order of their moments, then of the names they were made with', () => {
  const asked = [link(200, 'b'), link(200, 'a'), link(100, 'z'), link(200, 'c')];
  const links = asked.reduce(
    (before, each) => withLink(before, each, 1000).links,
    [] as readonly ReturnType<typeof link>[],
  );
  expect(links.map(({ namedId }) => namedId)).toEqual(['z', 'a', 'b', 'c']);
});

test('a link is made for at most a minute ahead, which counts as now', () => {
  expect(withLink([], link(61_000, 'x'), 1000).link.linkedTime).toBe(1000);
  expect(failureCodeOf(() => withLink([], link(61_001, 'x'), 1000))).toBe('invalid');
});

test('a touch belongs to the link before it, at its very moment, too; one before all links to the first', () => {
  const links = [link(100, 'x'), link(200, 'y')];
  const owners = [99, 100, 199, 200, 201].map((time) => customerAt(links, time));
  expect(owners).toEqual(['x', 'x', 'x', 'y', 'y']);
  expect(customerAt([], 100)).toBeNull();
});

test('the same page and referrer within 30 seconds, whichever came first, is one arrival', () => {
  const hit = { occurredTime: 100_000, digest: 'd' };
  const isSame = (moved: number, digest = 'd') =>
    isSameHit(hit, { occurredTime: hit.occurredTime + moved, digest });
  expect([isSame(0), isSame(30_000), isSame(-30_000)]).toEqual([true, true, true]);
  expect([isSame(30_001), isSame(-30_001), isSame(0, 'e'), isSameHit(null, hit)]).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test('a visitor keeps its last arrival and, until it is linked, the day on which it was last heard of', () => {
  const hit = { occurredTime: 5, digest: 'd' };
  const seen = heardOf(null, 'v', { hit, now: 3 * day - 1 });
  expect(seen).toEqual({ id: 'v', lastHit: hit, unlinkedDay: 2, links: [] });
  expect(heardOf(seen, 'v', { hit: null, now: 3 * day })).toEqual({ ...seen, unlinkedDay: 3 });
  const linked: Visitor = { ...seen, links: [link(1, 'x')] };
  expect(heardOf(linked, 'v', { hit: null, now: 3 * day }).unlinkedDay).toBeNull();
  expect(firstKeptDay(10 * day, 3)).toBe(7);
  expect(failureCodeOf(() => requireUnlinked(linked))).toBe('conflict');
  expect(failureCodeOf(() => requireUnlinked(null))).toBe('not-found');
  expect(() => requireUnlinked(seen)).not.toThrow();
});

test('the id of a visitor has 8 to 64 letters, digits, signs of minus or low lines', () => {
  expect(['a'.repeat(8), 'a'.repeat(64), 'aB-_0123'].every(isVisitorId)).toBe(true);
  expect(['a'.repeat(7), 'a'.repeat(65), ' aaaaaaaa', 'aaaaaaaa:', 'aaaaäaaaa'].some(isVisitorId)).toBe(
    false,
  );
});
