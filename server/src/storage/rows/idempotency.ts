import type { KeptAnswer, Once } from '../../domain/idempotency.ts';
import type { Instant } from '../../domain/time.ts';
import { outputBefore } from '../once.ts';
import type { IdempotencyRecordRow } from '../schema.ts';

export function keptAnswerOf(row: IdempotencyRecordRow): KeptAnswer {
  return {
    route: row.route,
    key: row.idempotency_key,
    contentDigest: row.content_digest,
    customerId: row.customer_id,
    answer: row.answer,
    createdTime: row.created_time,
  };
}

/** As `outputBefore`, of the row of this request, if there is one. */
export function keptOutputOf<Output>(
  row: IdempotencyRecordRow | undefined,
  once: Once,
  now: Instant,
): Output | null {
  return outputBefore<Output>(row === undefined ? null : keptAnswerOf(row), once, now);
}

export function answerRowOf(organizationId: number, kept: KeptAnswer): IdempotencyRecordRow {
  return {
    organization_id: organizationId,
    idempotency_key: kept.key,
    route: kept.route,
    customer_id: kept.customerId,
    content_digest: kept.contentDigest,
    answer: kept.answer,
    created_time: kept.createdTime,
  };
}
