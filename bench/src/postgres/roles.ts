/** As the service comes: owner of its databases, and nothing else. */
export const serviceRole = 'leadsource';

/** As the plain way comes for its PUTs: past row-level security, which a plain implementation would not have. */
export const plainRole = 'leadsource_plain';
