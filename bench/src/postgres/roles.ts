/** The service's role: owner of its databases, and nothing else. */
export const serviceRole = 'leadsource';

/** The role of the plain way's PUTs: exempt from row-level security, which a plain implementation would not have. */
export const plainRole = 'leadsource_plain';
