import fc from 'fast-check';

/** A code point, or half a pair. Made here since the library's tables of characters take a second to build. */
const unit = fc
  .oneof(fc.nat(0x7f), fc.nat(0xffff), fc.integer({ min: 0x1_0000, max: 0x10_ffff }))
  .map((code) => String.fromCodePoint(code));

/** Texts of any characters, halves of pairs and U+0000 among them. */
export function anyText(maxLength = 30): fc.Arbitrary<string> {
  return fc.string({ unit, maxLength });
}

/** URLs as browsers write them, with ports, queries and fragments. */
export function webUrl(): fc.Arbitrary<string> {
  const rest = fc.string({ unit: fc.constantFrom(...'ab09-._~/=&%20', '%C3%BC'), maxLength: 20 });
  return fc
    .tuple(
      fc.constantFrom('http', 'https'),
      fc.domain(),
      fc.constantFrom('', ':8080'),
      rest,
      fc.option(rest),
      fc.option(rest),
    )
    .map(([scheme, host, port, path, query, fragment]) =>
      [
        `${scheme}://${host}${port}/${path}`,
        query === null ? '' : `?${query}`,
        fragment === null ? '' : `#${fragment}`,
      ].join(''),
    );
}
