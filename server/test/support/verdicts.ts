import { expect } from 'vitest';
import { type LeadSource, leadSourceFields } from '../../src/domain/lead-source.ts';
import { processorMilliseconds } from './processor-time.ts';
import type { Answer, CallOptions, TestService } from './service.ts';

const mostProcessorMilliseconds = 5000;
let freshIds = 0;

/** A customer id that no other test of this file uses. */
export function freshId(): string {
  freshIds += 1;
  return `cus_${freshIds}`;
}

/** As much of an answer as a verdict looks at. */
interface Judged {
  readonly status: number;
  readonly body: unknown;
}

interface ProblemBody {
  readonly invalidFields?: readonly { readonly field: string; readonly message: string }[];
}

/** The fields that an answer calls invalid, in its order. */
export function invalidFieldsOf(body: unknown): readonly string[] {
  return ((body as ProblemBody | null)?.invalidFields ?? []).map(({ field }) => field);
}

/** The answer says the status; a 422 names these fields and no others. */
export function expectProblem(answer: Judged, status: number, fields: readonly string[] = []): void {
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ status, type: 'about:blank' });
  expect([...invalidFieldsOf(answer.body)].sort()).toEqual([...fields].sort());
}

export async function expectUnknown(service: TestService, customerId: string): Promise<void> {
  const path = `/customers/${encodeURIComponent(customerId)}`;
  expect((await service.call('GET', path)).status).toBe(404);
  expect((await service.call('GET', `${path}/lead-source`)).status).toBe(404);
}

/** Sends a request, which must be answered with so little work that it shows no attack succeeding. */
export async function promptly(
  service: TestService,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const answer = service.call(method, path, options);
  expect(await processorMilliseconds(() => answer)).toBeLessThan(mostProcessorMilliseconds);
  return await answer;
}

/** A body is refused as a lead source of a new customer, and leaves nothing behind. Null sends none. */
export async function expectRefused(
  service: TestService,
  body: unknown,
  status: number,
  fields: readonly string[] = [],
): Promise<void> {
  const id = freshId();
  const options = body === null ? {} : { body };
  expectProblem(await promptly(service, 'PUT', `/customers/${id}/lead-source`, options), status, fields);
  await expectUnknown(service, id);
}

/** A body is taken as the lead source of a new customer, states exactly these facts, and reads back the same. */
export async function expectAccepted(
  service: TestService,
  body: unknown,
  facts: Partial<LeadSource> = {},
): Promise<string> {
  const id = freshId();
  const written = await promptly(service, 'PUT', `/customers/${id}/lead-source`, { body });
  expect(written.status).toBe(201);
  expectFacts(written.body, facts);
  const read = await service.call('GET', `/customers/${id}/lead-source`);
  expect(read.body).toEqual(written.body);
  return id;
}

/** The lead source states these facts, and every other field is null; its original the same. */
export function expectFacts(leadSource: unknown, facts: Partial<LeadSource>): void {
  const unset = Object.fromEntries(leadSourceFields.map((field) => [field, null]));
  expect(leadSource).toMatchObject({ ...unset, ...facts, original: { ...unset, ...facts } });
}
