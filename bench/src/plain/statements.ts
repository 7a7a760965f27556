/** The parameters of `put`, in the order of their numbers. */
export const putPlaces = [
  'organizationId',
  'customerId',
  'now',
  'tupleId',
  'digest',
  'actorId',
  'touchKey',
  'eventKey',
  'clickId',
  'path',
  'referrer',
] as const;

const types: Partial<Record<(typeof putPlaces)[number], string>> = {
  customerId: 'text',
  digest: 'bytea',
  clickId: 'text',
  path: 'text',
  referrer: 'text',
};

/** Replaces each `:name` by the parameter's number and type. */
function numbered(text: string): string {
  return text.replaceAll(/(?<!:):(\w+)/g, (_, name) => {
    const place = putPlaces.indexOf(name);
    if (place === -1) throw new Error(`The statement has no place ${name}.`);
    return `$${place + 1}::${types[putPlaces[place] ?? 'now'] ?? 'bigint'}`;
  });
}

/**
 * A PUT as one statement: it finds what exists, stores the touch, the customer and, if a webhook listens, the events, and
 * returns what the answer needs. It changes nothing, and says why, where the tuple is unknown or the lead source is equal. Each
 * touch is looked up by its whole key: a usual join would read all touches of the customer.
 */
export const put = numbered(`
with named as materialized (
  select
    coalesce(
      (select customer_id from customer_aliases where organization_id = :organizationId and alias_id = :customerId),
      :customerId
    ) as customer_id,
    coalesce(
      :tupleId,
      (select tuple_id from lead_source_tuples where organization_id = :organizationId and digest = :digest)
    ) as tuple_id
),
found as (
  select
    named.customer_id, named.tuple_id,
    customers.lead_source_created_time, customers.lead_source_updated_time,
    greatest(:now, customers.latest_occurred_time, current.occurred_time) as occurred_time,
    original.touch_key, original.occurred_time as original_occurred_time, original.recorded_time, original.origin,
    original.click_id, original.path, original.referrer,
    original.tuple_id as original_tuple_id, original.actor_id as original_actor_id,
    coalesce(
      current.tuple_id = named.tuple_id and current.click_id is not distinct from :clickId
        and current.path is not distinct from :path and current.referrer is not distinct from :referrer,
      false
    ) as is_equal
  from named
  left join customers
    on customers.organization_id = :organizationId and customers.customer_id = named.customer_id
  left join lateral (
    select * from touches
    where organization_id = :organizationId and customer_id = named.customer_id
      and touch_key = customers.original_touch_key
    limit 1
  ) as original on true
  left join lateral (
    select * from touches
    where organization_id = :organizationId and customer_id = named.customer_id
      and touch_key = customers.current_touch_key
    limit 1
  ) as current on true
),
changed as (
  insert into customers as stored (
    organization_id, customer_id, revision, created_time, updated_time, lead_source_revision,
    lead_source_created_time, lead_source_updated_time, latest_occurred_time, original_touch_key, current_touch_key
  )
  select
    :organizationId, customer_id, 1, :now, :now, 1,
    lead_source_created_time, nullif(greatest(lead_source_updated_time, occurred_time), occurred_time),
    occurred_time, :touchKey, :touchKey
  from found where tuple_id is not null and not is_equal
  on conflict (organization_id, customer_id) do update set
    revision = stored.revision + 1,
    updated_time = greatest(stored.updated_time, excluded.updated_time),
    lead_source_revision = stored.lead_source_revision + 1,
    lead_source_created_time = excluded.lead_source_created_time,
    lead_source_updated_time = excluded.lead_source_updated_time,
    latest_occurred_time = excluded.latest_occurred_time,
    original_touch_key = coalesce(stored.original_touch_key, excluded.original_touch_key),
    current_touch_key = excluded.current_touch_key
  returning new.*, old.revision is null as is_new, old.current_touch_key as previous_touch_key
),
arrived as (
  insert into touches (
    organization_id, customer_id, touch_key, occurred_time, recorded_time, origin, actor_id, tuple_id,
    click_id, path, referrer
  )
  select
    :organizationId, changed.customer_id, :touchKey, found.occurred_time, :now, 0, :actorId, found.tuple_id,
    :clickId, :path, :referrer
  from changed, found
),
listener as (
  select 1 from webhooks where organization_id = :organizationId and status = 'active' limit 1
),
told as (
  insert into events (
    organization_id, event_key, customer_id, type, cause, sequence, occurred_time,
    current_touch_key, previous_touch_key, original_touch_key
  )
  select :organizationId, :eventKey, customer_id, 'customer-created', null, 1, :now, null, null, null
  from changed, listener where is_new
  union all
  select
    :organizationId, :eventKey + is_new::int, customer_id, 'lead-source-changed', 'put', lead_source_revision, :now,
    :touchKey, previous_touch_key, original_touch_key
  from changed, listener
)
select
  changed.*, found.tuple_id, found.occurred_time, found.is_equal,
  found.touch_key, found.original_occurred_time, found.recorded_time, found.origin,
  found.click_id, found.path, found.referrer, found.original_tuple_id,
  tuples.medium, tuples.source, tuples.campaign, tuples.term, tuples.content, tuples.affiliate,
  tuples.sub_affiliate as "subAffiliate", tuples.sales_agent as "salesAgent", actors.actor
from found
left join changed on true
left join lead_source_tuples as tuples
  on tuples.organization_id = :organizationId and tuples.tuple_id = found.original_tuple_id
left join actors
  on actors.organization_id = :organizationId and actors.actor_id = found.original_actor_id`);

/** Reserves many of an organization's numbers for one noun at once. */
export const reserve = `
insert into key_ranges (organization_id, noun, next_key) values ($1::bigint, $2::text, 1 + $3::bigint)
on conflict (organization_id, noun) do update set next_key = key_ranges.next_key + $3::bigint
returning next_key`;

export const findOrganization = 'select organization_id from organizations where public_id = $1::text';

export const findActor =
  'select actor_id from actors where organization_id = $1::bigint and actor = $2::text';

export const addActor = `
insert into actors (organization_id, actor_id, actor) values ($1::bigint, $2::bigint, $3::text)
on conflict (organization_id, actor) do nothing`;
