import { capture } from '../support/capture.ts';
import type { Answer, TestService } from '../support/service.ts';
import type { Outcome } from './model.ts';
import { landingOf } from './operations-subject.ts';
import type { SeenCustomer, Subject } from './subject.ts';

interface ShownLeadSource {
  readonly source: string | null;
  readonly clickId: string | null;
  readonly createdTime: string;
  readonly updatedTime: string;
  readonly original: { readonly source: string | null };
}

interface ShownTouch {
  readonly id: string;
  readonly occurredTime: string;
  readonly source: string | null;
  readonly clickId: string | null;
}

interface ShownConversion {
  readonly customerId: string;
  readonly amount: string;
  readonly refundedAmount: string;
}

/** An amount in hundredths as the service writes it. */
function decimalOf(amount: number): string {
  return (amount / 100).toFixed(2);
}

function hundredthsOf(amount: string): number {
  return Number(amount.replace('.', ''));
}

const outcomes: Readonly<Record<number, Outcome>> = {
  200: 'replaced',
  201: 'created',
  204: 'done',
  404: 'not-found',
  409: 'conflict',
  412: 'precondition-failed',
  422: 'invalid',
};

let prefixes = 0;

/**
 * The running service; each subject has customers of its own. `replaceStatus` is its status of a PUT that replaces, the
 * key is a page's.
 */
export function httpSubject(
  service: TestService,
  publishableKey: string,
  setClock: (now: number) => void,
  replaceStatus: string,
): Subject {
  const prefix = `s${++prefixes}-`;
  const path = (id: string) => `/customers/${prefix}${id}`;
  const bodyOf = (facts: string) => ({ source: facts, clickId: facts });
  const outcomeOf = async (call: Promise<Answer>): Promise<Outcome> => {
    const { status, body } = await call;
    const outcome = outcomes[status];
    if (outcome === undefined) throw new Error(`${status} ${JSON.stringify(body)}`);
    return outcome;
  };
  return {
    setClock,
    toldOfPut: (outcome) => (outcome === 'replaced' ? (outcomes[Number(replaceStatus)] ?? outcome) : outcome),
    put: (id, facts, mustBeNew) => {
      const headers: Record<string, string> = mustBeNew ? { 'If-None-Match': '*' } : {};
      return outcomeOf(service.call('PUT', `${path(id)}/lead-source`, { body: bodyOf(facts), headers }));
    },
    remove: (id) => outcomeOf(service.call('DELETE', `${path(id)}/lead-source`)),
    save: (id, websiteId, facts) => {
      const leadSource = facts === null ? null : bodyOf(facts);
      return outcomeOf(service.call('PUT', path(id), { body: { websiteId, leadSource } }));
    },
    async add(id, facts, occurredTime) {
      const body = { ...bodyOf(facts), occurredTime: new Date(occurredTime).toISOString() };
      const answer = await service.call('POST', `${path(id)}/lead-sources`, { body });
      if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
      return (answer.body as ShownTouch).id;
    },
    undo: (id, touchId) => outcomeOf(service.call('DELETE', `${path(id)}/lead-sources/${touchId}`)),
    merge: (id, target) =>
      outcomeOf(service.call('DELETE', `${path(id)}?targetCustomerId=${prefix}${target}`)),
    async capture(visitor, facts, occurredTime) {
      const time = new Date(occurredTime).toISOString();
      const arrival = { visitorId: `${prefix}${visitor}`, url: landingOf(facts), occurredTime: time };
      const { status, body, headers } = await capture(service, publishableKey, arrival);
      if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
      return (headers.get('x-leadsource-ignored') as Outcome | null) ?? 'recorded';
    },
    async link(id, visitor, linkedTime) {
      const time = linkedTime === null ? {} : { linkedTime: new Date(linkedTime).toISOString() };
      const body = { visitorId: `${prefix}${visitor}`, ...time };
      const answer = await service.call('POST', `${path(id)}/visitors`, { body });
      if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
      return `${(answer.body as { touches: number }).touches} touches`;
    },
    convert(id, name, amount) {
      const body = {
        id: `${prefix}${name}`,
        customerId: `${prefix}${id}`,
        amount: decimalOf(amount),
        currency: 'EUR',
      };
      return outcomeOf(service.call('POST', '/conversions', { body }));
    },
    refund(name, amount) {
      const body = amount === null ? {} : { amount: decimalOf(amount) };
      return outcomeOf(service.call('POST', `/conversions/${prefix}${name}/refunds`, { body }));
    },
    async conversion(name) {
      const { status, body } = await service.call('GET', `/conversions/${prefix}${name}`);
      if (status === 404) return null;
      const { customerId, amount, refundedAmount } = body as ShownConversion;
      return {
        name,
        customer: customerId.slice(prefix.length),
        amount: hundredthsOf(amount),
        refunded: hundredthsOf(refundedAmount),
      };
    },
    async ends(id) {
      const answer = await service.call('GET', `${path(id)}/lead-source`);
      if (answer.status === 404) return null;
      const { source, original } = answer.body as ShownLeadSource;
      return [original.source ?? 'null', source ?? 'null'];
    },
    async see(id) {
      const customer = await service.call('GET', path(id));
      if (customer.status === 404) return null;
      const leadSource = await service.call('GET', `${path(id)}/lead-source`);
      const touches = await service.call('GET', `${path(id)}/lead-sources?limit=1000`);
      return seen(customer.body as { websiteId: string | null; revision: number }, leadSource, touches);
    },
    events: async () => null,
  };
}

function seen(
  customer: { readonly websiteId: string | null; readonly revision: number },
  leadSource: Answer,
  touches: Answer,
): SeenCustomer {
  const shown = leadSource.status === 200 ? (leadSource.body as ShownLeadSource) : null;
  return {
    website: customer.websiteId,
    touches: (touches.body as readonly ShownTouch[]).map(({ id, occurredTime, source, clickId }) => ({
      time: Date.parse(occurredTime),
      arrival: arrivalOf(id),
      facts: source !== null && source === clickId ? source : `torn: ${source} ${clickId}`,
    })),
    createdTime: shown === null ? null : Date.parse(shown.createdTime),
    entityTag: leadSource.headers.get('etag'),
    updatedTime: shown === null ? null : Date.parse(shown.updatedTime),
    revision: customer.revision,
  };
}

/** Ids of touches are their keys in Crockford's base32, whose letters leave out those that look like digits. */
function arrivalOf(touchId: string): number {
  const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  return [...touchId.replace('tch_', '')].reduce((number, digit) => number * 32 + digits.indexOf(digit), 0);
}
