/** How the rows of the visitor tables are moved. */
export const visitorFates = {
  visitors: {
    key: ['visitor_id'],
    columns: {
      organization_id: 'bigint',
      visitor_id: 'text',
      last_hit_time: 'bigint',
      last_hit_digest: 'text',
      unlinked_day: 'bigint',
    },
  },
  visitor_links: {
    key: ['visitor_id', 'linked_time', 'named_id'],
    columns: {
      organization_id: 'bigint',
      visitor_id: 'text',
      linked_time: 'bigint',
      named_id: 'text',
      customer_id: 'text',
      actor_id: 'bigint',
    },
  },
  visitor_touches: {
    key: ['customer_id', 'touch_key'],
    columns: {
      organization_id: 'bigint',
      customer_id: 'text',
      touch_key: 'bigint',
      visitor_id: 'text',
    },
  },
} as const;
