import type { Pool } from 'pg';
import { reserve } from './statements.ts';

interface Range {
  next: number;
  readonly end: number;
}

/** Keys for rows, taken from ranges that are reserved now and then, so that no PUT waits for another one's. */
export class Keys {
  readonly #pool: Pool;
  readonly #ranges = new Map<string, Range>();
  readonly #reservations = new Map<string, Promise<Range>>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** The first of `count` consecutive numbers that nobody else gets. `reserved` is how many to reserve when too few are left. */
  async take(organizationId: number, noun: string, count: number, reserved: number): Promise<number> {
    const name = `${organizationId} ${noun}`;
    for (;;) {
      const range = this.#ranges.get(name);
      if (range !== undefined && range.next + count <= range.end) {
        range.next += count;
        return range.next - count;
      }
      this.#ranges.set(name, await this.#reserveOnce(name, organizationId, noun, reserved));
    }
  }

  /** Callers that need numbers during a reservation share it. */
  #reserveOnce(name: string, organizationId: number, noun: string, count: number): Promise<Range> {
    const under = this.#reservations.get(name);
    if (under !== undefined) return under;
    const reservation = this.#reserve(organizationId, noun, count).finally(() =>
      this.#reservations.delete(name),
    );
    this.#reservations.set(name, reservation);
    return reservation;
  }

  async #reserve(organizationId: number, noun: string, count: number): Promise<Range> {
    const values = [organizationId, noun, count];
    const { rows } = await this.#pool.query({ name: 'plain_reserve', text: reserve, values });
    const end = Number(rows[0]?.next_key);
    return { next: end - count, end };
  }
}
