/** What a checkout sends of the landing: the names are those of the contract, unset is null. */
export type Fields = Readonly<Record<string, string | null>>;

/** Parameters that name a field literally; nothing else is read here, since the service concludes. */
const parameters =
  'utm_medium utm_source utm_campaign utm_term utm_content affiliate subAffiliate salesAgent clickId'.split(
    ' ',
  );
/** The id, the path and the referrer come before what parameters name. */
const firstNamed = 3;
const longest = 512;

export const noFields: Fields = fieldsOf('', '', null);

/** The fields of a landing. The query is read before a query inside the fragment; the first value that is not empty wins. */
export function fieldsOf(url: string, referrer: string, visitorId: string | null): Fields {
  const fields: Record<string, string | null> = {
    visitorId,
    path: url.slice(0, longest) || null,
    referrer: referrer || null,
  };
  const values: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(queriesOf(url))) values[name.toLowerCase()] ||= value;
  for (const parameter of parameters) {
    // Split into code points, as the service counts them, and at U+0000, which it refuses.
    const points = values[parameter.toLowerCase()]?.split(/\0*/u);
    fields[parameter.replace('utm_', '')] = points?.slice(0, longest).join('') || null;
  }
  return fields;
}

/** Whether the landing itself names a campaign, an affiliate, a salesperson or a click. */
export function namesAnything(fields: Fields): boolean {
  return Object.values(fields).slice(firstNamed).some(Boolean);
}

/** What is between the `?` of the page and its fragment, and then what is behind a `?` of the fragment. */
function queriesOf(url: string): string {
  return url.replace(/^[^?#]*\??|#[^?]*\??/g, '&');
}
