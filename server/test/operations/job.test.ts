import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { type Job, newJob } from '../../src/domain/job.ts';
import { createAttributionSettingsOperations } from '../../src/operations/attribution-settings.ts';
import { createChannels } from '../../src/operations/channel.ts';
import { createJobOperations, type JobType } from '../../src/operations/job.ts';
import { createCreditBuilding } from '../../src/operations/jobs/credit-building.ts';
import { createPathModelJob } from '../../src/operations/jobs/path-model.ts';
import { JobRunner, jobClaimMilliseconds } from '../../src/operations/jobs/runner.ts';
import type { ComputePathModel, PathModelRequest } from '../../src/operations/path-model.ts';
import { computeOnThread } from '../../src/operations/reporting/path-model-thread.ts';
import type { Store } from '../../src/storage/store.ts';
import { engines, type OpenedStore } from '../storage/engines.ts';
import { creditsFromScratch, type KeptCredits, keptCredits } from '../support/kept-credits.ts';
import { principalOf } from '../support/principals.ts';
import { StoreRoom } from '../support/store-room.ts';

const day = 86_400_000;

interface Begun extends AsyncDisposable {
  readonly runner: JobRunner;
  readonly errors: readonly unknown[];
}

function begin(room: StoreRoom, types: readonly JobType[], holder = 'a process'): Begun {
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const runner = new JobRunner({ store: room.store, now: () => room.now, types, holder, onError });
  runner.note(room.organizationId);
  return { runner, errors, [Symbol.asyncDispose]: () => runner[Symbol.asyncDispose]() };
}

const building = (room: StoreRoom, store: Store = room.store) =>
  createCreditBuilding({ store, now: () => room.now }, 3);

async function ended({ store, organizationId }: StoreRoom, jobId: string) {
  await expect.poll(async () => (await store.read.job(organizationId, jobId))?.finishedTime).not.toBeNull();
  return store.read.job(organizationId, jobId);
}

/** Customers who came by two ways and bought, some of it given back. */
async function earn(room: StoreRoom): Promise<void> {
  for (const id of ['a', 'b', 'c', 'd', 'e']) {
    await room.add(id, { source: 'google', medium: 'cpc' }, { occurredTime: room.now - 40 * day });
    await room.add(id, { source: `partner of ${id}` }, { occurredTime: room.now - 2 * day });
    await room.convert(id, { conversionId: `${room.organizationId} ${id}`, amount: 1001 });
    await room.convert(id, { amount: 500, occurredTime: room.now - day });
  }
  await room.refund(`${room.organizationId} a`, { amount: '3.33' });
}

async function organizationOf({ rows }: OpenedStore, { organizationId }: StoreRoom): Promise<number> {
  const [row] = await rows(`SELECT * FROM organizations WHERE public_id = '${organizationId}'`);
  return Number(row?.['organization_id']);
}

function rounded(credits: KeptCredits): unknown {
  return JSON.parse(JSON.stringify(credits), (_name, each: unknown) =>
    typeof each === 'number' ? Math.round(each * 1e9) / 1e9 || 0 : each,
  );
}

describe.each(engines)('jobs on $name', (engine) => {
  let opened: OpenedStore;
  beforeAll(async () => {
    opened = await engine.open();
  });
  afterAll(() => opened.dispose());
  const open = () => StoreRoom.open(() => opened.store);

  async function expectOnly(room: StoreRoom, version: number): Promise<void> {
    const organization = await organizationOf(opened, room);
    const stored = await keptCredits(opened.rows, organization, version);
    expect(Object.keys(stored.credits).length).toBeGreaterThan(0);
    expect(rounded(stored)).toEqual(rounded(await creditsFromScratch(opened.rows, organization, version)));
    await expect
      .poll(() => room.store.read.creditVersions(room.organizationId))
      .toEqual([{ version, state: 'live', jobId: expect.any(String) }]);
    for (const table of ['credits', 'refund_credits', 'credit_days', 'credit_months', 'credit_years']) {
      const of = `FROM ${table} WHERE organization_id = ${organization} AND settings_version <> ${version}`;
      expect(await opened.rows(`SELECT * ${of}`)).toEqual([]);
    }
  }

  test('build credits by changed settings as if there had never been others, and drop those by the old', async () => {
    const room = await open();
    await earn(room);
    const jobId = await room.attribute({ lookbackDays: 30, reportingTimezone: 'Pacific/Auckland' });
    await using begun = begin(room, [building(room)]);
    expect(await ended(room, jobId)).toMatchObject({ status: 'completed', progress: 1, error: null });
    await expectOnly(room, 2);
    expect(begun.errors).toEqual([]);
  });

  test('that a process leaves in the middle another goes on with from there, while others write', async () => {
    const room = await open();
    await earn(room);
    const jobId = await room.attribute({ halfLifeDays: 1 });
    let builds = 0;
    let leaving: Promise<void> | undefined;
    const store = writingBy(room.store, (kind) => {
      if (kind !== 'buildCredits') return;
      builds += 1;
      leaving ??= left.runner[Symbol.asyncDispose]();
    });
    const left = begin(room, [building(room, store)]);
    await expect.poll(() => leaving !== undefined).toBe(true);
    await leaving;
    expect(builds).toBe(1);
    const half = await room.store.read.job(room.organizationId, jobId);
    expect(half?.status).toBe('running');
    // What has its credits may still have to be summed up.
    expect([0.24, 0.3]).toContain(half?.progress);
    await room.convert('a', { amount: 250, occurredTime: room.now - 3 * day });
    await room.add('b', { source: 'late' }, { occurredTime: room.now - 3 * day });
    await using _other = begin(room, [building(room)], 'another process');
    expect(await ended(room, jobId)).toMatchObject({ status: 'completed' });
    await expectOnly(room, 2);
  });

  test('that build credits are taken up again where the service itself failed', async () => {
    const room = await open();
    await earn(room);
    const jobId = await room.attribute({ lookbackDays: 20 });
    const fault = new TypeError('a fault within');
    let builds = 0;
    const store = writingBy(room.store, (kind) => {
      if (kind === 'buildCredits' && ++builds === 2) throw fault;
    });
    const failing = begin(room, [building(room, store)]);
    await expect.poll(() => failing.errors).toEqual([fault]);
    expect(await room.store.read.job(room.organizationId, jobId)).toMatchObject({ finishedTime: null });
    failing.runner.note(room.organizationId);
    await using _begun = failing;
    expect(await ended(room, jobId)).toMatchObject({ status: 'completed', error: null });
    await expectOnly(room, 2);
  });

  test.each([new TypeError('a fault within'), new Failure('invalid', 'a sum is too large')])(
    'that fail by %s, and wait for another time, keep no later one waiting',
    async (fault) => {
      const room = await open();
      const { organizationId, store } = room;
      const by = { actor: 'key_test', now: room.now };
      const [faulty, later] = ['faulty', 'later'].map((name) => `${organizationId} ${name}`) as [
        string,
        string,
      ];
      await store.write('createJob', { organizationId, job: newJob(faulty, 'faulty', {}, by) });
      await store.write('createJob', { organizationId, job: newJob(later, 'sound', {}, by) });
      const types: readonly JobType[] = [
        { type: 'faulty', isAwaited: true, run: () => Promise.reject(fault) },
        { type: 'sound', run: async () => 'done' },
      ];
      await using begun = begin(room, types);
      expect(await ended(room, later)).toMatchObject({ status: 'completed', result: 'done' });
      expect(await store.read.job(organizationId, faulty)).toMatchObject({ finishedTime: null });
      expect(begun.errors).toEqual([fault]);
    },
  );

  test('are left to the process that claimed them until its claim is over', async () => {
    const room = await open();
    const { organizationId, store, now } = room;
    const by = { actor: 'key_test', now };
    const [claimed, later] = [`${organizationId} x`, `${organizationId} y`];
    await store.write('createJob', { organizationId, job: newJob(claimed, 'count', {}, by) });
    await store.write('createJob', { organizationId, job: newJob(later, 'sound', {}, by) });
    const claim = { organizationId, jobId: claimed, holder: 'dead', now };
    await store.write('claimJob', { ...claim, until: now + jobClaimMilliseconds });
    let runs = 0;
    const count = { type: 'count', run: async () => ++runs };
    const early = begin(room, [count, { type: 'sound', run: async () => null }]);
    // The oldest comes first.
    expect(await ended(room, later)).toMatchObject({ status: 'completed' });
    await early[Symbol.asyncDispose]();
    expect(runs).toBe(0);
    room.now += jobClaimMilliseconds;
    await using _begun = begin(room, [count]);
    expect(await ended(room, claimed)).toMatchObject({ status: 'completed', result: 1 });
  });

  test('are left to a process that takes them over from one whose clock is set back', async () => {
    const room = await open();
    const { organizationId, store } = room;
    const id = `${organizationId} y`;
    const by = { actor: 'key_test', now: room.now };
    await store.write('createJob', { organizationId, job: newJob(id, 'slow', {}, by) });
    const stopped: boolean[] = [];
    const run: JobType['run'] = async ({ keep, isStopped }) => {
      const later = room.now + jobClaimMilliseconds;
      room.now -= 3_600_000;
      await keep();
      stopped.push(isStopped());
      const claim = { organizationId, jobId: id, holder: 'another', now: later };
      await store.write('claimJob', { ...claim, until: later + jobClaimMilliseconds });
      room.now += jobClaimMilliseconds;
      await keep();
      stopped.push(isStopped());
      // What was taken over once is not taken back, even where the other one may have died.
      room.now = later + jobClaimMilliseconds;
      await keep();
      stopped.push(isStopped());
    };
    await using begun = begin(room, [{ type: 'slow', run }]);
    await expect.poll(() => stopped).toEqual([false, true, true]);
    await begun.runner[Symbol.asyncDispose]();
    expect(await store.read.job(organizationId, id)).toMatchObject({ finishedTime: null });
    expect(begun.errors).toEqual([]);
  });

  test('for data-driven models are left at the end of a service, and done by the next', async () => {
    const room = await open();
    const { organizationId, store } = room;
    await earn(room);
    const read = (): PathModelRequest => ({
      ...{ model: 'shapley', order: 1, dimension: 'source', timezone: null, currency: null },
      ...{ start: { instant: 0 }, end: { instant: room.now + 1 } },
    });
    const channels = createChannels({ store, now: () => room.now });
    const jobOf = (compute: ComputePathModel) => createPathModelJob({ store, channels, compute, read });
    let ending: AbortSignal | undefined;
    const endless = jobOf((_paths, _question, signal) => {
      ending = signal;
      return new Promise(() => undefined);
    });
    const id = `${organizationId} model`;
    const by = { actor: 'key_test', now: room.now };
    await store.write('createJob', { organizationId, job: newJob(id, endless.type, {}, by) });
    const left = begin(room, [endless]);
    await expect.poll(() => ending !== undefined).toBe(true);
    await left.runner[Symbol.asyncDispose]();
    expect(ending?.aborted).toBe(true);
    expect(await store.read.job(organizationId, id)).toMatchObject({ status: 'running', progress: 0.6 });
    await using _other = begin(room, [jobOf(computeOnThread)], 'another process');
    expect(await ended(room, id)).toMatchObject({ status: 'completed', result: { conversions: 10 } });
  });

  test('are listed some at a time, fewer where their results are long', async () => {
    const room = await open();
    const { organizationId, store } = room;
    const create = async (id: string, result: unknown) => {
      const job = newJob(id, 'count', { id }, { actor: 'key_test', now: room.now });
      await store.write('createJob', { organizationId, job });
      const outcome = { status: 'completed', result } as const;
      return store.write('advanceJob', { organizationId, jobId: id, outcome, now: room.now });
    };
    const made: Job[] = [];
    for (let place = 0; place < 120; place++) {
      const isLong = place < 3;
      made.push(await create(`job_${String(place).padStart(3, '0')}`, isLong ? 'ö'.repeat(100_000) : place));
    }
    const reading = vi.spyOn(store.read, 'jobsBetween');
    const operations = createJobOperations(
      { store, now: () => room.now, random: (byteCount) => new Uint8Array(byteCount) },
      { types: [], onJob: () => undefined },
    );
    const listed = async (limit: number, offset: number) => {
      reading.mockClear();
      const { items, total } = await operations.list(principalOf(room), { limit, offset });
      expect(await allOf(items)).toEqual(made.toReversed().slice(offset, offset + limit));
      expect(total).toBe(120);
      return reading.mock.calls.length;
    };
    expect(await listed(100, 0)).toBe(1);
    expect(await listed(101, 10)).toBe(2);
    // Those with long results come last, each of them alone but for one.
    expect(await listed(1000, 0)).toBe(4);
    expect(await listed(10, 200)).toBe(0);
  });

  test('keep why they failed, tell nothing of faults within, and wait where the storage does', async () => {
    const room = await open();
    const { organizationId, store } = room;
    const failures: Readonly<Record<string, Error>> = {
      1: new Failure('invalid', 'It cannot be meant.', [{ field: 'order', message: 'is too high' }]),
      2: new TypeError('a secret'),
      3: new Failure('unavailable', 'Not now.'),
    };
    const ids = Object.keys(failures).map((number) => `${organizationId} ${number}`);
    for (const id of ids) {
      const by = { actor: 'key_test', now: room.now };
      await store.write('createJob', { organizationId, job: newJob(id, 'fail', { id }, by) });
    }
    const fail: JobType = {
      type: 'fail',
      async run({ request, progress }) {
        await progress(0.5);
        throw failures[String(request['id']).split(' ').at(-1) ?? ''];
      },
    };
    await using begun = begin(room, [fail]);
    await expect.poll(() => begun.errors.length).toBe(2);
    const jobs = await Promise.all(ids.map((id) => store.read.job(organizationId, id)));
    expect(jobs.map((job) => [job?.status, job?.error])).toEqual([
      ['failed', 'order is too high'],
      ['failed', 'The service failed; its log says why.'],
      ['running', null],
    ]);
    expect(begun.errors).toEqual([failures[2], failures[3]]);
  });
});

/** The same store, whose writes are told before they are made. */
function writingBy(store: Store, onWrite: (kind: string) => void): Store {
  return new Proxy(store, {
    get(target, member) {
      const found: unknown = Reflect.get(target, member);
      if (typeof found !== 'function') return found;
      return (...given: readonly unknown[]) => {
        if (member === 'write') onWrite(String(given[0]));
        return Reflect.apply(found, target, given);
      };
    },
  });
}

test('jobs are begun at once, those that are asked for as those that settings need', async () => {
  const begun: string[] = [];
  const onJob = (organizationId: string) => void begun.push(organizationId);
  const written = { version: 2, content: null, actor: 'key_a', createdTime: 1 };
  const write = async (kind: string, { job }: { readonly job?: Job }) =>
    kind === 'createJob' ? job : written;
  const store = { read: { creditVersions: async () => [] }, write };
  const context = { store, now: () => 1, random: (count: number) => new Uint8Array(count) } as never;
  const principal = principalOf({ organizationId: 'org_a' } as StoreRoom);
  const types = [{ type: 'asked', accept: async () => ({}), run: async () => null }];
  await createJobOperations(context, { types, onJob }).create(principal, { type: 'asked' });
  expect(begun).toEqual(['org_a']);
  const settings = createAttributionSettingsOperations(context, onJob);
  await settings.put(principal, { content: null, basedOn: null, precondition: {} });
  expect(begun).toEqual(['org_a', 'org_a']);
});

test('the first settings are applied until the credits by others are built', async () => {
  const kept = { version: 2, content: { lookbackDays: 30 }, actor: 'key_a', createdTime: 1 };
  const versions = [{ version: 2, state: 'building', jobId: 'job_a' }];
  const read = {
    settingVersion: async (_id: string, _name: string, version: number | null) =>
      version === 1 ? null : kept,
    creditVersions: async () => versions,
  };
  const context = { store: { read }, now: () => 1, random: (count: number) => new Uint8Array(count) };
  const settings = createAttributionSettingsOperations(context as never, () => undefined);
  const principal = principalOf({ organizationId: 'org_a' } as StoreRoom);
  expect(await settings.get(principal)).toMatchObject({ version: 2, isApplied: false, jobId: 'job_a' });
  expect(await settings.getVersion(principal, 1)).toMatchObject({ isApplied: true, jobId: null });
});

async function allOf<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
