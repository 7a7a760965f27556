import { basename, dirname, join, posix } from 'node:path';

/** A file of `server/src`, by its path from there, such as `http/app.ts`. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

type Room =
  | 'domain'
  | 'config'
  | 'version'
  | 'storage'
  | 'operations'
  | 'webhooks'
  | 'http'
  | 'start'
  | 'cli';

const roomsOfRootFiles: Readonly<Record<string, Room>> = {
  'config.ts': 'config',
  'version.ts': 'version',
  'first-start.ts': 'start',
  'archive-store.ts': 'start',
  'move-store.ts': 'start',
  'open-store.ts': 'start',
  'service.ts': 'start',
  'start.ts': 'start',
  'composition.ts': 'start',
  'routes.ts': 'start',
  'upkeep.ts': 'start',
};

/** The rooms that each room may import from, besides itself. */
const arrows: Readonly<Record<Room, readonly Room[]>> = {
  domain: [],
  config: ['domain'],
  version: [],
  storage: ['domain'],
  operations: ['domain', 'storage', 'version'],
  webhooks: ['domain', 'storage'],
  http: ['domain', 'storage', 'operations', 'version'],
  start: ['domain', 'config', 'version', 'storage', 'operations', 'webhooks', 'http'],
  cli: ['domain', 'config', 'version', 'storage', 'operations', 'webhooks', 'http', 'start'],
};

/** Rooms that know storage by its port alone, never by an engine. */
const behindThePort: readonly Room[] = ['operations', 'webhooks', 'http', 'cli'];
const port = 'storage/store.ts';

/** Packages that one room alone may know. */
const packagesOfRooms: readonly { readonly pattern: RegExp; readonly room: Room }[] = [
  { pattern: /^kysely(?:\/|$)/, room: 'storage' },
  { pattern: /^node:sqlite$/, room: 'storage' },
  { pattern: /^(?:fastify$|@fastify\/)/, room: 'http' },
  { pattern: /^commander$/, room: 'cli' },
  { pattern: /^@leadsource\/client$/, room: 'cli' },
  { pattern: /^tldts$/, room: 'operations' },
];

const environmentReader = 'config.ts';

const forbiddenWords = new Set(['data', 'info', 'manager', 'helper', 'helpers', 'util', 'utils', 'process']);

/** A sentence for each import of a file that goes against the arrows. */
export function wrongArrows({ path, text }: Source): readonly string[] {
  return importsOf(text).flatMap((imported) =>
    imported.startsWith('.') ? wrongFile(path, imported) : wrongPackage(path, imported),
  );
}

/** A sentence where a file asks the process for what it should be given. */
export function wrongAmbience({ path, text }: Source): readonly string[] {
  const code = withoutComments(text);
  const sentences: string[] = [];
  if (/\bprocess\s*\.\s*env\b/.test(code) && path !== environmentReader) {
    sentences.push(`${path} reads process.env, which is for ${environmentReader} alone.`);
  }
  if (/\bprocess\s*\.\s*(?!env\b)\w/.test(code) && roomOf(path) !== 'cli') {
    sentences.push(`${path} uses the process, which is for cli/ alone.`);
  }
  return sentences;
}

/** A sentence for a file's name, and for each name it exports, that says nothing. */
export function emptyNames({ path, text }: Source): readonly string[] {
  const exported = [
    ...text.matchAll(/^export (?:async |abstract )?(?:const|let|function|class|interface|type) (\w+)/gm),
  ]
    .map(([, name = '']) => name)
    .filter(isEmptyName)
    .map((name) => `${path} exports ${name}, a name that says nothing.`);
  return isEmptyName(basename(path, '.ts'))
    ? [`${path} has a name that says nothing.`, ...exported]
    : exported;
}

/** Every round of imports that leads from a file back to itself, by its files; none is listed twice. */
export function circles(sources: readonly Source[]): readonly string[] {
  const imports = new Map(
    sources.map(({ path, text }) => [
      path,
      importsOf(text).map((imported) => posix.join(posix.dirname(path), imported)),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const follow = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start >= 0) found.push([...way.slice(start), path].join(' → '));
    if (start >= 0 || done.has(path)) return;
    for (const next of imports.get(path) ?? []) follow(next, [...way, path]);
    done.add(path);
  };
  for (const path of imports.keys()) follow(path, []);
  return found;
}

function wrongFile(path: string, imported: string): readonly string[] {
  const target = posix.join(posix.dirname(path), imported);
  // The package's own description is where the version is read.
  if (target.startsWith('..'))
    return path === 'version.ts' ? [] : [`${path} imports ${target} from outside.`];
  const [from, to] = [roomOf(path), roomOf(target)];
  if (from === to) return [];
  if (!arrows[from].includes(to)) return [`${path} imports ${target}: ${from} must not know ${to}.`];
  if (to === 'storage' && behindThePort.includes(from) && target !== port) {
    return [`${path} imports ${target}: ${from} may know storage by ${port} alone.`];
  }
  return [];
}

function wrongPackage(path: string, imported: string): readonly string[] {
  const room = roomOf(path);
  if (room === 'domain')
    return [`${path} imports ${imported}: domain must not know anything outside itself.`];
  const owner = packagesOfRooms.find(({ pattern }) => pattern.test(imported))?.room;
  if (owner === undefined || owner === room) return [];
  return [`${path} imports ${imported}: ${owner} alone may know it.`];
}

function roomOf(path: string): Room {
  const room = roomsOfRootFiles[path] ?? path.split('/')[0] ?? '';
  if (room in arrows && (path.includes('/') || path in roomsOfRootFiles)) return room as Room;
  throw new Error(`${path} is in no room of server/src.`);
}

/** What a text imports: by `import`, `export … from`, `import()` or as a worker's file. */
function importsOf(text: string): readonly string[] {
  const code = withoutComments(text);
  const forms = [
    /^(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g,
    /\bnew URL\(\s*['"]([^'"]+)['"],\s*import\.meta\.url/g,
  ];
  return forms.flatMap((form) => [...code.matchAll(form)].map(([, imported = '']) => imported));
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

function isEmptyName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-_]/);
  return words.some((word) => forbiddenWords.has(word));
}

export const sourceRoot = join(dirname(import.meta.dirname), '../src');
