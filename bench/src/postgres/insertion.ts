import type { Client } from 'pg';

type Cell = string | number | null | Uint8Array;

/** Adds rows to a table, many with one statement. One statement is under way while the rows of the next are collected. */
export class Insertion<Row extends object> {
  readonly #client: Client;
  readonly #columns: readonly (keyof Row & string)[];
  readonly #text: string;
  #rows: Row[] = [];
  #underWay: Promise<unknown> = Promise.resolve();

  /** `client` must have no other user, and not be restricted to an organization. */
  static async into<Row extends object>(
    client: Client,
    table: string,
    columns: readonly (keyof Row & string)[],
  ): Promise<Insertion<Row>> {
    const { rows } = await client.query(
      'SELECT column_name, data_type FROM information_schema.columns WHERE table_name = $1',
      [table],
    );
    const types = new Map<string, string>(rows.map((row) => [row.column_name, row.data_type]));
    const arrays = columns.map((column, place) => `$${place + 1}::${types.get(column)}[]`);
    const text = `INSERT INTO ${table} (${columns.join(', ')}) SELECT * FROM unnest(${arrays.join(', ')})`;
    return new Insertion(client, columns, text);
  }

  private constructor(client: Client, columns: readonly (keyof Row & string)[], text: string) {
    this.#client = client;
    this.#columns = columns;
    this.#text = text;
  }

  async add(row: Row): Promise<void> {
    this.#rows.push(row);
    if (this.#rows.length === rowsAtOnce) await this.#send();
  }

  /** Resolves when all rows are stored. */
  async finish(): Promise<void> {
    await this.#send();
    await this.#underWay;
  }

  async #send(): Promise<void> {
    await this.#underWay;
    const rows = this.#rows;
    this.#rows = [];
    if (rows.length === 0) return;
    const values = this.#columns.map((column) => rows.map((row) => row[column] as Cell));
    this.#underWay = this.#client.query({ name: `bulk_${this.#text.length}`, text: this.#text, values });
  }
}

const rowsAtOnce = 5_000;
