import type { Caller } from './writers.ts';

/** What is seen of two customers, of whom the first is merged into the second, and of the key beside them. */
interface Sight {
  readonly websiteId: string | null;
  /** Null for a customer whom nobody knows. */
  readonly first: readonly string[] | null;
  readonly second: readonly string[] | null;
  readonly key: string;
}

interface Step {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly status: number;
  /** What it makes of what was seen before. */
  readonly change: (before: Sight) => Sight;
}

/**
 * One client's life of two customers and a key, one step after the other: writes, a removal and a merge. What was
 * acknowledged must be seen; of the one step that was sent and not acknowledged, all or nothing.
 */
export class Diary {
  readonly #name: string;
  readonly #keyId: string;
  readonly #states: Sight[];
  #acknowledged = 0;

  constructor(name: string, keyId: string, keyDescription: string) {
    this.#name = name;
    this.#keyId = keyId;
    this.#states = [{ websiteId: null, first: null, second: null, key: keyDescription }];
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** What the key says at the end of it. */
  get keyDescription(): string {
    return `the key of ${this.#name}`;
  }

  /** Lives on until the end, then true, or until the connection breaks. */
  async live(client: Caller): Promise<boolean> {
    for (const { method, path, body, status, change } of this.#steps()) {
      const before = this.#states.at(-1);
      if (before === undefined) throw new Error('A diary begins with a state.');
      this.#states.push(change(before));
      const answer = await client.send(method, path, body).catch(() => null);
      if (answer === null) return false;
      if (answer.status !== status) throw new Error(`${method} ${path} was answered with ${answer.status}.`);
      this.#acknowledged += 1;
    }
    return true;
  }

  /** Every way in which what is there breaks what was promised. The key is judged only where nobody wrote it since. */
  async faults(client: Caller, isLast: boolean): Promise<readonly string[]> {
    const seen = await this.#see(client);
    const possible = this.#states.slice(this.#acknowledged);
    const text = (sight: Sight) => JSON.stringify(isLast ? sight : { ...sight, key: null });
    if (possible.some((state) => text(state) === text(seen))) return [];
    return [`${this.#name}: ${text(seen)} is none of ${possible.map(text).join(' ')}`];
  }

  #steps(): readonly Step[] {
    const [first, second] = [`/customers/${this.#name}-a`, `/customers/${this.#name}-b`];
    const put = (path: string, source: string, change: Step['change']): Step => {
      return { method: 'PUT', path: `${path}/lead-source`, body: { source }, status: 201, change };
    };
    return [
      {
        method: 'PUT',
        path: first,
        body: { websiteId: 'shop' },
        status: 201,
        change: (before) => ({ ...before, websiteId: 'shop', first: [] }),
      },
      put(first, 'one', (before) => ({ ...before, first: ['one'] })),
      put(second, 'two', (before) => ({ ...before, second: ['two'] })),
      {
        method: 'DELETE',
        path: `${first}/lead-source`,
        status: 204,
        change: (before) => ({ ...before, first: [] }),
      },
      {
        method: 'PUT',
        path: `/api-keys/${this.#keyId}`,
        body: { description: this.keyDescription },
        status: 200,
        change: (before) => ({ ...before, key: this.keyDescription }),
      },
      put(first, 'three', (before) => ({ ...before, first: ['three'] })),
      {
        method: 'DELETE',
        path: `${first}?targetCustomerId=${this.#name}-b`,
        status: 204,
        change: (before) => ({ ...before, websiteId: null, first: null, second: ['two', 'three'] }),
      },
    ];
  }

  async #see(client: Caller): Promise<Sight> {
    const sources = async (id: string): Promise<readonly string[] | null> => {
      const { status, body } = await client.send('GET', `/customers/${id}/lead-sources`);
      return status === 404 ? null : (body as readonly { source: string }[]).map(({ source }) => source);
    };
    const customer = await client.send('GET', `/customers/${this.#name}-a`);
    const key = await client.send('GET', `/api-keys/${this.#keyId}`);
    return {
      websiteId: customer.status === 404 ? null : (customer.body as { websiteId: string | null }).websiteId,
      first: await sources(`${this.#name}-a`),
      second: await sources(`${this.#name}-b`),
      key: (key.body as { description: string }).description,
    };
  }
}

/** Keeps one diary after the other, all with one key, until the connection breaks. */
export async function keepDiaries(client: Caller, name: string, diaries: Diary[][]): Promise<void> {
  const description = `the key of ${name}`;
  const made = await client
    .send('POST', '/api-keys', { type: 'secret', acl: [], description })
    .catch(() => null);
  // Refused in words that ask to come again, it leaves nothing to be kept.
  if (made === null || made.status === 503) return;
  if (made.status !== 201) throw new Error(`A key was answered with ${made.status}.`);
  const { id } = made.body as { id: string };
  const kept: Diary[] = [];
  diaries.push(kept);
  let keyDescription = description;
  for (;;) {
    const diary = new Diary(`${name}-${kept.length}`, id, keyDescription);
    kept.push(diary);
    if (!(await diary.live(client))) return;
    keyDescription = diary.keyDescription;
  }
}
