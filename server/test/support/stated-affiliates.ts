import type { CreditQuestion } from '../../src/domain/credit-sum.ts';
import type { StoreRoom } from './store-room.ts';

/** Closes a period for affiliates, erases one of whom it tells, and asks all that reports ask of a store. */
export async function stateAffiliates(room: StoreRoom): Promise<void> {
  const { store, organizationId, now } = room;
  await room.put('stated', { affiliate: 'ann', clickId: 'click of one' });
  await room.capture('visitor-stated', { clickId: 'click of one' }, { occurredTime: now - 1 });
  for (const [place, id] of ['stated', 'stated too'].entries()) {
    await room.link(id, 'visitor-stated', now - place);
  }
  const { conversion } = await room.convert('stated', { conversionId: `${organizationId} stated` });
  const name = { affiliate: 'ann', subAffiliate: null, clickId: null };
  const amounts = { conversions: 0.5, gross: 100, refunds: 1 };
  const account = { ...name, ...amounts, about: 1, conversionKey: 1, currency: 'EUR' };
  const line = { ...name, about: 1, causes: [], currency: 'EUR', touches: 1, customers: 1 };
  const once = { route: 'POST /affiliate-periods', key: 'closing', contentDigest: 'digest' };
  const period = (number: number) => ({
    ...{ number, id: `${organizationId} period ${number}`, start: 0, end: now, model: 'linear' as const },
    ...{ settingsVersion: 1, actor: 'operator', closedTime: now },
  });
  const clicks = [{ owner: 'stated', clickId: 'click of one' }];
  await store.write('closeAffiliatePeriod', {
    organizationId,
    period: period(1),
    lines: [{ ...line, conversions: 0.5, gross: 100n, refunds: 1n }],
    clicks,
    accounts: [account, { ...account, conversionKey: conversion.key, clickId: 'click of one' }],
    restated: [{ about: 1, conversionKey: 2 }],
    erasures: await store.read.erasureCount(organizationId),
    once,
  });
  await store.read.outputOnce(organizationId, 'closeAffiliatePeriod', once, now);
  await room.erase('stated', { erasureId: 'era stated', newCustomerId: `stated in ${organizationId}` });
  await store.write('forgetStatedClicks', { organizationId, about: 1 });
  const none = {
    lines: [],
    accounts: [],
    restated: [],
    clicks: [{ owner: 'other', clickId: 'click of another' }],
  };
  const erasures = await store.read.erasureCount(organizationId);
  await store.write('closeAffiliatePeriod', { organizationId, period: period(2), ...none, erasures });
  const span = { start: 0, end: now };
  await store.read.affiliatePeriods(organizationId);
  await store.read.affiliateLines(organizationId, 1);
  await store.read.affiliateAccounts(organizationId);
  await store.read.affiliateCredits(organizationId, 1, 'linear', span);
  await store.read.affiliateTraffic(organizationId, span);
  await store.read.affiliateClicks(organizationId, span);
  await store.read.affiliateCauses(organizationId, [1], 0, 90);
  await readReports(store, organizationId, now);
}

async function readReports({ read }: StoreRoom['store'], organizationId: string, now: number): Promise<void> {
  const { settingsVersion } = await read.creditsInForce(organizationId);
  const span = { bucket: 0, from: 0, until: now };
  const groups = { tupleKeys: await read.tupleKeys(organizationId), groups: [] };
  const question: CreditQuestion = {
    settingsVersion,
    currency: 'EUR',
    models: ['linear'],
    dateBasis: 'refund',
    spans: { years: [span], months: [span], days: [span], moments: [] },
    touchFilter: [],
    groups: null,
  };
  const single = {
    ...question,
    spans: { years: [], months: [], days: [], moments: [span] },
    touchFilter: [{ field: 'path', negated: false, alternatives: [{ equals: '/' }] }],
    groups: { ...groups, groups: groups.tupleKeys.map(() => 1) },
  } as const;
  await read.creditSums(organizationId, question);
  await read.creditSums(organizationId, single);
  await read.creditedCustomers(organizationId, single);
  await read.creditCurrencies(organizationId, settingsVersion);
  await read.spendSums(organizationId, 'EUR', [span]);
  const cohorts = { period: { start: 0, end: now }, spans: [span], groups: single.groups } as const;
  await read.cohorts(organizationId, { settingsVersion, currency: 'EUR', model: 'last', ...cohorts });
  const paths = { currency: 'EUR', period: { start: 0, end: now }, lookbackDays: 90, groups: single.groups };
  await read.journeys(organizationId, { ...paths, settingsVersion, limit: 10 });
  await read.paths(organizationId, paths);
}
