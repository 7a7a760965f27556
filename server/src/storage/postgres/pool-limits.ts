/** The connections that a process keeps for each purpose, and how long their statements may take. */
export const poolLimits = {
  /** Reads of few rows return quickly, or the server has stalled. */
  reading: { maximum: 8, statementTimeoutMilliseconds: 2_000, patienceMilliseconds: 1_000 },
  /** Separate connections, so that no long list holds up callers. */
  listing: { maximum: 4, statementTimeoutMilliseconds: 10_000, lateCause: 'long-list' },
  /** Separate connections too: a report may examine every credit, and no list waits for one. */
  reporting: { maximum: 2, statementTimeoutMilliseconds: 60_000, lateCause: 'long-report' },
  /** A batch sends many statements at once, each of which may take its time. */
  writing: { maximum: 8, statementTimeoutMilliseconds: 3_000, stepTimeoutMilliseconds: 5_000 },
  /** A separate connection, so that heavy load is not mistaken for an unreachable server. */
  probing: {
    maximum: 1,
    statementTimeoutMilliseconds: 2_000,
    connectTimeoutMilliseconds: 2_000,
    graceMilliseconds: 500,
  },
} as const;
