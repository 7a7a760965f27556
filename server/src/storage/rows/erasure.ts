import type { Erasure } from '../../domain/erasure.ts';
import type { ErasureRow } from '../schema.ts';

export function erasureOf(row: ErasureRow): Erasure {
  return {
    id: row.erasure_id,
    hashes: JSON.parse(row.hashes) as readonly string[],
    actor: row.actor,
    erasedTime: row.erased_time,
  };
}
