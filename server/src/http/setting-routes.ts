import type { Static, TSchema } from 'typebox';
import { memberOf } from '../domain/body-faults.ts';
import type { InvalidField } from '../domain/failure.ts';
import type { Permission } from '../domain/permission.ts';
import type { Principal } from '../domain/principal.ts';
import type { SettingName, SettingRequest, VersionedSettings } from '../domain/setting-version.ts';
import { formatInstant, type Instant } from '../domain/time.ts';
import {
  type Answer,
  type BodilessDeclaration,
  type DeclaredAnswer,
  type Exchange,
  type Link,
  type Route,
  route,
  routeWithBody,
} from './route.ts';
import { reference } from './schemas.ts';
import { shownEntityTag, versionFaults, versionOf, versionPrecondition } from './setting-version.ts';

/** What the OpenAPI document says about a setting whose versions are kept. */
interface SettingWords {
  /** Also names its path. */
  readonly name: SettingName;
  /** The shape that is answered; operation ids are made of its name. */
  readonly shape: Parameters<typeof reference>[0];
  readonly tag: string;
  readonly writePermission: Permission;
  /** What its versions consist of, as a plural noun. */
  readonly parts: 'rules' | 'settings';
  /** What each operation does, in one line. */
  readonly summaries: Readonly<Record<'read' | 'put' | 'remove' | 'readVersion', string>>;
  readonly readDescription?: string;
  readonly putDescription: string;
  readonly faults: (body: unknown) => readonly InvalidField[];
}

/** What every kept version has besides the setting's own content. */
interface Kept {
  readonly version: number;
  readonly createdTime: Instant | null;
}

export interface SettingDeclaration<Name extends SettingName, Version extends Kept, Body extends TSchema>
  extends SettingWords {
  readonly name: Name;
  /** Includes `version`: the one on which the change is based, or null. */
  readonly body: Body;
  /** Null if nothing in it differs from the default. */
  readonly contentOf: (body: Static<Body>) => VersionedSettings[Name] | null;
  readonly operations: {
    get(principal: Principal): Promise<Version>;
    getVersion(principal: Principal, version: number): Promise<Version>;
    put(principal: Principal, request: SettingRequest<Name>): Promise<Version>;
  };
  /** What is shown besides the members of a version. */
  readonly linksOf?: (kept: Version, link: Link) => object;
}

/** The routes of a setting whose versions are kept: read it, change it, go back to the default, read a version. */
export function settingRoutes<Name extends SettingName, Version extends Kept, Body extends TSchema>(
  declaration: SettingDeclaration<Name, Version, Body>,
): readonly Route[] {
  const { operations, contentOf, linksOf = () => ({}) } = declaration;
  const documentOf = (kept: Version, link: Link) => {
    const createdTime = kept.createdTime === null ? null : formatInstant(kept.createdTime);
    return { ...kept, createdTime, ...linksOf(kept, link) };
  };
  const answerOf = (kept: Version, link: Link): Answer => {
    return { status: 200, body: documentOf(kept, link), headers: { etag: shownEntityTag(kept) } };
  };
  return [
    readRoute(declaration, async ({ principal, link }) => answerOf(await operations.get(principal), link)),
    putRoute(declaration, declaration.body, async ({ principal, headers, body, link }) => {
      const precondition = versionPrecondition(headers);
      // By then, faults of the body have been reported.
      const content = contentOf(body as Static<Body>);
      const basedOn = (memberOf(body, 'version') ?? null) as number | null;
      return answerOf(await operations.put(principal, { content, basedOn, precondition }), link);
    }),
    removeRoute(declaration, async ({ principal, headers }) => {
      const precondition = versionPrecondition(headers);
      await operations.put(principal, { content: null, basedOn: null, precondition });
      return { status: 204 };
    }),
    versionRoute(declaration, async ({ principal, parameters, link }) => {
      const kept = await operations.getVersion(principal, versionOf(parameters));
      return { status: 200, body: documentOf(kept, link) };
    }),
  ];
}

type Handle = BodilessDeclaration['handle'];

function readRoute(words: SettingWords, handle: Handle): Route {
  const { name, shape, tag, parts, summaries, readDescription } = words;
  return route({
    method: 'GET',
    path: `/${name}`,
    permission: 'settings:read',
    operationId: `Get${shape}`,
    tag,
    summary: summaries.read,
    ...(readDescription === undefined ? {} : { description: readDescription }),
    answers: { 200: inForce(words, `The ${parts} in force.`) },
    handle,
  });
}

function putRoute(
  words: SettingWords,
  body: TSchema,
  handle: (exchange: Exchange<unknown>) => Promise<Answer>,
): Route {
  const { name, shape, tag, parts, summaries, putDescription, writePermission, faults } = words;
  return routeWithBody({
    method: 'PUT',
    path: `/${name}`,
    permission: writePermission,
    operationId: `Put${shape}`,
    tag,
    summary: summaries.put,
    description: putDescription,
    parameters: ['If-Match', 'If-None-Match'],
    body,
    faults: (given) => [...versionFaults(given), ...faults(given)],
    refusals: [409, 412],
    answers: { 200: inForce(words, `The ${parts} in force now, with their version.`) },
    handle,
  });
}

function inForce({ shape }: SettingWords, description: string): DeclaredAnswer {
  return { description, schema: reference(shape), headers: ['ETag'] };
}

function removeRoute(
  { name, shape, tag, parts, summaries, writePermission }: SettingWords,
  handle: Handle,
): Route {
  return route({
    method: 'DELETE',
    path: `/${name}`,
    permission: writePermission,
    operationId: `Delete${shape}`,
    tag,
    summary: summaries.remove,
    description: 'Makes a new version, unless the default is in force already.',
    parameters: ['If-Match', 'If-None-Match'],
    refusals: [412],
    answers: { 204: { description: `The default ${parts} are in force.` } },
    handle,
  });
}

function versionRoute({ name, shape, tag, parts, summaries }: SettingWords, handle: Handle): Route {
  return route({
    method: 'GET',
    path: `/${name}/versions/:version`,
    permission: 'settings:read',
    operationId: `Get${shape}Version`,
    tag,
    summary: summaries.readVersion,
    refusals: [404],
    answers: {
      200: { description: `The ${parts} as they were in this version.`, schema: reference(shape) },
    },
    handle,
  });
}
