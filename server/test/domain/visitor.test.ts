import { expect, test } from 'vitest';
import { withLink } from '../../src/domain/visitor.ts';

function link(linkedTime: number, customerId: string) {
  return { visitorId: 'v', linkedTime, namedId: customerId, customerId, actor: 'a' };
}

test('a link to the same customer at another moment that is told is a link of its own', () => {
  const { added, links } = withLink([link(100, 'x')], link(300, 'x'), 1000);
  expect([added, links.length]).toEqual([true, 2]);
});
