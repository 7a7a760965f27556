import { tenantTables } from '../../src/storage/postgres/tables.ts';

/** A place of a statement where a table is named. */
interface Mention {
  readonly table: string;
  /** What conditions call it. */
  readonly name: string;
}

const afterName =
  /^(where|on|set|join|inner|left|cross|order|limit|for|union|using|values|select|returning|from)$/;

/** A statement's text as the checks below read it: without quotes, in one line of small letters. */
export function plainText(text: string): string {
  return text.replaceAll('"', '').replaceAll(/\s+/g, ' ').trim().toLowerCase();
}

/** Where a statement names tables with an organization in each row. */
export function tenantMentions(text: string): readonly Mention[] {
  const mentions = plainText(text).matchAll(
    /\b(?:from|join|update|into|using) (\w+)(?: as (\w+)| (?!as)(\w+))?/g,
  );
  return Array.from(mentions, ([, table = '', alias, bare]) => {
    const other = alias ?? (bare === undefined || afterName.test(bare) ? undefined : bare);
    return { table, name: other ?? table };
  }).filter(({ table }) => (tenantTables as readonly string[]).includes(table));
}

/**
 * The mentions of tables with an organization in each row that no condition holds to one organization: to a parameter,
 * or to the organization of another table that is held. Rows that are added must have a parameter as their organization,
 * or that of the rows they are made of.
 */
export function unheldMentions(text: string): readonly string[] {
  const plain = plainText(text);
  const asked = tenantMentions(text).filter(({ table }) => table !== addedTo(plain));
  const held = heldNames(plain, asked);
  return asked.filter(({ name }) => !held.has(name)).map(({ name }) => name);
}

function addedTo(plain: string): string | undefined {
  const added =
    /^(?:insert|insert or fail|replace) into (\w+) (?:\(organization_id\b[^)]*\) (?:values \(|select )(?:\$\d+|\?)|select organization_id\b)/;
  return added.exec(plain)?.[1];
}

function heldNames(plain: string, mentions: readonly Mention[]): ReadonlySet<string> {
  const direct = plain.matchAll(/\b(\w+)\.organization_id = (?:\$\d+|\?)/g);
  const held = new Set(Array.from(direct, ([, name = '']) => name));
  // Without a table's name it can only be of the only one.
  const [only, ...others] = mentions;
  const isHeldAlone = others.length === 0 && /(?:where|and) organization_id = (?:\$\d+|\?)/.test(plain);
  if (only !== undefined && isHeldAlone) held.add(only.name);
  const equal = Array.from(plain.matchAll(/\b(\w+)\.organization_id = (\w+)\.organization_id\b/g));
  // Each round holds at least one more, or none is left.
  for (let known = -1; known < held.size; ) {
    known = held.size;
    for (const [, one = '', other = ''] of equal) {
      if (held.has(one)) held.add(other);
      else if (held.has(other)) held.add(one);
    }
  }
  return held;
}
