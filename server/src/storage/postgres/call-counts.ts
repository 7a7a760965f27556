import type { Backlog } from '../backlog.ts';
import { callCountWrites } from '../queries/call-count.ts';
import type { CountedCall, LimitedCall, SharedCalls } from '../store.ts';
import type { Connections } from './connections.ts';
import { translateError } from './errors.ts';
import { Lanes } from './lanes.ts';
import type { Names } from './names.ts';
import { query, statementsOf } from './query.ts';
import { ofOrganizations } from './wall.ts';

const statements = statementsOf(callCountWrites(query));

const maximumBatch = 1024;
/** How long a window is kept after its end, for processes whose clocks are behind. */
const keptSeconds = 60;

/**
 * Counts calls in the database, where every process counts. Calls of an organization that come while a count is under
 * way go together in the next one: a statement on one row, whose commit nobody's disk waits for.
 */
export class CallCounts implements SharedCalls {
  readonly #connections: Connections;
  readonly #names: Names;
  readonly #lanes: Lanes<LimitedCall, CountedCall>;

  /** Calls wait among the writes of the store. */
  constructor(connections: Connections, names: Names, backlog: Backlog) {
    this.#connections = connections;
    this.#names = names;
    const commit = (batch: readonly LimitedCall[]) => this.#count(batch);
    this.#lanes = new Lanes({ commit, maximumBatch, backlog });
  }

  take(call: LimitedCall): Promise<CountedCall> {
    return this.#lanes.write(call.organizationId, call);
  }

  close(): Promise<void> {
    return this.#lanes.close();
  }

  /** All are of one organization; nearly always they are of one window and one limit as well. */
  async #count(batch: readonly LimitedCall[]): Promise<readonly (() => CountedCall)[]> {
    const alike = Map.groupBy(batch, ({ windowStart, windowSeconds, limit }) =>
      [windowSeconds, windowStart, limit].join(),
    );
    const counted = new Map<LimitedCall, () => CountedCall>();
    for (const calls of alike.values()) {
      const outcomes = await this.#countAlike(calls);
      for (const [place, call] of calls.entries()) counted.set(call, outcomes[place] ?? neverCounted);
    }
    return batch.map((call) => counted.get(call) ?? neverCounted);
  }

  async #countAlike(calls: readonly LimitedCall[]): Promise<readonly (() => CountedCall)[]> {
    try {
      const { total, granted } = await this.#take(calls);
      return calls.map((_call, place) => () => {
        const isGranted = place < granted;
        return { isGranted, calls: isGranted ? total - granted + place + 1 : total };
      });
    } catch (error) {
      const translated = translateError(error);
      return calls.map(() => () => {
        throw translated;
      });
    }
  }

  async #take(calls: readonly LimitedCall[]): Promise<{ total: number; granted: number }> {
    const [first] = calls;
    if (first === undefined) return { total: 0, granted: 0 };
    const { windowStart, windowSeconds, limit } = first;
    const organizationId = await this.#names.organization(first.organizationId);
    const reach = ofOrganizations(organizationId);
    const place = { organizationId, windowStart, windowSeconds };
    const { counting } = await this.#connections.transaction(reach, async (session) => {
      // A count need not outlive a crash of the database; a 201 does, and has a commit of its own.
      session.sendCommand('SET LOCAL synchronous_commit = off');
      // The commit follows at once, so that the row is locked for no longer than it takes.
      return { counting: session.ask(statements.take, { ...place, limit, asked: calls.length }) };
    });
    const [row] = await counting;
    if (row === undefined) throw new Error('The database counted nothing.');
    const isNewWindow = row.calls === row.granted;
    if (isNewWindow) await this.#removeEnded(organizationId, windowStart - keptSeconds);
    return { total: row.calls, granted: row.granted };
  }

  async #removeEnded(organizationId: number, endedBefore: number): Promise<void> {
    const removing = this.#connections.transaction(ofOrganizations(organizationId), async (session) => {
      session.send(statements.removeEnded, { organizationId, endedBefore });
    });
    // What stays is removed at the begin of another window; the calls have been counted.
    await removing.catch(() => undefined);
  }
}

function neverCounted(): never {
  throw new Error('A call was not counted.');
}
