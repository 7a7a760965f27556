import { hash } from 'node:crypto';
import { type ChannelTuple, channelTupleOf, writtenClickIdKind } from '../domain/channel.ts';
import type { ClickIdKind } from '../domain/click-id.ts';
import type { LeadSource } from '../domain/lead-source.ts';
import type { TupleRow } from './schema.ts';

/** The order that digests depend on: it must never change. */
const tupleMembers = [
  'medium',
  'source',
  'campaign',
  'term',
  'content',
  'affiliate',
  'subAffiliate',
  'salesAgent',
  'referrerHost',
  'clickIdKind',
] as const satisfies readonly (keyof ChannelTuple)[];

/** The part of a lead source that repeats: `members` is a text that is equal exactly for equal tuples. */
export interface NamedTuple {
  readonly members: string;
  readonly tuple: ChannelTuple;
}

/** `clickIdKind` is null if the lead source was not read from a landing or has no click id. */
export function tupleOf(leadSource: LeadSource, clickIdKind: ClickIdKind | null = null): NamedTuple {
  const tuple = channelTupleOf(leadSource, clickIdKind ?? writtenClickIdKind(leadSource));
  return { members: membersOf(tuple), tuple };
}

/** No member contains U+0000. Every touch is looked up by this text, at half the cost of JSON. */
function membersOf(tuple: ChannelTuple): string {
  let members = '';
  for (const name of tupleMembers) {
    const text = tuple[name];
    members += text === null ? '\0-' : `\0+${text}`;
  }
  return members;
}

export function tupleDigest({ tuple }: NamedTuple): Uint8Array {
  const members = JSON.stringify(tupleMembers.map((member) => tuple[member]));
  return hash('sha256', members, 'buffer').subarray(0, 16);
}

export function tupleRowOf(organizationId: number, tupleId: number, named: NamedTuple): TupleRow {
  const { tuple } = named;
  return {
    organization_id: organizationId,
    tuple_id: tupleId,
    digest: tupleDigest(named),
    medium: tuple.medium,
    source: tuple.source,
    campaign: tuple.campaign,
    term: tuple.term,
    content: tuple.content,
    affiliate: tuple.affiliate,
    sub_affiliate: tuple.subAffiliate,
    sales_agent: tuple.salesAgent,
    referrer_host: tuple.referrerHost,
    click_id_kind: tuple.clickIdKind,
  };
}
