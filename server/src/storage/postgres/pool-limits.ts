/** The connections that a process keeps for each purpose, and how long a statement on one of them may take. */
export const poolLimits = {
  /** What looks at few rows is back soon, or the server stands still. */
  reading: { maximum: 8, statementTimeoutMilliseconds: 2_000, patienceMilliseconds: 1_000 },
  /** Of their own connections, so that no list that takes long holds up who calls. */
  listing: { maximum: 4, statementTimeoutMilliseconds: 10_000, lateCause: 'long-list' },
  /** Of their own connections, too: a report may look at every credit, and no list waits for one. */
  reporting: { maximum: 2, statementTimeoutMilliseconds: 60_000, lateCause: 'long-report' },
  writing: { maximum: 8, statementTimeoutMilliseconds: 3_000 },
  /** Of its own connection, so that much work is not taken for a server that cannot be asked. */
  probing: {
    maximum: 1,
    statementTimeoutMilliseconds: 2_000,
    connectTimeoutMilliseconds: 2_000,
    graceMilliseconds: 500,
  },
} as const;
