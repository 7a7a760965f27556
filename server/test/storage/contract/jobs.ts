import { expect, test } from 'vitest';
import type { Once } from '../../../src/domain/idempotency.ts';
import { maximumUnfinishedJobs, newJob } from '../../../src/domain/job.ts';
import { failureOf } from '../../support/failures.ts';
import type { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

let made = 0;

function create({ store, organizationId, now }: StoreRoom, request: object, once?: Once, type = 'count') {
  const id = `job-${String(++made).padStart(4, '0')}`;
  const job = newJob(id, type, { ...request }, { actor: 'key_test', now });
  return store.write('createJob', { organizationId, job, once });
}

const idsOf = async ({ store, organizationId }: StoreRoom) =>
  (await store.read.unfinishedJobs(organizationId)).map(({ id }) => id);

export function jobContract({ room }: ContractGround): void {
  test('what an unfinished job was asked already is answered with that job, and done anew once it ended', async () => {
    const ground = await room();
    const first = await create(ground, { model: 'a' });
    expect(await create(ground, { model: 'a' })).toEqual(first);
    const others = [
      await create(ground, { model: 'b' }),
      await create(ground, { model: 'a' }, undefined, 'x'),
    ];
    expect(await idsOf(ground)).toEqual([first, ...others].map(({ id }) => id));
    const { store, organizationId, now } = ground;
    const outcome = { status: 'completed', result: 1 } as const;
    await store.write('advanceJob', { organizationId, jobId: first.id, outcome, now });
    expect((await create(ground, { model: 'a' })).id).not.toBe(first.id);
  });

  test('the organizations with unfinished jobs are found, and those with credits that are to be dropped', async () => {
    const [ground, other] = [await room(), await room()];
    const isFound = async () => (await ground.store.read.jobOrganizations()).includes(ground.organizationId);
    expect(await isFound()).toBe(false);
    const jobId = await ground.attribute({ halfLifeDays: 3 });
    expect(await isFound()).toBe(true);
    await ground.buildCredits(jobId, 1);
    expect(await idsOf(ground)).toEqual([]);
    expect(await isFound()).toBe(true);
    while ((await ground.dropCredits(100)).isLeft);
    expect(await isFound()).toBe(false);
    expect(await ground.store.read.jobOrganizations()).not.toContain(other.organizationId);
  });

  test('other settings supersede what builds credits by those before, no other kind of job, and none that ended', async () => {
    const ground = await room();
    const other = await create(ground, { model: 'a' });
    const ended = await ground.attribute({ halfLifeDays: 3 });
    await ground.buildCredits(ended, 1);
    const first = await ground.attribute({ halfLifeDays: 1 });
    ground.now += 1000;
    const second = await ground.attribute({ halfLifeDays: 2 });
    expect(await idsOf(ground)).toEqual([other.id, second].toSorted());
    const { store, organizationId, now } = ground;
    const superseded = { status: 'superseded', updatedTime: now, finishedTime: now };
    expect(await store.read.job(organizationId, first)).toMatchObject(superseded);
    expect(await store.read.job(organizationId, other.id)).toMatchObject({ status: 'queued' });
    expect(await store.read.job(organizationId, ended)).toMatchObject({ status: 'completed' });
  });

  test('a job that is superseded after the clock was set back did not end before it was made', async () => {
    const ground = await room();
    const { now } = ground;
    const first = await ground.attribute({ halfLifeDays: 1 });
    ground.now -= 3_600_000;
    await ground.attribute({ halfLifeDays: 2 });
    expect(await ground.store.read.job(ground.organizationId, first)).toMatchObject({
      ...{ status: 'superseded', updatedTime: now, finishedTime: now },
    });
  });

  test('a job is claimed without those beside it', async () => {
    const ground = await room();
    const { store, organizationId, now } = ground;
    const jobs = [await create(ground, { model: 'a' }), await create(ground, { model: 'b' })];
    for (const [place, { id: jobId }] of jobs.entries()) {
      const claim = { organizationId, jobId, holder: `process ${place}`, now, until: now + 1000 };
      expect(await store.write('claimJob', claim)).toMatchObject({ id: jobId });
    }
  });

  test('so many of a type are taken at once, of each organization, however they come', async () => {
    const [ground, other] = [await room(), await room()];
    const asked = Array.from({ length: maximumUnfinishedJobs + 3 }, (_, place) => create(ground, { place }));
    const outcomes = await Promise.all(
      asked.map((each) =>
        each.then(
          () => 'taken',
          () => 'refused',
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(maximumUnfinishedJobs);
    expect(await failureOf(create(ground, { place: 'more' }))).toBe('conflict');
    expect(await idsOf(ground)).toHaveLength(maximumUnfinishedJobs);
    await create(ground, {}, undefined, 'another type');
    await create(other, {});
  });

  test('a job that has ended is claimed by nobody, not even by who did it', async () => {
    const ground = await room();
    const { store, organizationId, now } = ground;
    const { id: jobId } = await create(ground, { model: 'a' });
    const claim = { organizationId, jobId, holder: 'one', now, until: now + 1000 };
    expect(await store.write('claimJob', claim)).toMatchObject({ id: jobId });
    const outcome = { status: 'completed', result: 1 } as const;
    await store.write('advanceJob', { organizationId, jobId, outcome, now });
    for (const holder of ['one', 'other']) {
      expect(await store.write('claimJob', { ...claim, holder, now: now + 2000 })).toBeNull();
    }
  });

  test('a request that is to be done once makes one job, also after that has ended', async () => {
    const ground = await room();
    const once = { route: 'POST /jobs', key: 'k', contentDigest: 'd' };
    const first = await create(ground, { model: 'a' }, once);
    const { store, organizationId, now } = ground;
    const outcome = { status: 'failed', error: 'e' } as const;
    await store.write('advanceJob', { organizationId, jobId: first.id, outcome, now });
    expect(await create(ground, { model: 'a' }, once)).toEqual(first);
    expect(await failureOf(create(ground, { model: 'b' }, { ...once, contentDigest: 'e' }))).toBe('invalid');
    expect(await idsOf(ground)).toEqual([]);
  });

  test('what a request that is to be done once returned is known for a day', async () => {
    const ground = await room();
    const { store, organizationId, now } = ground;
    const once = { route: 'POST /jobs', key: 'k', contentDigest: 'd' };
    const outputAt = (time: number, asked = once) =>
      store.read.outputOnce(organizationId, 'createJob', asked, time);
    expect(await outputAt(now)).toBeNull();
    const first = await create(ground, { model: 'a' }, once);
    expect(await outputAt(now)).toEqual(first);
    expect(await outputAt(now, { ...once, route: 'POST /x' })).toBeNull();
    expect(await failureOf(outputAt(now, { ...once, contentDigest: 'e' }))).toBe('invalid');
    expect(await outputAt(now + 86_400_000)).toBeNull();
    expect(await failureOf(store.read.outputOnce('org_nobody', 'createJob', once, now))).toBe('not-found');
  });
}
