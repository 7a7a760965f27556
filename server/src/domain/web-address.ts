/**
 * A URL split as far as reading it needs. Any text is accepted: what is not a URL is a path. Concatenated, `head`, `authority`,
 * `path`, `?` with `query` and `#` with `fragment` give the text again, without its userinfo.
 */
export interface WebAddress {
  /** In lower case, without the colon; empty where there is none. */
  readonly scheme: string;
  /** The scheme and the slashes, as written, with the space before them. */
  readonly head: string;
  /** Host and port as written. */
  readonly authority: string;
  /** In lower case, without port and trailing dot; empty where there is none. */
  readonly host: string;
  readonly path: string;
  readonly query: string | null;
  readonly fragment: string | null;
}

const schemeAndSlashes = /^\s*([a-z][a-z\d+.-]*):([/\\]*)/i;
const slashesAlone = /^\s*[/\\]{2,}/;
const endOfAuthority = /[/\\]/g;

/**
 * Reads the text as browsers do: space before it does not count, backslashes are slashes, and `http` and `https` need none
 * before the host.
 */
export function readAddress(text: string): WebAddress {
  const [beforeFragment, fragment] = cut(text, '#');
  const [beforeQuery, query] = cut(beforeFragment, '?');
  const { scheme, start } = startOfAuthority(beforeQuery);
  const end = start === -1 ? -1 : endOf(beforeQuery, start);
  const written = start === -1 ? '' : beforeQuery.slice(start, end);
  const authority = written.slice(written.lastIndexOf('@') + 1);
  return {
    scheme,
    head: start === -1 ? '' : beforeQuery.slice(0, start),
    authority,
    host: hostOf(authority),
    path: start === -1 ? beforeQuery : beforeQuery.slice(end),
    query,
    fragment,
  };
}

function cut(text: string, mark: string): readonly [string, string | null] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

function startOfAuthority(text: string): { readonly scheme: string; readonly start: number } {
  const match = schemeAndSlashes.exec(text);
  if (match === null) return { scheme: '', start: slashesAlone.exec(text)?.[0].length ?? -1 };
  const [whole, name = '', slashes = ''] = match;
  const scheme = name.toLowerCase();
  const isWeb = scheme === 'http' || scheme === 'https';
  return { scheme, start: isWeb || slashes.length >= 2 ? whole.length : -1 };
}

function endOf(text: string, start: number): number {
  endOfAuthority.lastIndex = start;
  return endOfAuthority.exec(text)?.index ?? text.length;
}

function hostOf(authority: string): string {
  const colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
  const host = (colon === -1 ? authority : authority.slice(0, colon)).toLowerCase();
  return host.endsWith('.') ? host.slice(0, -1) : host;
}
