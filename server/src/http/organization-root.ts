import type { IncomingMessage } from 'node:http';
import { Failure } from '../domain/failure.ts';

/** Of requests whose target was changed: the target as it came, and the organization that it names, as decoded text. */
const came = new WeakMap<IncomingMessage, { readonly target: string; readonly organizationId: string }>();

const firstRoot = 'organizations';
/** The official client puts the organization's root after this one. */
const experimentalRoot = 'experimental';

/**
 * Lets every path of the API be found below `/organizations/{id}` as well, without a second route for each: takes that root off
 * the target and keeps what it names for `organizationOf`. `paths` are those of the API, and nothing else is found there.
 */
export function takingOffOrganizationRoot(paths: readonly string[]): (request: IncomingMessage) => string {
  const beginnings = new Set(paths.map((path) => path.split('/')[1]));
  return (request) => {
    const target = request.url ?? '';
    const path = target.split(/[?#]/, 1)[0] ?? '';
    // Segments are compared as the router compares them, which decodes them.
    if (!path.includes(firstRoot) && !path.includes('%')) return target;
    const segments = path.split('/').slice(1);
    const place = decoded(segments[0]) === experimentalRoot ? 1 : 0;
    const [root, id] = segments.slice(place, place + 2).map(decoded);
    const rest = segments.toSpliced(place, 2);
    const isOfApi = rest.length > place && beginnings.has(decoded(rest[0]) ?? '');
    if (root !== firstRoot || id === undefined || id === '' || !isOfApi) return target;
    came.set(request, { target, organizationId: id });
    return `/${rest.join('/')}${target.slice(path.length)}`;
  };
}

/** The id of the organization below whose root a request came; undefined for one that names none. */
export function organizationOf({ raw }: { readonly raw: IncomingMessage }): string | undefined {
  return came.get(raw)?.organizationId;
}

/** The target of a request as it came. */
export function targetOf(request: IncomingMessage): string {
  return came.get(request)?.target ?? request.url ?? '';
}

/** Fails with `not-found` for a request below the root of another organization than its caller's. */
export function requireRootOf(
  organization: { readonly id: string },
  request: { readonly raw: IncomingMessage },
): void {
  const id = organizationOf(request);
  if (id !== undefined && id !== organization.id) throw new Failure('not-found', 'No such organization.');
}

function decoded(segment: string | undefined): string | undefined {
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
