import type { Backlog } from '../backlog.ts';
import { callCountWrites } from '../queries/call-count.ts';
import type { CountedCall, LimitedCall, SharedCalls } from '../store.ts';
import { CommitLanes } from './commit-lanes.ts';
import type { Connections } from './connections.ts';
import { translateError } from './errors.ts';
import type { Names } from './names.ts';
import { query, statementsOf } from './query.ts';
import { ofOrganizations } from './wall.ts';

const statements = statementsOf(callCountWrites(query));

const maximumBatch = 1024;
/** How long a window is kept after its end, for processes whose clocks are slow. */
const keptSeconds = 60;

/**
 * Counts calls in the database, shared by all processes. Calls of an organization that arrive while a count is under way go
 * together in the next one: a statement on one row, whose commit waits for no disk.
 */
export class CallCounts implements SharedCalls {
  readonly #connections: Connections;
  readonly #names: Names;
  readonly #lanes: CommitLanes<LimitedCall, CountedCall>;

  /** Calls wait in the same backlog as the store's writes. */
  constructor(connections: Connections, names: Names, backlog: Backlog) {
    this.#connections = connections;
    this.#names = names;
    const commit = (batch: readonly LimitedCall[]) => this.#count(batch);
    this.#lanes = new CommitLanes({ commit, maximumBatch, backlog });
  }

  take(call: LimitedCall): Promise<CountedCall> {
    return this.#lanes.write(call.organizationId, call);
  }

  close(): Promise<void> {
    return this.#lanes.close();
  }

  /** All calls belong to one organization, and nearly always to one window and limit. */
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
      // A count need not survive a crash of the database; a 201 must, and has a commit of its own.
      session.sendCommand('SET LOCAL synchronous_commit = off');
      // The commit follows at once, so that the row stays locked no longer than necessary.
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
    // What is left over is removed at the start of another window; the calls are counted already.
    await removing.catch(() => undefined);
  }
}

function neverCounted(): never {
  throw new Error('A call was not counted.');
}
