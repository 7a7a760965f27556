const names = { affiliate: 'text', sub_affiliate: 'text', click_id: 'text' } as const;

/** How the rows of the affiliate statement tables are moved. */
export const affiliateFates = {
  affiliate_periods: {
    key: ['period_number'],
    columns: {
      organization_id: 'bigint',
      period_number: 'bigint',
      period_id: 'text',
      period_start: 'bigint',
      period_end: 'bigint',
      model: 'text',
      settings_version: 'bigint',
      actor: 'text',
      closed_time: 'bigint',
    },
  },
  affiliate_lines: {
    key: ['period_number', 'line_number'],
    columns: {
      organization_id: 'bigint',
      period_number: 'bigint',
      line_number: 'bigint',
      about_number: 'bigint',
      causes: 'text',
      currency: 'text',
      ...names,
      touches: 'bigint',
      customers: 'bigint',
      conversions: 'double precision',
      gross: 'text',
      refunds: 'text',
    },
  },
  affiliate_accounts: {
    key: ['about_number', 'conversion_key', 'account_number'],
    columns: {
      organization_id: 'bigint',
      about_number: 'bigint',
      conversion_key: 'bigint',
      account_number: 'bigint',
      currency: 'text',
      ...names,
      conversions: 'double precision',
      gross: 'bigint',
      refunds: 'bigint',
    },
  },
  affiliate_clicks: {
    key: ['customer_id', 'about_number', 'click_id'],
    columns: {
      organization_id: 'bigint',
      customer_id: 'text',
      about_number: 'bigint',
      click_id: 'text',
    },
  },
} as const;
