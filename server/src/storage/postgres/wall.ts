/**
 * The second wall between organizations. The first: every statement names its organization. If one does not, row-level
 * security hides the rows of all organizations but those the transaction is for, and prevents writing any.
 */

/** Which of the protected rows a transaction can reach. */
export interface Reach {
  /** By number. */
  readonly organizations: readonly number[];
  /** For a key looked up by its secret, before its organization is known. */
  readonly secretHash?: Uint8Array;
  readonly signingKeys?: true;
}

/** The rows of these organizations. */
export function ofOrganizations(...organizations: readonly number[]): Reach {
  return { organizations };
}

/** The key with this secret, readable without anything else of its organization. */
export function ofSecret(secretHash: Uint8Array): Reach {
  return { organizations: [], secretHash };
}

/** No organization's rows: only what has no wall, such as the list of organizations. */
export const ofNoOrganization: Reach = { organizations: [] };

/** The keys that sign tokens, for all organizations. */
export const ofSigningKeys: Reach = { organizations: [], signingKeys: true };

const settings = {
  organizations: 'leadsource.organizations',
  secretHash: 'leadsource.secret_hash',
  signingKeys: 'leadsource.signing_keys',
} as const;

/**
 * The reach as commands that last until the end of the transaction. Numbers are checked, so that nothing else gets into the
 * text.
 */
export function reachCommands({ organizations, secretHash, signingKeys }: Reach): string {
  if (!organizations.every((organization) => Number.isSafeInteger(organization))) {
    throw new TypeError('An organization is not named by its number.');
  }
  const commands = [`SET LOCAL ${settings.organizations} = '{${organizations.join(',')}}'`];
  if (secretHash !== undefined) {
    commands.push(`SET LOCAL ${settings.secretHash} = '${Buffer.from(secretHash).toString('hex')}'`);
  }
  if (signingKeys) commands.push(`SET LOCAL ${settings.signingKeys} = 'on'`);
  return commands.join('; ');
}

/** A setting's text; null if it was never set, or only in an earlier transaction. */
function current(setting: string): string {
  return `nullif(current_setting('${setting}', true), '')`;
}

/** The organizations of the transaction. */
const reached = `coalesce(${current(settings.organizations)}, '{}')::bigint[]`;

/**
 * The planner takes this to hold for nearly every row. A comparison would count as a second filter beside the statement's own
 * on the same organization, making rows seem few and any index good enough.
 */
const isWithin = (organizations: string) => `array_position(${organizations}, organization_id) IS NOT NULL`;

/** In a sub-query, so that a statement reads the setting once instead of for each row. */
const isWithinReach = isWithin(`(SELECT ${reached})`);

/** Puts the wall around a table that has an organization in each row. */
export function organizationWall(table: string): readonly string[] {
  return [
    ...enforced(table),
    `CREATE POLICY ${policy} ON ${table} USING (${isWithinReach}) WITH CHECK (${isWithinReach})`,
  ];
}

const policy = 'organizations_within_reach';

/** Rewrites a table's wall without a sub-query, which Citus does not allow for tables it distributes or replicates. */
export function wallWithoutSubQuery(table: string): string {
  return changed(table, isWithin(reached));
}

/** Rewrites existing walls in the current form, except on a cluster. */
export const wallsAskedOnce: readonly string[] = [
  `DO $walls$
  DECLARE
    walled regclass;
    is_spread boolean := false;
  BEGIN
    IF to_regclass('pg_dist_partition') IS NOT NULL THEN
      EXECUTE 'SELECT EXISTS (SELECT FROM pg_dist_partition)' INTO is_spread;
    END IF;
    IF is_spread THEN RETURN; END IF;
    FOR walled IN
      SELECT polrelid FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid
      WHERE polname = '${policy}' AND relnamespace = current_schema()::regnamespace ORDER BY relname
    LOOP
      EXECUTE format($change$${changed('%s', isWithinReach)}$change$, walled);
    END LOOP;
  END $walls$`,
];

function changed(table: string, isSeen: string): string {
  return `ALTER POLICY ${policy} ON ${table} USING (${isSeen}) WITH CHECK (${isSeen})`;
}

/** Lets whoever has a key's secret read the key. */
export const doorForSecrets = `CREATE POLICY secret_within_reach ON api_keys FOR SELECT
  USING (secret_hash = decode(${current(settings.secretHash)}, 'hex'))`;

/** Puts a wall around the keys that sign tokens: statements on an organization's rows have no business with them. */
export const signingKeyWall: readonly string[] = [
  ...enforced('signing_keys'),
  `CREATE POLICY signing_keys_within_reach ON signing_keys USING (${current(settings.signingKeys)} = 'on')`,
];

/** Must be closed again. Otherwise the wall hides every row even from the owner, in a statement for no organization. */
export function openFor(table: string): string {
  return `ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`;
}

export function closeFor(table: string): string {
  return `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`;
}

/** Forced on the table's owner too, which is the role of the service. */
function enforced(table: string): readonly string[] {
  return [`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`, closeFor(table)];
}
