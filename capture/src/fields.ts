/** What a checkout sends about the landing, by the names of the API; an unset field is null. */
export type Fields = Readonly<Record<string, string | null>>;

/** Parameters that name a field literally. Nothing else is read here, since drawing conclusions is up to the service. */
const parameters =
  'utm_medium utm_source utm_campaign utm_term utm_content affiliate subAffiliate salesAgent clickId'.split(
    ' ',
  );
/** The id, the path and the referrer precede the fields that parameters fill. */
export const firstNamed = 3;
const longest = 512;

export const noFields: Fields = fieldsOf('', '', null);

/** The fields of a landing. The query counts before one inside the fragment; the first value that is not empty wins. */
export function fieldsOf(url: string, referrer: string, visitorId: string | null): Fields {
  const fields: Record<string, string | null> = {
    visitorId,
    path: url.slice(0, longest) || null,
    referrer: referrer || null,
  };
  const values: Record<string, string> = {};
  // The page's own query, followed by what comes after a `?` in the fragment.
  for (const [name, value] of new URLSearchParams(url.replace(/^[^?#]*\??|#[^?]*\??/g, '&')))
    values[name.toLowerCase()] ||= value;
  for (const parameter of parameters) {
    // Splits into code points, which the service counts, and drops U+0000, which it refuses.
    fields[parameter.replace('utm_', '')] =
      values[parameter.toLowerCase()]?.split(/\0*/u).slice(0, longest).join('') || null;
  }
  return fields;
}
