import { type Customer, leadSourceEntityTag } from '../../src/domain/customer.ts';
import { completeLeadSource, type LeadSource } from '../../src/domain/lead-source.ts';
import type { Principal } from '../../src/domain/principal.ts';
import { touchId } from '../../src/domain/touch.ts';
import { createCaptureOperations } from '../../src/operations/capture.ts';
import { createChannels } from '../../src/operations/channel.ts';
import { createConversionOperations } from '../../src/operations/conversion.ts';
import { createCustomerOperations } from '../../src/operations/customer.ts';
import { createLandings } from '../../src/operations/landing.ts';
import { createLeadSourceOperations } from '../../src/operations/lead-source.ts';
import { createTouchOperations } from '../../src/operations/touch.ts';
import { createVisitorOperations } from '../../src/operations/visitor.ts';
import type { Store } from '../../src/storage/store.ts';
import { failureOf } from '../support/failures.ts';
import { organizationNamed, StoreRoom } from '../support/store-room.ts';
import type { Outcome } from './model.ts';
import type { SeenCustomer, Subject } from './subject.ts';

const page = { limit: 1000, offset: 0 };
let organizationsMade = 0;

/** The operations in an organization of its own. */
export async function operationsSubject(store: Store): Promise<Subject> {
  let instant = 0;
  const context = { store, now: () => instant, random: (byteCount: number) => new Uint8Array(byteCount) };
  const landings = createLandings(context);
  const leadSources = createLeadSourceOperations(context, landings);
  const channels = createChannels(context);
  const touches = createTouchOperations(context, channels, landings);
  const captures = createCaptureOperations(context, landings);
  const visitors = createVisitorOperations(context);
  const conversions = createConversionOperations(context, channels);
  let refunds = 0;
  const customers = createCustomerOperations(context, landings);
  const organization = organizationNamed(`org_model_${++organizationsMade}`);
  await store.write('createOrganization', { organization, actor: 'operator' });
  await StoreRoom.of(() => store, organization.id).listen();
  const endless = { allowedIps: [], keyId: 'key_model', expiresTime: null };
  const principal: Principal = { organization, actor: 'key_model', permissions: ['*'], ...endless };
  const outcomeOf = async (call: Promise<unknown>, onSuccess: Outcome): Promise<Outcome> =>
    ((await failureOf(call)) as Outcome | null) ?? onSuccess;
  const writeOutcomeOf = async (call: Promise<{ created: boolean }>): Promise<Outcome> => {
    const failure = await outcomeOf(call, 'done');
    if (failure !== 'done') return failure;
    return (await call).created ? 'created' : 'replaced';
  };
  return {
    setClock(now) {
      instant = now;
    },
    put: (id, facts, mustBeNew) =>
      writeOutcomeOf(
        leadSources.put(principal, id, leadSourceOf(facts), mustBeNew ? { ifNoneMatch: '*' } : {}),
      ),
    remove: (id) => outcomeOf(leadSources.remove(principal, id, {}), 'done'),
    save: (id, websiteId, facts) => {
      const leadSource = facts === null ? null : leadSourceOf(facts);
      return writeOutcomeOf(
        customers.put(principal, id, { facts: { websiteId, customFields: {} }, leadSource }),
      );
    },
    async add(id, facts, occurredTime) {
      return touchId(
        await touches.add(principal, id, { id: null, occurredTime, facts: leadSourceOf(facts) }),
      );
    },
    undo: (id, touch) => outcomeOf(touches.remove(principal, id, touch), 'done'),
    merge: (id, target) => outcomeOf(customers.merge(principal, id, target), 'done'),
    async capture(visitorId, facts, occurredTime) {
      const arrival = { visitorId, url: landingOf(facts), occurredTime, ...plainly };
      const captured = await captures.capture({ ...principal, allowedOrigins: [] }, arrival);
      return captured.recorded ? 'recorded' : (captured.reason as Outcome);
    },
    async link(id, visitorId, linkedTime) {
      return `${(await visitors.link(principal, id, { visitorId, linkedTime })).touches} touches`;
    },
    async convert(customerId, id, amount) {
      const told = { id, customerId, amount, currency: 'EUR', occurredTime: null, ...untold };
      let recorded = false;
      const outcome = await outcomeOf(
        conversions.record(principal, told, { announces: true }).then((answer) => {
          recorded = answer.recorded;
        }),
        'replaced',
      );
      return recorded ? 'created' : outcome;
    },
    refund(conversion, amount) {
      const told = { id: `refund${++refunds}`, amount: amount === null ? null : amount / 100 };
      return outcomeOf(conversions.refund(principal, conversion, { ...told, occurredTime: null }), 'created');
    },
    async conversion(name) {
      const owned = await store.read.conversion(organization.id, name);
      if (owned === null) return null;
      const { amount, refundedAmount: refunded } = owned.conversion;
      return { name, customer: owned.customerId, amount, refunded };
    },
    async ends(id) {
      const customer = await store.read.customer(organization.id, id);
      if (customer === null || customer.leadSource === null) return null;
      const { original, current } = customer.leadSource;
      return [factsOf(original.leadSource), factsOf(current.leadSource)];
    },
    async see(id) {
      const customer = await store.read.customer(organization.id, id);
      const history = await store.read.touches(organization.id, id, page);
      if (customer === null || history === null) return null;
      return seen(
        customer,
        history.items.map(({ touch: { key, occurredTime, leadSource } }) => ({
          time: occurredTime,
          arrival: key,
          facts: factsOf(leadSource),
        })),
      );
    },
    events: async () => (await store.read.events(organization.id, 10_000)).length,
  };
}

/** Of an arrival, what nobody asks for here. */
const plainly = { referrer: null, consent: 'granted', origin: null, userAgent: null } as const;
const untold = { type: undefined, orderId: undefined, metadata: undefined };

/** A page whose address has the facts. */
export function landingOf(facts: string): string {
  return `https://shop.example/?utm_source=${facts}&gclid=${facts}`;
}

function seen(customer: Customer, touches: SeenCustomer['touches']): SeenCustomer {
  return {
    website: customer.websiteId,
    touches,
    createdTime: customer.leadSource?.createdTime ?? null,
    entityTag: leadSourceEntityTag(customer),
    updatedTime: customer.leadSource?.updatedTime ?? null,
    revision: customer.revision,
  };
}

/** Facts that repeat and facts that do not are kept in different places. */
function leadSourceOf(facts: string): LeadSource {
  return completeLeadSource({ source: facts, clickId: facts });
}

function factsOf({ source, clickId }: LeadSource): string {
  return source !== null && source === clickId ? source : `torn: ${source} ${clickId}`;
}
