/** The groups of operations, each explained once. */
export const tagMeanings = {
  'Lead sources': 'Where customers came from: first, last, and every time between.',
  Capture: 'Visits as pages and servers see them, long before there is a customer.',
  Visitors: 'Which visitor is which customer.',
  Imports: 'What was sent in bulk, and can be undone as a whole.',
  Conversions: 'What customers paid, and what was given back.',
  Customers: 'Customers, as far as lead sources need them.',
  Exports: 'Whole tables, to be taken elsewhere.',
  'API keys': 'Credentials of programs, kept as hashes.',
  Tokens: 'Credentials that expire by themselves.',
  Webhooks: 'Where changes are announced, and what became of each message.',
  Reports: 'What each source of customers earned, and why.',
  Privacy: 'How long data is kept, and what is stored about whom.',
  Jobs: 'Work that takes longer than a request.',
  Settings: 'What an organization decides for itself, and who changed which key or setting.',
  Service: 'What machines and people ask of the service itself, without a credential.',
} as const;
