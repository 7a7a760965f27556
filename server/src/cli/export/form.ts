export const forms = ['csv', 'ndjson', 'parquet'] as const;
export type Form = (typeof forms)[number];
