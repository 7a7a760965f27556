import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  base64url,
  compact,
  goodClaims,
  goodHeader,
  goodToken,
  own,
  ownVerifier,
  signEcdsa,
  withClaims,
  withHeader,
} from './bearer-forge.ts';

const strangerPair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const widePair = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const [headerPart = '', claimsPart = '', signaturePart = ''] = goodToken.split('.');

const verifier = ownVerifier();

async function expectRefused(token: string): Promise<void> {
  expect(await verifier.verify(token)).toBeNull();
}

describe('an algorithm that is not allowed is refused', () => {
  test.each(['none', 'None', 'NONE', 'nOnE', ''])('alg %j without a signature', async (alg) => {
    const input = `${base64url(JSON.stringify({ ...goodHeader, alg }))}.${claimsPart}`;
    await expectRefused(`${input}.`);
    await expectRefused(input);
    await expectRefused(`${input}.${signaturePart}`);
  });

  test.each(['es256', 'ES256K', 'ES384', 'EdDSA', 'RS256', 'ES256 ', '__proto__'])(
    'alg %j signed by our key',
    async (alg) => expectRefused(withHeader({ alg })),
  );

  test('alg missing', async () => expectRefused(compact({ kid: 'key_1' }, goodClaims, own.sign)));

  test.each([
    ['PEM', own.publicKey.export({ format: 'pem', type: 'spki' })],
    ['DER', own.publicKey.export({ format: 'der', type: 'spki' })],
    ['JWK', JSON.stringify(own.signingKey.publicJwk)],
  ])('HS256 signed with our public key as %s', async (_, secret) => {
    const header = { ...goodHeader, alg: 'HS256' };
    await expectRefused(
      compact(header, goodClaims, (input) => createHmac('sha256', secret).update(input).digest()),
    );
  });
});

describe('a signature that proves nothing is refused', () => {
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
  const zero = Buffer.alloc(32);
  const good = Buffer.from(signaturePart, 'base64url');

  test.each([
    ['by a stranger', signEcdsa(strangerPair.privateKey)(`${headerPart}.${claimsPart}`)],
    ['on the wrong curve', signEcdsa(widePair.privateKey)(`${headerPart}.${claimsPart}`)],
    ['with r = s = 0', Buffer.concat([zero, zero])],
    ['with r = 0', Buffer.concat([zero, good.subarray(32)])],
    ['with s = 0', Buffer.concat([good.subarray(0, 32), zero])],
    ['with r = s = the order of the curve', Buffer.concat([order, order])],
    ['of 63 bytes', good.subarray(0, 63)],
    ['of 65 bytes', Buffer.concat([good, Buffer.alloc(1)])],
    ['of 65 bytes with a zero before', Buffer.concat([Buffer.alloc(1), good])],
    ['of 128 bytes', Buffer.concat([good, good])],
    ['of one byte', Buffer.alloc(1)],
    ['of another token', own.sign('other.token')],
  ])('%s', async (_, signature) => expectRefused(`${headerPart}.${claimsPart}.${base64url(signature)}`));

  test('as DER, which JOSE does not use', async () => {
    const der = sign('sha256', Buffer.from(`${headerPart}.${claimsPart}`), own.privateKey);
    await expectRefused(`${headerPart}.${claimsPart}.${base64url(der)}`);
  });

  test('stripped', async () => {
    await expectRefused(`${headerPart}.${claimsPart}.`);
    await expectRefused(`${headerPart}.${claimsPart}`);
  });

  test('of claims that were exchanged', async () => {
    const claims = base64url(JSON.stringify({ ...goodClaims, permissions: ['*'] }));
    await expectRefused(`${headerPart}.${claims}.${signaturePart}`);
  });

  test('after any change of one character', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=';
    const change = fc.tuple(fc.nat(goodToken.length - 1), fc.constantFrom(...alphabet));
    await fc.assert(
      fc.asyncProperty(change, async ([position, character]) => {
        fc.pre(goodToken.charAt(position) !== character);
        await expectRefused(goodToken.slice(0, position) + character + goodToken.slice(position + 1));
      }),
      { numRuns: 150 },
    );
  });
});

describe('a form other than the one compact form is refused', () => {
  const withUnusedBits =
    goodToken.slice(0, -1) + ({ A: 'B', Q: 'R', g: 'h', w: 'x' }[goodToken.slice(-1)] ?? '');

  test.each([
    ['nothing', ''],
    ['two dots alone', '..'],
    ['an extra dot at the end', `${goodToken}.`],
    ['an extra dot at the start', `.${goodToken}`],
    ['an empty part between', `${headerPart}..${signaturePart}`],
    ['four parts', `${goodToken}.${signaturePart}`],
    ['padding', `${headerPart}.${claimsPart}.${signaturePart}==`],
    ['padding inside', `${headerPart}=.${claimsPart}.${signaturePart}`],
    ['standard base64 characters', `${headerPart}.${claimsPart}.${signaturePart.slice(0, -2)}+/`],
    ['a space before', ` ${goodToken}`],
    ['a line break after', `${goodToken}\n`],
    ['a character outside ASCII', `${goodToken}é`],
    ['set bits that no byte holds', withUnusedBits],
    ['a length that base64 cannot have', `${headerPart}.${claimsPart}.${signaturePart}AAA`],
    [
      'the flattened JSON serialization',
      JSON.stringify({ protected: headerPart, payload: claimsPart, signature: signaturePart }),
    ],
    [
      'the general JSON serialization',
      JSON.stringify({
        payload: claimsPart,
        signatures: [{ protected: headerPart, signature: signaturePart }],
      }),
    ],
    ['a JWE', `${base64url('{"alg":"RSA-OAEP-256","enc":"A256GCM"}')}.AAAA.AAAA.AAAA.AAAA`],
    ['a JWE with an empty key', `${base64url('{"alg":"dir","enc":"A256GCM"}')}..AAAA.AAAA.AAAA`],
    ['one megabyte', `${headerPart}.${'A'.repeat(1_000_000)}.${signaturePart}`],
    ['one megabyte of dots', '.'.repeat(1_000_000)],
  ])('%s', async (_, token) => expectRefused(token));

  test('8 KiB are believed, one character more is not', async () => {
    const tokenOf = (padLength: number) => withClaims({ pad: 'x'.repeat(padLength) });
    const pads = Array.from(
      { length: 8 },
      (_, index) => Math.floor((8192 - tokenOf(0).length) * 0.75) - 4 + index,
    );
    const tokens = pads.map(tokenOf);
    const largest = tokens.findLast((token) => token.length <= 8192) ?? '';
    const tooLarge = tokens.find((token) => token.length > 8192) ?? '';
    expect(largest.length).toBeGreaterThanOrEqual(8190);
    expect(await verifier.verify(largest)).not.toBeNull();
    expect(tooLarge.length).toBeLessThanOrEqual(8194);
    await expectRefused(tooLarge);
  });
});

describe('a header that is not plain is refused', () => {
  test.each([
    ['crit', { crit: ['exp'] }],
    ['an empty crit', { crit: [] }],
    ['b64 false', { b64: false, crit: ['b64'] }],
    ['b64 true', { b64: true }],
    ['jku', { jku: 'https://evil.example/jwks.json' }],
    ['x5u', { x5u: 'https://evil.example/cert.pem' }],
    ['jwk', { jwk: own.signingKey.publicJwk }],
    ['a jwk that is null', { jwk: null }],
    ['x5c', { x5c: ['MIIB'] }],
    ['kid as a path', { kid: '../../../../dev/null' }],
    ['kid as SQL', { kid: "key_1' OR '1'='1" }],
    ['kid with NUL', { kid: 'key_1\0' }],
    ['kid as an array', { kid: ['key_1'] }],
    ['kid as a number', { kid: 1 }],
    ['kid null', { kid: null }],
    ['kid missing', { kid: undefined }],
    ['kid empty', { kid: '' }],
    ['kid of another case', { kid: 'KEY_1' }],
    ['kid of a member every object has', { kid: '__proto__' }],
    ['kid of 10 KB', { kid: 'k'.repeat(10_000) }],
    ['typ as an array', { typ: ['JWT'] }],
    ['alg as an array', { alg: ['ES256'] }],
    ['alg null', { alg: null }],
  ])('%s', async (_, members) => expectRefused(withHeader(members)));

  test('a key in the header is not used even by its owner', async () => {
    const header = { alg: 'ES256', jwk: strangerPair.publicKey.export({ format: 'jwk' }) };
    await expectRefused(compact(header, goodClaims, signEcdsa(strangerPair.privateKey)));
  });

  test.each([
    ['a duplicate alg', '{"alg":"none","alg":"ES256","kid":"key_1"}'],
    ['a duplicate kid', '{"alg":"ES256","kid":"other","kid":"key_1"}'],
    ['a duplicate written with an escape', '{"alg":"ES256","kid":"key_1","\\u0061lg":"ES256"}'],
    ['an array', '["ES256"]'],
    ['null', 'null'],
    ['a string', '"ES256"'],
    ['no JSON', '{alg:"ES256"}'],
    ['a byte order mark', '\ufeff{"alg":"ES256","kid":"key_1"}'],
    ['trailing text', '{"alg":"ES256","kid":"key_1"}x'],
  ])('%s', async (_, header) => expectRefused(compact(header, goodClaims, own.sign)));

  test('a header that is not UTF-8', async () => {
    const header = Buffer.from('{"alg":"ES256","kid":"key_1","x":"\xff"}', 'latin1');
    const input = `${base64url(header)}.${claimsPart}`;
    await expectRefused(`${input}.${base64url(own.sign(input))}`);
  });
});
