/**
 * Whether the text is an absolute URI by RFC 3986 that a visitor can have come from: scheme http, https, android-app or ios-app
 * in any case, a non-empty host, with or without userinfo, port, path, query and fragment. Takes time in proportion to the
 * text, whose length is not limited here.
 */
export function isReferrer(text: string): boolean {
  const parts = split(text);
  if (parts === null || malformedEscape.test(text)) return false;
  return (
    userinfo.test(parts.userinfo) &&
    isHost(parts.host) &&
    port.test(parts.port) &&
    path.test(parts.path) &&
    queryOrFragment.test(parts.query) &&
    queryOrFragment.test(parts.fragment)
  );
}

/**
 * The host of a text that `isReferrer` accepts, in lower case, without port and userinfo; an IPv6 address keeps its
 * brackets. Empty for a text without scheme and authority.
 */
export function referrerHost(referrer: string): string {
  return split(referrer)?.host.toLowerCase() ?? '';
}

/** Whether the text is an origin as browsers send it: in lower case, without the scheme's own port and without a path. */
export function isWebOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.parse(text)?.origin === text;
}

interface Parts {
  readonly userinfo: string;
  readonly host: string;
  /** With its colon; empty where there is none. */
  readonly port: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

const components = /^(?:https?|android-app|ios-app):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is;

// Each is one class under one repetition, so that no text can cause backtracking. Percent signs in them are known to begin
// well-formed escapes.
const malformedEscape = /%(?![\dA-Fa-f]{2})/;
const userinfo = /^[\w\-.~%!$&'()*+,;=:]*$/;
const registeredName = /^[\w\-.~%!$&'()*+,;=]+$/;
const port = /^(?::\d*)?$/;
const path = /^[\w\-.~%!$&'()*+,;=:@/]*$/;
const queryOrFragment = /^[\w\-.~%!$&'()*+,;=:@/?]*$/;
const futureAddress = /^v[\dA-F]+\.[\w\-.~!$&'()*+,;=:]+$/i;
const decimalOctet = /^(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/;
const longestIpv6Address = 'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255'.length;
const hexadecimalGroup = /^[\dA-F]{1,4}$/i;

function split(text: string): Parts | null {
  const match = components.exec(text);
  if (match === null) return null;
  const [, authority = '', path = '', query = '', fragment = ''] = match;
  const at = authority.lastIndexOf('@');
  const hostAndPort = authority.slice(at + 1);
  const colon = hostAndPort.indexOf(':', hostAndPort.lastIndexOf(']') + 1);
  const hostEnd = colon === -1 ? hostAndPort.length : colon;
  return {
    userinfo: authority.slice(0, Math.max(at, 0)),
    host: hostAndPort.slice(0, hostEnd),
    port: hostAndPort.slice(hostEnd),
    path,
    query,
    fragment,
  };
}

function isHost(host: string): boolean {
  if (!host.startsWith('[')) return registeredName.test(host);
  if (!host.endsWith(']')) return false;
  const address = host.slice(1, -1);
  return futureAddress.test(address) || isIpv6Address(address);
}

/** Eight groups; the last two may be written as an IPv4 address, and one run of zero groups as `::`. */
export function isIpv6Address(address: string): boolean {
  if (address.length > longestIpv6Address) return false;
  const runs = address.split('::');
  const [before = '', after] = runs;
  if (runs.length > 2) return false;
  if (after === undefined) return groupsIn(before, true) === 8;
  return groupsIn(before, false) + groupsIn(after, true) <= 7;
}

/** How many 16-bit groups the text has, 0 for an empty one; NaN where it is malformed. */
function groupsIn(text: string, mayEndInIpv4: boolean): number {
  if (text === '') return 0;
  const groups = text.split(':');
  const last = groups.at(-1) ?? '';
  const endsInIpv4 = mayEndInIpv4 && isIpv4Address(last);
  const hexadecimal = endsInIpv4 ? groups.slice(0, -1) : groups;
  if (!hexadecimal.every((group) => hexadecimalGroup.test(group))) return Number.NaN;
  return hexadecimal.length + (endsInIpv4 ? 2 : 0);
}

export function isIpv4Address(text: string): boolean {
  const octets = text.split('.');
  return octets.length === 4 && octets.every((octet) => decimalOctet.test(octet));
}
