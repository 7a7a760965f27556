/** Every view of the page that has a picture in docs/screenshots, by the picture's name, with the story's figures in it. */
export const picturedViews = {
  overview: '#/overview?currency=USD&from=2026-08-25&to=2026-11-22',
  attribution: '#/attribution?currency=USD&from=2026-08-25&to=2026-11-22&compare=before',
  conversions: '#/attribution/conversions?credited=channel:"Email"',
  journeys: '#/journeys?currency=USD&from=2026-08-25&to=2026-11-22',
  customers: '#/customers',
  customer: '#/customers/cus_ad-then-search',
  affiliates: '#/affiliates?until=2026-11-22',
  'affiliate-period': '#/affiliates/:period',
  channels: '#/channels',
  imports: '#/imports',
  tag: '#/settings/tag',
  credits: '#/settings/attribution',
  landing: '#/settings/landing',
  privacy: '#/settings/privacy',
  keys: '#/settings/keys',
  webhooks: '#/settings/webhooks',
  webhook: '#/settings/webhooks/billing',
  changes: '#/settings/changes',
} as const;

/** Pictures of what no address names. */
export const otherPictures = ['sign-in', 'channels-tried', 'customer-narrow-dark'] as const;

/** An address as it is once the service has said by which id it knows the closed period. */
export const addressOf = (view: string, closedPeriod: string) => view.replace(':period', closedPeriod);
