import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ChannelTuple,
  channelTupleOf,
  keptTupleOf,
  writtenClickIdKind,
} from '../../src/domain/channel.ts';
import { defaultChannelRules } from '../../src/domain/default-channel-rules.ts';
import { completeLeadSource } from '../../src/domain/lead-source.ts';
import { anyText } from '../support/any-text.ts';
import { countOf } from '../support/counts.ts';
import { channelOf, factsOfTuple, tupleWith } from '../support/landings.ts';
import { carriedText } from '../support/listed-hosts.ts';

type Case = readonly [channel: string, tuple: Partial<ChannelTuple>];

const cases: readonly Case[] = [
  ['Direct', {}],
  ['Direct', { source: '', medium: '' }],
  ['Direct', { source: '(direct)', medium: '(none)' }],
  ['Direct', { source: '(Direct)', medium: '(not set)' }],
  ['Direct', { source: '(direct)', medium: 'none' }],
  ['Direct', { source: '(direct)' }],
  ['Direct', { referrerHost: 'localhost' }],
  ['Direct', { referrerHost: 'www.paypal.com' }],
  ['Unassigned', { source: '(direct)', medium: 'x' }],
  ['Unassigned', { term: 'x' }],
  ['Unassigned', { content: 'x' }],
  ['Unassigned', { subAffiliate: 'x' }],
  ['Unassigned', { clickIdKind: 'clickid' }],
  ['Cross-network', { campaign: 'x-Cross-Network-y', medium: 'cpc', source: 'google' }],
  ['Paid Shopping', { medium: 'cpc', source: 'amazon' }],
  ['Paid Shopping', { medium: 'retargeting', campaign: 'shopping' }],
  ['Paid Shopping', { medium: 'cpc', source: 'google', campaign: 'spring_shop' }],
  ['Paid Search', { medium: 'cpc', source: 'google' }],
  ['Paid Search', { medium: 'CPC', source: 'GOOGLE' }],
  ['Paid Search', { medium: 'ppc', source: 'bing.com' }],
  ['Paid Search', { medium: 'paidsearch', source: 'yandex' }],
  ['Paid Search', { medium: 'cpm', source: 'google' }],
  ['Paid Search', { medium: 'cpc', referrerHost: 'www.google.de' }],
  ['Paid Search', { source: 'adwords' }],
  ['Paid Search', { source: 'google_ads', medium: 'banner' }],
  ['Paid Search', { source: 'bingads' }],
  ['Paid Social', { medium: 'retargeting', source: 'facebook' }],
  ['Paid Social', { medium: 'paid_social', source: 'tiktok' }],
  ['Paid Social', { medium: 'paid', source: 'ig' }],
  ['Paid Social', { source: 'fb-ads' }],
  ['Paid Social', { source: 'fb_ad', medium: 'x' }],
  ['Paid Social', { source: 'Facebook.Ads' }],
  ['Paid Social', { source: 'linkedinads' }],
  ['Paid Video', { medium: 'cpv-cpc', source: 'youtube.com' }],
  ['Paid Video', { medium: 'paid-something', source: 'yt' }],
  ['Display', { medium: 'display' }],
  ['Display', { medium: 'banner' }],
  ['Display', { medium: 'Expandable' }],
  ['Display', { medium: 'interstitial' }],
  ['Display', { medium: 'cpm', source: 'some-network' }],
  ['Display', { medium: 'display', source: 'youtube.com' }],
  ['Paid Other', { medium: 'cpc', source: 'outbrain' }],
  ['Paid Other', { medium: 'cpc' }],
  ['Paid Other', { medium: 'cpc', source: 'chatgpt.com' }],
  ['AI Assistant', { medium: 'ai-assistant', source: 'something' }],
  ['AI Assistant', { source: 'chatgpt.com' }],
  ['AI Assistant', { source: 'Perplexity', medium: 'referral' }],
  ['AI Assistant', { source: 'x.com/i/grok' }],
  ['AI Assistant', { referrerHost: 'gemini.google.com' }],
  ['Organic Shopping', { source: 'Google Shopping' }],
  ['Organic Shopping', { source: 'alibaba' }],
  ['Organic Shopping', { source: 'etsy.com', medium: 'referral' }],
  ['Organic Shopping', { source: 'some', campaign: 'eshop-sale' }],
  ['Organic Shopping', { source: 'some', campaign: 'Shop' }],
  ['Organic Shopping', { source: 'some', campaign: 'winter-SHOPPING' }],
  ['Unassigned', { source: 'some', campaign: 'workshop' }],
  ['Unassigned', { source: 'some', campaign: 'bishop' }],
  ['Organic Social', { source: 'facebook' }],
  ['Organic Social', { source: 'm.facebook.com', medium: 'referral' }],
  ['Organic Social', { source: 'https://www.Facebook.com/groups/1' }],
  ['Organic Social', { source: 'x', medium: 'organic' }],
  ['Organic Social', { source: 'x', referrerHost: 'www.google.com' }],
  ['Organic Social', { source: 'news.naver-blog', medium: 'social' }],
  ['Organic Social', { medium: 'social-network' }],
  ['Organic Social', { medium: 'social-media' }],
  ['Organic Social', { medium: 'SM' }],
  ['Organic Social', { medium: 'social network' }],
  ['Organic Social', { medium: 'social media' }],
  ['Organic Social', { source: 'messages.google.com' }],
  ['Organic Video', { source: 'youtube.com' }],
  ['Organic Video', { source: 'some-source', medium: 'in-video' }],
  ['Organic Search', { source: 'bing' }],
  ['Organic Search', { source: 'www.google.co.uk' }],
  ['Organic Search', { medium: 'organic' }],
  ['Organic Search', { campaign: 'spring', referrerHost: 'www.google.com' }],
  ['Referral', { source: 'partner.example', medium: 'referral' }],
  ['Referral', { medium: 'app' }],
  ['Referral', { medium: 'link' }],
  ['Email', { source: 'email' }],
  ['Email', { medium: 'e-mail' }],
  ['Email', { medium: 'e_mail' }],
  ['Email', { source: 'e mail' }],
  ['Email', { source: 'weekly-Newsletter' }],
  ['Email', { medium: 'newsletter_2' }],
  ['Email', { source: 'Gmail' }],
  ['Email', { source: 'mail.google.com' }],
  ['Email', { source: 'acme-mail.example' }],
  ['Affiliates', { medium: 'affiliate' }],
  ['Affiliates', { medium: 'Affiliates' }],
  ['Affiliates', { medium: 'partner' }],
  ['Affiliates', { medium: 'partnership' }],
  ['Affiliates', { medium: 'partnerships' }],
  ['Affiliates', { affiliate: 'alice' }],
  ['Affiliates', { clickIdKind: 'awc' }],
  ['Affiliates', { affiliate: 'alice', referrerHost: 'blog.example' }],
  ['Audio', { medium: 'audio' }],
  ['SMS', { source: 'sms' }],
  ['SMS', { medium: 'SMS' }],
  ['Mobile Push', { medium: 'web-push' }],
  ['Mobile Push', { medium: 'mobile' }],
  ['Mobile Push', { medium: 'app-notification' }],
  ['Mobile Push', { source: 'Firebase' }],
  ['Sales', { salesAgent: 'bob' }],
  ['Sales', { salesAgent: 'bob', referrerHost: 'blog.example' }],
  ['Referral', { referrerHost: 'blog.example' }],
  ['Referral', { term: 'x', referrerHost: 'blog.example' }],
  ['Unassigned', { source: 'some-source', medium: 'some-medium', campaign: 'some-campaign' }],
  ['Unassigned', { clickIdKind: 'gclid' }],
];

describe('the default channels', () => {
  test.each(cases)('%s: %j', (channel, tuple) => {
    expect(channelOf(tuple)).toBe(channel);
  });

  test('come in the order of the written rules', () => {
    const sections = defaultChannelRules.rules
      .map(({ channel }) => channel)
      .filter((channel, place, all) => channel !== all[place - 1]);
    expect(sections).toEqual([
      'Direct',
      'Cross-network',
      'Paid Shopping',
      'Paid Search',
      'Paid Social',
      'Paid Video',
      'Display',
      'Paid Other',
      'AI Assistant',
      'Organic Shopping',
      'Organic Social',
      'Organic Video',
      'Organic Search',
      'Referral',
      'Email',
      'Affiliates',
      'Audio',
      'SMS',
      'Mobile Push',
      'Sales',
      'Referral',
      'Unassigned',
    ]);
  });
});

describe('the carried cases of Google’s channel group', () => {
  const { cases: written, suspect } = JSON.parse(carriedText('velir-ga4-cases.json')) as {
    cases: { source: string; medium: string; campaign: string; expected_channel: string }[];
    suspect: number[];
  };
  const good = written.filter((_case, place) => !suspect.includes(place));

  test('are 29', () => {
    expect(good).toHaveLength(29);
  });

  test.each(good)('$expected_channel: $source / $medium / $campaign', ({ expected_channel, ...tuple }) => {
    const ours = expected_channel.replace('Mobile Push Notifications', 'Mobile Push');
    const unset = Object.fromEntries(Object.entries(tuple).map(([field, value]) => [field, value || null]));
    expect(channelOf(tuple)).toBe(ours);
    expect(channelOf(unset)).toBe(ours);
  });
});

describe('the class of a source', () => {
  const classOf = (source: string) => factsOfTuple(tupleWith({ source })).siteClass;
  const paid = (source: string) => factsOfTuple(tupleWith({ source })).paid;

  test.each([
    ['fb', 'social'],
    ['ig', 'social'],
    ['yt', 'video'],
    ['twitter', 'social'],
    ['x', 'social'],
    ['li', 'social'],
    ['ddg', 'search'],
    ['Hacker News', 'social'],
    ['Yahoo!', 'search'],
    ['yahoo', 'search'],
    ['IGShopping', 'shopping'],
    ['www.etsy.com', 'shopping'],
    ['mail.yandex.ru', 'email'],
    ['google.com:443', 'search'],
    ['android-app://com.google.android.gm', 'email'],
    ['Google Docs', null],
    ['docs.google.com', null],
    ['notgoogle.com', null],
    ['google.com.evil.example', null],
    ['some source', null],
    ['constructor', null],
    ['...', null],
  ])('%s: %s', (source, siteClass) => {
    expect(classOf(source)).toBe(siteClass);
  });

  test.each([
    'fbad',
    'fbads',
    'fb-ad',
    'google-ad',
    'GOOGLEAD',
    'fb_ads',
    'fb.ads',
    'gmail.ads',
    'FB-Ads',
    'adwords',
    'quora-ads',
    't-onlineads',
    'Hacker News-ads',
  ])('%s means paid', (source) => {
    expect(paid(source)).toBe(true);
    expect(classOf(source)).not.toBeNull();
  });

  test.each([
    'fb',
    'fbxx',
    'fb--ads',
    'fb adverts',
    'fb ads',
    'ads',
    'ipad',
    'download',
    'some-ads',
    '-ads',
    'fb-adsx',
  ])('%s does not', (source) => {
    expect(paid(source)).toBe(false);
  });

  test('counts before the referrer, which counts only where there is no source', () => {
    expect(factsOfTuple(tupleWith({ source: 'some', referrerHost: 'www.google.com' })).siteClass).toBeNull();
    expect(factsOfTuple(tupleWith({ referrerHost: 'www.google.com' })).siteClass).toBe('search');
    expect(factsOfTuple(tupleWith({ referrerHost: 'www.google.com.' })).siteClass).toBe('search');
  });
});

test('a click id and a referrer that are written field by field count as those of a landing', () => {
  const written = completeLeadSource({ clickId: 'c', referrer: 'https://www.google.com/search' });
  const tuple = channelTupleOf(written, writtenClickIdKind(written));
  expect(tuple).toMatchObject({ clickIdKind: 'clickid', referrerHost: 'www.google.com' });
  const bare = completeLeadSource({ source: 'a' });
  const bareTuple = channelTupleOf(bare, writtenClickIdKind(bare));
  expect(bareTuple).toEqual(tupleWith({ source: 'a' }));
});

test('a touch without its details stays in its channel, by what is kept beside it', () => {
  const leadSource = completeLeadSource({ medium: 'm', source: 'a' });
  const touch = { key: 1, occurredTime: 1, recordedTime: 1, origin: 'api' as const, actor: 'k', leadSource };
  const kept = { clickIdKind: 'gclid', referrerHost: 'www.google.com' };
  expect(keptTupleOf({ touch, givenId: null, position: 'original', ...kept })).toEqual(
    tupleWith({ medium: 'm', source: 'a', ...kept }),
  );
});

test('every tuple has a channel, whatever its texts, and the same one in any case', () => {
  const channels = new Set(defaultChannelRules.rules.map(({ channel }) => channel));
  const text = fc.option(
    fc.oneof(
      anyText(20),
      fc.constantFrom('google', 'fb-ads', 'cpc', 'email', 'x.com/', 'https://', 'shop', '(direct)', '(none)'),
    ),
  );
  const tuples = fc.record({
    medium: text,
    source: text,
    campaign: text,
    affiliate: text,
    salesAgent: text,
    referrerHost: text,
    clickIdKind: text,
  });
  fc.assert(
    fc.property(tuples, (tuple) => {
      const channel = channelOf(tuple);
      expect(channels.has(channel)).toBe(true);
      const lower = Object.entries(tuple).map(([field, value]) => [field, value?.toLowerCase() ?? null]);
      expect(channelOf(Object.fromEntries(lower))).toBe(channel);
    }),
    { numRuns: countOf(20_000) },
  );
});
