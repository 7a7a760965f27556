// biome-ignore-all format: a rule a line
import { textFields } from './channel.ts';
import type { ChannelCondition, ChannelRuleSet } from './channel-rules.ts';
import { defaultAffiliateParameters } from './click-id.ts';

const isPaid: ChannelCondition = { field: 'paid', op: 'equals', value: true };
const isShoppingSite: ChannelCondition = { field: 'siteClass', op: 'equals', value: 'shopping' };
const isShoppingCampaign: ChannelCondition = { field: 'shoppingCampaign', op: 'equals', value: true };
const emailNames = ['email', 'e-mail', 'e_mail', 'e mail'];
const affiliateClickIds = defaultAffiliateParameters.filter(({ field }) => field === 'clickId').map(({ name }) => name.toLowerCase());

/** Follows Google Analytics' default channel group. A channel has a rule for each way to come by it. */
export const defaultChannelRules: ChannelRuleSet = {
  version: 1,
  rules: [
    { channel: 'Direct', when: textFields.map((field) => ({ field, op: 'isNull' })) },
    { channel: 'Direct', when: [{ field: 'source', op: 'equals', value: '(direct)' }, { field: 'medium', op: 'in', value: ['(none)', '(not set)', 'none'] }] },
    { channel: 'Direct', when: [{ field: 'source', op: 'equals', value: '(direct)' }, { field: 'medium', op: 'isNull' }] },
    { channel: 'Cross-network', when: [{ field: 'campaign', op: 'contains', value: 'cross-network' }] },
    { channel: 'Paid Shopping', when: [isPaid, isShoppingSite] },
    { channel: 'Paid Shopping', when: [isPaid, isShoppingCampaign] },
    { channel: 'Paid Search', when: [isPaid, { field: 'siteClass', op: 'equals', value: 'search' }] },
    { channel: 'Paid Social', when: [isPaid, { field: 'siteClass', op: 'equals', value: 'social' }] },
    { channel: 'Paid Video', when: [isPaid, { field: 'siteClass', op: 'equals', value: 'video' }] },
    { channel: 'Display', when: [{ field: 'medium', op: 'in', value: ['display', 'banner', 'expandable', 'interstitial', 'cpm'] }] },
    { channel: 'Paid Other', when: [isPaid] },
    { channel: 'AI Assistant', when: [{ field: 'medium', op: 'equals', value: 'ai-assistant' }] },
    { channel: 'AI Assistant', when: [{ field: 'siteClass', op: 'equals', value: 'ai' }] },
    { channel: 'Organic Shopping', when: [isShoppingSite] },
    { channel: 'Organic Shopping', when: [isShoppingCampaign] },
    { channel: 'Organic Social', when: [{ field: 'siteClass', op: 'equals', value: 'social' }] },
    { channel: 'Organic Social', when: [{ field: 'medium', op: 'in', value: ['social', 'social-network', 'social-media', 'sm', 'social network', 'social media'] }] },
    { channel: 'Organic Video', when: [{ field: 'siteClass', op: 'equals', value: 'video' }] },
    { channel: 'Organic Video', when: [{ field: 'medium', op: 'contains', value: 'video' }] },
    { channel: 'Organic Search', when: [{ field: 'siteClass', op: 'equals', value: 'search' }] },
    { channel: 'Organic Search', when: [{ field: 'medium', op: 'equals', value: 'organic' }] },
    { channel: 'Referral', when: [{ field: 'medium', op: 'in', value: ['referral', 'app', 'link'] }] },
    { channel: 'Email', when: [{ field: 'source', op: 'in', value: emailNames }] },
    { channel: 'Email', when: [{ field: 'medium', op: 'in', value: emailNames }] },
    { channel: 'Email', when: [{ field: 'source', op: 'contains', value: 'newsletter' }] },
    { channel: 'Email', when: [{ field: 'medium', op: 'contains', value: 'newsletter' }] },
    { channel: 'Email', when: [{ field: 'siteClass', op: 'equals', value: 'email' }] },
    { channel: 'Affiliates', when: [{ field: 'medium', op: 'in', value: ['affiliate', 'affiliates', 'partner', 'partnership', 'partnerships'] }] },
    { channel: 'Affiliates', when: [{ field: 'affiliate', op: 'isNull', not: true }] },
    { channel: 'Affiliates', when: [{ field: 'clickIdKind', op: 'in', value: affiliateClickIds }] },
    { channel: 'Audio', when: [{ field: 'medium', op: 'equals', value: 'audio' }] },
    { channel: 'SMS', when: [{ field: 'source', op: 'equals', value: 'sms' }] },
    { channel: 'SMS', when: [{ field: 'medium', op: 'equals', value: 'sms' }] },
    { channel: 'Mobile Push', when: [{ field: 'medium', op: 'endsWith', value: 'push' }] },
    { channel: 'Mobile Push', when: [{ field: 'medium', op: 'contains', value: 'mobile' }] },
    { channel: 'Mobile Push', when: [{ field: 'medium', op: 'contains', value: 'notification' }] },
    { channel: 'Mobile Push', when: [{ field: 'source', op: 'equals', value: 'firebase' }] },
    { channel: 'Sales', when: [{ field: 'salesAgent', op: 'isNull', not: true }] },
    { channel: 'Referral', when: [{ field: 'referrerHost', op: 'isNull', not: true }] },
    { channel: 'Unassigned', when: [] },
  ],
};
