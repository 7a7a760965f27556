import type { LeadSource } from '../../server/src/domain/lead-source.ts';
import type { Instant } from '../../server/src/domain/time.ts';
import {
  customerIdOf,
  firstTime,
  kinds,
  leadSourceBy,
  leadSourceOf,
  openingCustomerId,
  organizationOf,
  type Population,
  varietyIn,
} from './traffic.ts';

/** What a database is filled with. All customers have the same number of touches on average. */
export interface FillPlan extends Population {
  readonly touches: number;
}

/** One visit of somebody from somewhere. */
export interface Arrival {
  /** The number of the organization. */
  readonly organization: number;
  /** The number of the customer; null for the one whose touches name everything that an organization's traffic can. */
  readonly customer: number | null;
  readonly customerId: string;
  readonly leadSource: LeadSource;
  readonly time: Instant;
}

/** A prime, so that steps of this size reach every customer before they reach one again. */
const stride = 15_485_863;
const millisecondsPerYear = 365 * 86_400_000;

/**
 * How many touches name everything that an organization's traffic can, so that databases with few and many customers know the
 * same tuples.
 */
function openingsPerOrganization(organizations: number): number {
  return organizations === 1 ? 0 : kinds * varietyIn(organizations);
}

/** The number of arrivals: the plan's touches, and those that open the organizations. */
export function arrivalCount({ touches, organizations }: FillPlan): number {
  return touches + organizations * openingsPerOrganization(organizations);
}

/**
 * The arrival at a place in the order of time, from 0. If there are many organizations, each is opened first; then all
 * customers come one after the other, then all again in another order, and so on, over a year.
 */
export function arrivalAt(place: number, plan: FillPlan): Arrival {
  const { customers, touches, organizations } = plan;
  const openings = arrivalCount(plan) - touches;
  if (place < openings) return opening(place, organizations);
  const arrival = place - openings;
  const customer = arrival < customers ? arrival : (arrival * stride) % customers;
  return {
    organization: organizationOf(customer, organizations),
    customer,
    customerId: customerIdOf(customer),
    leadSource: leadSourceOf(arrival, varietyIn(organizations)),
    time: firstTime + Math.floor((arrival / touches) * millisecondsPerYear),
  };
}

/** The places at which somebody comes for the first time, in order. */
export function* firstPlaces(plan: FillPlan): Generator<number> {
  const { customers, touches, organizations } = plan;
  const each = openingsPerOrganization(organizations);
  const openings = organizations * each;
  for (let place = 0; place < openings; place += each) yield place;
  for (let customer = 0; customer < Math.min(customers, touches); customer++) yield openings + customer;
}

function opening(place: number, organizations: number): Arrival {
  const organization = Math.floor(place / openingsPerOrganization(organizations));
  return {
    organization,
    customer: null,
    customerId: openingCustomerId(organization),
    leadSource: leadSourceBy(place, Math.floor(place / kinds) % varietyIn(organizations), `opening-${place}`),
    time: firstTime,
  };
}
