import type { Answer, TestService } from '../support/service.ts';
import type { Outcome } from './model.ts';
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

const outcomes: Readonly<Record<number, Outcome>> = {
  200: 'replaced',
  201: 'created',
  204: 'done',
  404: 'not-found',
  412: 'precondition-failed',
  422: 'invalid',
};

let prefixes = 0;

/** The running service; each subject has customers of its own. `replaceStatus` is its status of a PUT that replaces. */
export function httpSubject(
  service: TestService,
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
