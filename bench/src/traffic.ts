import { ulid } from '../../server/src/domain/identifier.ts';
import { completeLeadSource, type LeadSource } from '../../server/src/domain/lead-source.ts';
import type { Instant } from '../../server/src/domain/time.ts';

/** Whom calls are made for: customers, distributed among organizations. */
export interface Population {
  readonly customers: number;
  readonly organizations: number;
}

/** The id of the organization with this number, which is below 10,000. */
export function organizationIdOf(organization: number): string {
  return organization === 0 ? 'org_bench' : `org_bench_${organization}`;
}

/** The organization's key, visibly nobody's real key. */
export function secretKeyOf(organization: number): string {
  return `sk_live_notARealKeyButLongEnoughForTheBench${String(organization).padStart(4, '0')}`;
}

export const organizationId = organizationIdOf(0);
export const secretKey = secretKeyOf(0);

/** The customer whose touches name everything that an organization's traffic can, where there are many organizations. */
export function openingCustomerId(organization: number): string {
  return `opening-${organization}`;
}

/**
 * The number of the organization that a customer belongs to. Few are large and many small: the largest of a thousand
 * has a tenth of all customers, the largest hundred nearly half of them, the smallest one in three thousand.
 */
export function organizationOf(customer: number, organizations: number): number {
  return Math.floor(organizations * (scramble(-1 - customer) / 2 ** 32) ** 3);
}

/** Before any arrival. */
export const firstTime: Instant = Date.UTC(2025, 0, 1);
const millisecondsBetweenCustomers = 30_000;

/** When the customer with this number came. */
export function arrivalOf(customer: number): Instant {
  return firstTime + customer * millisecondsBetweenCustomers;
}

/** The id of the customer with this number: in the form that the service generates, ordered by arrival. */
export function customerIdOf(customer: number): string {
  const random = Uint8Array.from({ length: 16 }, (_, place) => scramble(customer * 16 + place) >>> 27);
  return `cus_${ulid(arrivalOf(customer), random)}`;
}

/** 32 bits that look random and are always the same for a number (the finalizer of MurmurHash3). */
export function scramble(number: number): number {
  let bits = (number ^ 0x9e3779b9) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

type Arrival = (choice: number, serial: string) => Partial<LeadSource>;

/** Kinds of traffic, a tenth each. `choice` picks what recurs; `serial` is new with each arrival. */
const arrivals: readonly Arrival[] = [
  paidSearch('google', 'https://www.google.com/'),
  paidSearch('google', 'https://www.google.com/'),
  paidSearch('bing', 'https://www.bing.com/'),
  paidSocial,
  paidSocial,
  (choice) => ({ medium: 'organic', source: 'google', referrer: searchReferrer(choice) }),
  (choice) => ({ medium: 'organic', source: 'google', referrer: searchReferrer(choice) }),
  (choice) => ({ medium: 'email', source: 'newsletter', campaign: `week-${choice % 52}`, content: 'header' }),
  affiliate,
  (choice) => ({ medium: 'referral', source: 'blog.example', referrer: postReferrer(choice) }),
];

/**
 * The lead source of the arrival with this number; no two numbers have an equal one. `variety` limits how many different ones
 * each kind of traffic has, apart from what is new with each arrival.
 */
export function leadSourceOf(arrival: number, variety = 2 ** 32): LeadSource {
  return leadSourceBy(arrival, scramble(arrival) % variety, arrival.toString(36));
}

/** A lead source of one kind of traffic, taken modulo `kinds`. */
export function leadSourceBy(kind: number, choice: number, serial: string): LeadSource {
  const facts = arrivals[kind % arrivals.length]?.(choice, serial) ?? {};
  return completeLeadSource({ ...facts, path: `https://shop.example/${sections[choice % 4]}?s=${serial}` });
}

/** The variety of one organization's traffic: among many organizations, each has less. */
export function varietyIn(organizations: number): number {
  return organizations === 1 ? 2 ** 32 : 8;
}

/** How many kinds of traffic there are. */
export const kinds = arrivals.length;

const sections = ['spring-sale', 'products/shoes', 'products/coats', 'pricing'] as const;
const products = ['shoes', 'boots', 'coats', 'jackets', 'shirts'] as const;

function paidSearch(source: string, referrer: string): Arrival {
  return (choice, serial) => ({
    medium: 'cpc',
    source,
    campaign: `spring-sale-${choice % 100}`,
    term: `buy ${products[choice % 5]}`,
    content: choice % 2 === 0 ? 'text-ad' : 'image-ad',
    // As long as the ids that search engines append.
    clickId: `Cj0KCQiA${scramble(choice).toString(36)}BhCSARIsAHkZ${scramble(choice + 1).toString(36)}_${serial}wcB`,
    referrer,
  });
}

function paidSocial(choice: number, serial: string): Partial<LeadSource> {
  return {
    medium: 'paid-social',
    source: 'facebook',
    campaign: `retargeting-${choice % 40}`,
    content: `carousel-${choice % 3}`,
    clickId: `IwAR${scramble(choice).toString(36)}${serial}`,
    referrer: 'https://l.facebook.com/',
  };
}

function affiliate(choice: number, serial: string): Partial<LeadSource> {
  return {
    affiliate: `partner-${choice % 60}`,
    subAffiliate: `site-${choice % 7}`,
    clickId: serial,
    referrer: `https://partner-${choice % 60}.example/deals`,
  };
}

function searchReferrer(choice: number): string {
  return choice % 5 === 0 ? 'https://www.google.de/' : 'https://www.google.com/';
}

function postReferrer(choice: number): string {
  return `https://blog.example/posts/${choice % 300}`;
}
