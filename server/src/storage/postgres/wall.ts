/**
 * The second wall between organizations. The first: every statement names its organization. Should one not, row-level
 * security hides the rows of all organizations but those that its transaction is for, and lets none be written.
 */

/** What a transaction can reach of what has a wall. */
export interface Reach {
  /** By their numbers. */
  readonly organizations: readonly number[];
  /** Of a key that is looked for by its secret, before anybody knows whose it is. */
  readonly secretHash?: Uint8Array;
  readonly signingKeys?: true;
}

/** The rows of these organizations. */
export function ofOrganizations(...organizations: readonly number[]): Reach {
  return { organizations };
}

/** Of the key with this secret, which can then be read, but nothing else of its organization. */
export function ofSecret(secretHash: Uint8Array): Reach {
  return { organizations: [], secretHash };
}

/** No organization's rows: only what has no wall, which is the list of organizations. */
export const ofNoOrganization: Reach = { organizations: [] };

/** The keys that sign tokens of every organization. */
export const ofSigningKeys: Reach = { organizations: [], signingKeys: true };

const settings = {
  organizations: 'leadsource.organizations',
  secretHash: 'leadsource.secret_hash',
  signingKeys: 'leadsource.signing_keys',
} as const;

/** The reach as commands that end with the transaction. They hold digits only. Fails for what is no such number. */
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

/** A setting's text; null where it was never set, or was set in an earlier transaction. */
function current(setting: string): string {
  return `nullif(current_setting('${setting}', true), '')`;
}

/** The organizations of the transaction. */
const reached = `coalesce(${current(settings.organizations)}, '{}')::bigint[]`;

/**
 * Holds for nearly every row, as the planner takes it: a comparison would count as a second choice among the rows, beside
 * the statement's own of the same organization, so that all of them seem few and any index seems good enough.
 */
const isWithin = (organizations: string) => `array_position(${organizations}, organization_id) IS NOT NULL`;

/** By a sub-query, so that a statement reads the setting once, and not for each row that it looks at. */
const isWithinReach = isWithin(`(SELECT ${reached})`);

/** Walls up a table that has an organization in each row. */
export function organizationWall(table: string): readonly string[] {
  return [
    ...enforced(table),
    `CREATE POLICY ${policy} ON ${table} USING (${isWithinReach}) WITH CHECK (${isWithinReach})`,
  ];
}

const policy = 'organizations_within_reach';

/** Writes the wall of a table without a sub-query, which policies of tables that Citus spreads or copies may not have. */
export function wallWithoutSubQuery(table: string): string {
  return changed(table, isWithin(reached));
}

/** Writes the walls that there are as they are written now, but for those of a cluster. */
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

/** Lets a key be read by who has its secret. */
export const doorForSecrets = `CREATE POLICY secret_within_reach ON api_keys FOR SELECT
  USING (secret_hash = decode(${current(settings.secretHash)}, 'hex'))`;

/** Walls up the keys that sign tokens: a statement on an organization's rows has no business with them. */
export const signingKeyWall: readonly string[] = [
  ...enforced('signing_keys'),
  `CREATE POLICY signing_keys_within_reach ON signing_keys USING (${current(settings.signingKeys)} = 'on')`,
];

/** To be closed again: the owner's own wall hides every row from a statement that is for no organization. */
export function openFor(table: string): string {
  return `ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`;
}

export function closeFor(table: string): string {
  return `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`;
}

/** On for the owner of the table too, who is the role of the service. */
function enforced(table: string): readonly string[] {
  return [`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`, closeFor(table)];
}
