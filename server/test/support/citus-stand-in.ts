import type { FreshDatabase } from './postgres.ts';

const triggerOfPlans = 'plans_for_values';

/** What is written into tables that are spread is not planned without its values. */
const requirementOfPlans = `CREATE FUNCTION require_plan_for_values() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF current_setting('plan_cache_mode') = 'force_generic_plan' THEN
      RAISE 'could not create distributed plan' USING ERRCODE = 'feature_not_supported';
    END IF;
    RETURN NULL;
  END $$`;

/**
 * Gives a database functions of the names that Citus has, which keep a list of what they were asked for and refuse what
 * Citus refuses. Tables stay where they are. `refusing` is a table whose turn fails.
 */
export async function standInForCitus(database: FreshDatabase, { refusing = '' } = {}): Promise<void> {
  const role = new URL(database.url).username;
  const commands = [
    'CREATE TABLE pg_dist_partition (logicalrelid regclass PRIMARY KEY, partmethod "char", beside text)',
    requirements(refusing),
    requirementOfPlans,
    `CREATE FUNCTION create_reference_table(table_name regclass) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
       PERFORM require_fitness(table_name);
       INSERT INTO pg_dist_partition VALUES (table_name, 'n', NULL);
     END $$`,
    `CREATE FUNCTION create_distributed_table(table_name regclass, distribution_column text, colocate_with text)
     RETURNS void LANGUAGE plpgsql AS $$ BEGIN
       PERFORM require_fitness(table_name);
       IF EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = distribution_column
                  WHERE i.indrelid = table_name AND i.indisunique AND a.attnum <> ALL (i.indkey)) THEN
         RAISE 'cannot create constraint on "%": it does not include the partition column', table_name;
       END IF;
       IF colocate_with <> 'none' AND NOT EXISTS (SELECT FROM pg_dist_partition
                  WHERE logicalrelid = colocate_with::regclass AND partmethod = 'h') THEN
         RAISE 'relation % is not distributed', colocate_with;
       END IF;
       INSERT INTO pg_dist_partition VALUES (table_name, 'h', colocate_with);
       EXECUTE format('CREATE OR REPLACE TRIGGER ${triggerOfPlans} BEFORE INSERT OR UPDATE OR DELETE ON %s
                       FOR EACH STATEMENT EXECUTE FUNCTION require_plan_for_values()', table_name);
     END $$`,
    `GRANT SELECT, INSERT ON pg_dist_partition TO ${role}`,
    // Whoever owns the database may, where the extension is loaded.
    `GRANT SET ON PARAMETER citus.propagate_set_commands TO ${role}`,
  ];
  for (const command of commands) await database.run(command);
}

function requirements(refusing: string): string {
  return `CREATE FUNCTION require_fitness(table_name regclass) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    IF table_name::text = '${refusing}' THEN RAISE 'the node is out of reach'; END IF;
    IF row_security_active(table_name) THEN RAISE 'COPY FROM not supported with row-level security'; END IF;
    IF EXISTS (SELECT FROM pg_policy WHERE polrelid = table_name
               AND pg_get_expr(polqual, polrelid) || pg_get_expr(polwithcheck, polrelid) ~* 'select') THEN
      RAISE 'cannot create policy';
    END IF;
    IF EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND table_name IN (conrelid, confrelid)) THEN
      RAISE 'cannot complete operation on a table with identity column';
    END IF;
    IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = table_name AND NOT tgisinternal AND tgname <> '${triggerOfPlans}') THEN
      RAISE 'cannot distribute relation "%" because it has triggers', table_name;
    END IF;
  END $$`;
}
