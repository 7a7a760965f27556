import { type EntityTags, holds, type Precondition } from '../domain/precondition.ts';
import type { Answer } from './route.ts';

/** The headers that make a request conditional; Node joins repeated ones. */
export interface ConditionalHeaders {
  readonly 'if-match'?: string | undefined;
  readonly 'if-none-match'?: string | undefined;
}

/**
 * What the headers ask of the current representation (RFC 9110, section 13.1). Tags keep their quotes. If-Match compares
 * strongly, so weak tags match nothing; If-None-Match compares weakly, so its tags lose their `W/`. A malformed If-Match never
 * holds, since the state that its sender means is unknown; a malformed If-None-Match is ignored. Never fails.
 */
export function readPrecondition(headers: ConditionalHeaders): Precondition {
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  const excluded = ifNoneMatch === undefined ? null : readEntityTags(ifNoneMatch);
  return {
    ...(ifMatch === undefined ? {} : { ifMatch: strongTags(readEntityTags(ifMatch) ?? []) }),
    ...(excluded === null ? {} : { ifNoneMatch: opaqueTags(excluded) }),
  };
}

/** Whether a reader has what this tag names: it is among the tags of If-None-Match. */
export function isHeld(headers: ConditionalHeaders, etag: string): boolean {
  const { ifNoneMatch } = readPrecondition(headers);
  return ifNoneMatch !== undefined && !holds({ ifNoneMatch }, etag);
}

/** The answer, or 304 for a reader who has what it shows. */
export function unlessHeld(
  { method, headers }: { readonly method: string; readonly headers: ConditionalHeaders },
  answer: Answer,
): Answer {
  const etag = answer.headers?.['etag'];
  const isRead = method === 'GET' || method === 'HEAD';
  if (!isRead || answer.status !== 200 || etag === undefined || !isHeld(headers, etag)) return answer;
  return { status: 304, headers: { etag } };
}

function strongTags(tags: EntityTags): EntityTags {
  return tags === '*' ? tags : tags.filter((tag) => !tag.startsWith('W/'));
}

function opaqueTags(tags: EntityTags): EntityTags {
  return tags === '*' ? tags : tags.map((tag) => (tag.startsWith('W/') ? tag.slice(2) : tag));
}

/** `*` or a list of tags, which may have empty elements (RFC 9110, section 5.6.1); null for anything else. */
function readEntityTags(header: string): EntityTags | null {
  if (/^[ \t]*\*[ \t]*$/.test(header)) return '*';
  const tags: string[] = [];
  const element = /[ \t]*(?:((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*)?(?:,|$)/y;
  while (element.lastIndex < header.length) {
    const match = element.exec(header);
    if (match === null) return null;
    if (match[1] !== undefined) tags.push(match[1]);
  }
  return tags;
}
