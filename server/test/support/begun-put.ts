import { expect } from 'vitest';
import { RawConnection } from './raw-http.ts';
import { testSecretKey } from './service.ts';

/** A request whose headers the service has accepted, and whose body is still to be sent. */
export async function beginPut(url: string, customerId: string, body: string): Promise<RawConnection> {
  const connection = await RawConnection.open(Number(new URL(url).port));
  connection.send(
    `PUT /customers/${customerId}/lead-source HTTP/1.1\r\nHost: a\r\nREB-APIKEY: ${testSecretKey}\r\n`,
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
  );
  expect((await connection.response()).status).toBe(100);
  return connection;
}
