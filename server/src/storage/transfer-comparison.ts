import { createHash, type Hash } from 'node:crypto';
import type { ReadRows, TransferSource, TransferTarget } from './transfer-sides.ts';
import { type Stretch, stretchesOf } from './transfer-stretch.ts';
import { type Cell, canonicalText, keyOf, type TransferRow, transferTables } from './transfer-tables.ts';
import type { Watch } from './watch.ts';

/** What both sides hold of a table. */
export interface TableDigest {
  readonly table: string;
  readonly rows: number;
  /** SHA-256 over the checksums of its organizations, each over their rows in canonical form, sorted by key. */
  readonly checksum: string;
}

interface Digest {
  readonly rows: number;
  readonly checksum: string;
}

const rowsOfPage = 500;

/** Reads every row of both sides. Fails at any difference, naming the table and the organization. */
export async function compareRows(
  source: TransferSource,
  target: TransferTarget,
  watch: Watch,
): Promise<readonly TableDigest[]> {
  const organizationIds = source.organizations.map(({ organizationId }) => organizationId);
  requireSame(organizationIds, await target.organizationIds());
  const ofTables = new Map(transferTables.map(({ name }) => [name, { rows: 0, hash: createHash('sha256') }]));
  const stretches = Map.groupBy(stretchesOf(organizationIds), (stretch) => stretch.organizationId);
  let compared = 0;
  watch('comparing', compared, source.rowCount);
  for (const [organizationId, group] of stretches) {
    await target.reading(organizationId, async (read) => {
      for (const stretch of group) {
        const digest = await compareStretch(source, stretch, read, (rows) => {
          compared += rows;
          watch('comparing', Math.min(compared, source.rowCount), source.rowCount);
        });
        const ofTable = ofTables.get(stretch.table.name);
        if (ofTable === undefined) throw new Error(`No rows of ${stretch.table.name} are moved.`);
        ofTable.rows += digest.rows;
        ofTable.hash.update(digest.checksum);
      }
    });
  }
  return Array.from(ofTables, ([table, { rows, hash }]) => ({ table, rows, checksum: hash.digest('hex') }));
}

function requireSame(here: readonly number[], there: readonly number[]): void {
  if (here.join() === there.join()) return;
  throw new Error(`The rows of organizations differ: ${here.length} here, ${there.length} there. ${remedy}`);
}

const remedy =
  'One of the databases has changed since the transfer began: begin anew with an empty PostgreSQL database.';

async function compareStretch(
  source: TransferSource,
  stretch: Stretch,
  readThere: ReadRows<Promise<readonly TransferRow[]>>,
  onRows: (count: number) => void,
): Promise<Digest> {
  const [here, there] = [new Side(stretch), new Side(stretch)];
  while (!(here.isAtEnd && there.isAtEnd)) {
    // Requested first, so that the server works while this thread reads.
    const rowsThere = there.isAtEnd ? [] : readThere(stretch, there.after, rowsOfPage);
    const rowsHere = here.isAtEnd ? [] : source.read(stretch, here.after, rowsOfPage);
    here.take(rowsHere);
    there.take(await rowsThere);
    onRows(rowsHere.length);
  }
  const [digest, other] = [here.digest(), there.digest()];
  if (digest.checksum === other.checksum && digest.rows === other.rows) return digest;
  const { publicId } =
    source.organizations.find((each) => each.organizationId === stretch.organizationId) ?? {};
  const whose = publicId === undefined ? '' : ` of ${publicId}`;
  throw new Error(
    `The rows of ${stretch.table.name}${whose} differ: ${described(digest)} here, ${described(other)} there. ${remedy}`,
  );
}

function described({ rows, checksum }: Digest): string {
  return `${rows} with checksum ${checksum.slice(0, 12)}`;
}

/** One side of a comparison, fed page by page. */
class Side {
  readonly #stretch: Stretch;
  readonly #hash: Hash = createHash('sha256');
  #rows = 0;
  after: readonly Cell[] | null = null;
  isAtEnd = false;

  constructor(stretch: Stretch) {
    this.#stretch = stretch;
  }

  take(rows: readonly TransferRow[]): void {
    const last = rows.at(-1);
    if (last !== undefined) this.after = keyOf(this.#stretch.table, last);
    this.#rows += rows.length;
    this.#hash.update(canonicalText(this.#stretch.table, rows));
    this.isAtEnd ||= rows.length < rowsOfPage;
  }

  digest(): Digest {
    return { rows: this.#rows, checksum: this.#hash.digest('hex') };
  }
}
