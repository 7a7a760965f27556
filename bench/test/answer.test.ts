import { describe, expect, test } from 'vitest';
import { readAnswer } from '../src/load/answer.ts';

const whole = 'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n{"a"';

describe('an answer read from the wire', () => {
  test('is its status and its length in bytes', () => {
    expect(readAnswer(Buffer.from(whole))).toEqual({ status: 201, bytes: whole.length });
  });

  test('is not there before its last byte', () => {
    for (let length = 0; length < whole.length; length++) {
      expect(readAnswer(Buffer.from(whole.slice(0, length)))).toBeNull();
    }
  });

  test('ends where the next one begins', () => {
    expect(readAnswer(Buffer.from(whole + whole))).toEqual({ status: 201, bytes: whole.length });
  });

  test('names its headers in any case', () => {
    const answer = Buffer.from('HTTP/1.1 422 X\r\ncontent-length: 0\r\n\r\n');
    expect(readAnswer(answer)).toEqual({ status: 422, bytes: answer.length });
  });

  test.each(['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 'SMTP ready\r\n\r\n'])(
    'is refused without a length or a status: %j',
    (text) => {
      expect(() => readAnswer(Buffer.from(text))).toThrow(/no answer/);
    },
  );
});
