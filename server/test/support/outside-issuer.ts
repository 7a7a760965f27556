import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

/** An issuer of tokens that is not the service: it serves its public key on loopback, and signs what it is told to. */
export interface OutsideIssuer extends AsyncDisposable {
  readonly issuer: string;
  readonly jwksUrl: string;
  /** A token of this issuer with these claims, right or wrong, signed with ES256. */
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>;
}

export async function startOutsideIssuer(issuer: string): Promise<OutsideIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = { ...(await exportJWK(publicKey)), kid: 'outside', alg: 'ES256', use: 'sig' };
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    issuer,
    jwksUrl: `http://127.0.0.1:${port}/keys`,
    sign: (claims) =>
      new SignJWT({ iss: issuer, ...(claims as JWTPayload) })
        .setProtectedHeader({ alg: 'ES256', kid: 'outside', typ: 'JWT' })
        .sign(privateKey),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
