import { completeLeadSource, type LeadSource } from '../../../server/src/domain/lead-source.ts';

type Kind = (serial: number) => Partial<LeadSource>;

/** A line for each of eleven channels; `serial` names one of its campaigns. Number 0 below adds a twelfth, Direct. */
const kinds: readonly Kind[] = [
  (serial) => ({ medium: 'cpc', source: 'google', campaign: `search-${serial}`, content: 'text-ad' }),
  (serial) => ({ medium: 'paid-social', source: 'facebook', campaign: `retargeting-${serial}` }),
  (serial) => ({ medium: 'organic', source: 'google', term: `query ${serial}` }),
  (serial) => ({ medium: 'email', source: 'newsletter', campaign: `week-${serial}` }),
  (serial) => ({ medium: 'affiliate', affiliate: `partner-${serial}`, subAffiliate: `site-${serial % 7}` }),
  (serial) => ({ medium: 'referral', source: `blog-${serial}.example` }),
  (serial) => ({ medium: 'display', source: 'banners', campaign: `spring-${serial}` }),
  (serial) => ({ medium: 'social', source: 'instagram', content: `post-${serial}` }),
  (serial) => ({ medium: 'sms', source: 'sms', campaign: `reminder-${serial}` }),
  (serial) => ({ medium: 'cpv', source: 'youtube', campaign: `video-${serial}` }),
  (serial) => ({ salesAgent: `agent-${serial}` }),
];

/** The lead source of a number; those of different numbers have different tuples. The first says nothing. */
export function leadSourceOf(number: number): LeadSource {
  if (number === 0) return completeLeadSource({});
  const kind = kinds[number % kinds.length];
  return completeLeadSource(kind === undefined ? {} : kind(Math.floor(number / kinds.length)));
}
