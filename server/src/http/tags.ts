/** The groups of operations, each explained once. */
export const tagMeanings = {
  'Lead sources': 'Where customers came from: first, last, and every time between.',
  Capture: 'Visits as pages and servers see them, long before there is a customer.',
  Visitors: 'Who of the visitors is which customer.',
  Imports: 'What was told in bulk, and can be taken back as a whole.',
  Conversions: 'What customers paid, and what was given back.',
  Customers: 'Customers, as much as lead sources need of them.',
  Exports: 'Whole tables, to be taken elsewhere.',
  'API keys': 'Credentials of programs, kept as hashes.',
  Tokens: 'Credentials that expire by themselves.',
  Webhooks: 'Being told of changes: where, and what became of it.',
  Reports: 'What each source of customers earned, and why.',
  Privacy: 'How long what is kept, and what is known of whom.',
  Jobs: 'Work that takes longer than a request.',
  Settings: 'What an organization decides for itself, and who changed which key or setting.',
  Service: 'What machines and people ask of the service itself, without a credential.',
} as const;
