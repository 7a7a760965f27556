import type { Landing } from '../../../server/src/domain/landing.ts';
import type { LeadSource } from '../../../server/src/domain/lead-source.ts';
import type { Instant } from '../../../server/src/domain/time.ts';
import {
  customerIdOf,
  leadSourceBy,
  leadSourceOf,
  openingCustomerId,
  organizationOf,
  type Population,
  scramble,
  secretKeyOf,
  varietyIn,
} from '../traffic.ts';

/** Greater than the number of every arrival that a file is filled with. */
const firstArrival = 1_000_000_000;
/** One in this many PUTs is for an unknown customer. */
const putsPerNewCustomer = 10;

/** An endless supply of requests, each as the text that goes over the wire. */
export type Requests = () => string;

/** PUTs for random customers of a population, every tenth for a new one; no two bodies are equal. */
export function putRequests({ customers, organizations }: Population): Requests {
  const variety = varietyIn(organizations);
  let put = 0;
  return () => {
    put += 1;
    const isNew = put % putsPerNewCustomer === 0;
    const customer = isNew ? customers + put / putsPerNewCustomer - 1 : pick(put, customers);
    const leadSource = leadSourceOf(firstArrival + put, variety);
    return `${head('PUT', customer, organizations)}${bodyOf(leadSource)}`;
  };
}

/** GETs of random customers of a population. */
export function getRequests({ customers, organizations }: Population): Requests {
  let get = 0;
  return () => `${head('GET', pick(++get, customers), organizations)}\r\n`;
}

/** A PUT for each organization in turn, to the customer that opened it. */
export function openingRequests(): Requests {
  let organization = 0;
  return () => {
    const path = leadSourcePath(openingCustomerId(organization));
    const leadSource = leadSourceBy(0, 0, `opened-${organization}`);
    return `${headTo('PUT', path, secretKeyOf(organization++))}${bodyOf(leadSource)}`;
  };
}

/** A browser's complete user agent. */
const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** Arrivals as pages send them: of random visitors, every tenth a new one; no two are equal. */
export function captureRequests(
  key: string,
  visitors: number,
  landingOf: (place: number) => Landing,
): Requests {
  let capture = 0;
  return () => {
    capture += 1;
    const isNew = capture % putsPerNewCustomer === 0;
    const visitor = isNew ? visitors + capture : pick(capture, visitors);
    return captureOf(key, visitor, landingOf(capture), `${capture}`);
  };
}

/** The first arrival of each visitor in turn. */
export function firstCaptures(key: string, landingOf: (place: number) => Landing): Requests {
  let visitor = 0;
  return () => captureOf(key, visitor, landingOf(visitor), `first-${visitor++}`);
}

function captureOf(key: string, visitor: number, { url, referrer }: Landing, visit: string): string {
  const body = JSON.stringify({
    key,
    visitorId: `visitor-${visitor}`,
    url: `${url}${url.includes('?') ? '&' : '?'}visit=${visit}`,
    referrer: referrer ?? '',
    consent: 'unknown',
  });
  const headers = `Host: bench.example\r\nOrigin: https://www.shop.example\r\nUser-Agent: ${userAgent}\r\n`;
  return `POST /capture HTTP/1.1\r\n${headers}Content-Type: text/plain;charset=UTF-8\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function pick(choice: number, customers: number): number {
  return Math.floor((scramble(choice) / 2 ** 32) * customers);
}

function head(method: string, customer: number, organizations: number): string {
  const path = leadSourcePath(customerIdOf(customer));
  return headTo(method, path, secretKeyOf(organizationOf(customer, organizations)));
}

function leadSourcePath(customerId: string): string {
  return `/customers/${customerId}/lead-source`;
}

/** With its headers, which must come after all others. */
function bodyOf(leadSource: LeadSource): string {
  return contentOf(JSON.stringify(leadSource));
}

/** Everything in it is ASCII, so its length in characters is that in bytes. */
function contentOf(body: string): string {
  return `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function headTo(method: string, path: string, key: string): string {
  return `${method} ${path} HTTP/1.1\r\nHost: bench.example\r\nREB-APIKEY: ${key}\r\n`;
}

/** Conversions of random customers, at a moment after everything they did; no two have the same id. */
export function conversionRequests(customers: number, occurredTime: Instant): Requests {
  const time = new Date(occurredTime).toISOString();
  let conversion = 0;
  return () => {
    conversion += 1;
    const body = JSON.stringify({
      customerId: customerIdOf(pick(conversion, customers)),
      occurredTime: time,
      amount: `${conversion % 1000}.${String(conversion % 100).padStart(2, '0')}`,
      currency: 'EUR',
    });
    return `${headTo('POST', '/conversions', secretKeyOf(0))}${contentOf(body)}`;
  };
}
