import { describe, expect, test } from 'vitest';
import { ApiContract } from '../support/api-contract.ts';

const shape = (more: object = {}) => ({
  type: 'object',
  properties: { id: { type: 'string' }, free: { type: 'object' } },
  required: ['id'],
  ...more,
});
const answering = (schema: object) => ({
  responses: { 200: { description: 'It.', content: { 'application/json': { schema } } } },
});
const contract = new ApiContract({
  openapi: '3.1.0',
  paths: {
    '/things/{id}': { get: answering({ $ref: '#/components/schemas/Thing' }) },
    '/things': { get: answering({ type: 'array', items: shape() }), post: answering(shape()) },
    '/open': { get: answering(shape({ additionalProperties: true })) },
  },
  components: { schemas: { Thing: shape() } },
});

function check(method: string, target: string, body: unknown, status = 200): () => void {
  const headers = new Headers({
    'content-type': status < 400 ? 'application/json' : 'application/problem+json',
  });
  return () => contract.check(method, target, { status, headers, body });
}

describe('the check of answers', () => {
  test.each([
    ['a component', '/things/1', { id: '1' }],
    ['an item', '/things', [{ id: '1', free: { any: 1 } }]],
    ['an object that says it may hold more', '/open', { id: '1', more: 1 }],
  ])('is content with %s', (_words, target, body) => {
    expect(check('GET', target, body)).not.toThrow();
  });

  test.each([
    ['a component', '/things/1', { id: '1', secretHash: 'x' }],
    ['an item', '/things', [{ id: '1', secretHash: 'x' }]],
  ])('refuses a member of %s that nobody declared', (_words, target, body) => {
    expect(check('GET', target, body)).toThrow('must NOT have additional properties');
  });

  test.each([404, 405, 501])('refuses %i of an operation that does not declare it', (status) => {
    expect(check('GET', '/things/1', { status }, status)).toThrow('must not answer');
    expect(check('POST', '/things/', { status }, status)).toThrow('must not answer');
  });

  test.each([
    ['a path that is in no document', 'GET', '/nowhere', 404],
    ['a method that is in no document', 'DELETE', '/things/1', 405],
    ['a path with a slash too many', 'GET', '/things/1/', 404],
    ['the root of another organization', 'GET', '/organizations/org_other/things/1', 404],
  ])('lets %s be refused', (_words, method, target, status) => {
    expect(check(method, target, { status }, status)).not.toThrow();
  });
});
