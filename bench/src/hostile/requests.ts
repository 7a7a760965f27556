import { secretKey } from '../traffic.ts';
import {
  array,
  forgedToken,
  get,
  type Hostile,
  head,
  key,
  members,
  nested,
  path,
  put,
  referrer,
  shortName,
} from './shapes.ts';

const kibibyte = 1024;

/** 201 where the content is to be ignored, however much it is. */
const bodies: readonly Hostile[] = [
  put('nesting of 33', nested(33), 400),
  put('nesting of 30,000', nested(30_000), 400),
  put('nesting of 1,000,000', nested(1_000_000), 413),
  put('60 KiB of opening brackets', '['.repeat(60 * kibibyte), 400),
  put('a name of 60 KiB', `{"${'n'.repeat(60 * kibibyte)}":1}`, 201),
  put('a name of 10,000 escapes', `{"${'\\u006e'.repeat(10_000)}":1}`, 201),
  put('a name of 30,000 backslashes', `{"${'\\\\'.repeat(30_000)}":1}`, 201),
  put(
    '10,000 members',
    members(10_000, (place) => `"member${place}":0`),
    413,
  ),
  put(
    '8,600 members',
    members(8_600, (place) => `"${shortName(place)}":0`),
    201,
  ),
  put(
    '8,600 members, the last of them twice',
    members(8_600, (place) => `"${shortName(Math.min(place, 8_598))}":0`),
    400,
  ),
  put(
    '6,000 members with escaped names',
    members(6_000, (place) => `"\\n${shortName(place)}":0`),
    201,
  ),
  put(
    '10,000 times one name',
    members(10_000, () => '"a":0'),
    400,
  ),
  put(
    '6,000 names that are numbers',
    members(6_000, (place) => `"${place * 7}":0`),
    201,
  ),
  put('20,000 items in an array', `{"x":${array(20_000)}}`, 201),
  put('60 KiB without an end', `{"medium":"${'a'.repeat(60 * kibibyte)}`, 400),
  put('60 KiB of white space', ' '.repeat(60 * kibibyte), 400),
  put('bytes that are no text', Buffer.alloc(60 * kibibyte, 0xff), 400),
  put('a compressed bomb', Buffer.alloc(60 * kibibyte, 0x1f), 415, 'Content-Encoding: gzip\r\n'),
  {
    name: '10 GB announced',
    request: head('PUT', path, `${key}Content-Length: 10000000000\r\n`),
    status: 413,
  },
];

const fields: readonly Hostile[] = [
  put('a field of 60 KiB', `{"medium":"${'a'.repeat(60 * kibibyte)}"}`, 422),
  put('a field of 15,000 emoji', `{"medium":"${'😀'.repeat(15_000)}"}`, 422),
  put('a field of 10,000 lone surrogates', `{"medium":"${'\\ud800'.repeat(10_000)}"}`, 422),
  put('a number of 60,000 digits', `{"medium":${'9'.repeat(60_000)}}`, 422),
  put('a field of 20,000 objects', `{"medium":${array(20_000)}}`, 422),
  put('a referrer of 50 KiB', referrer(`https://${'a'.repeat(50 * kibibyte)}!`), 422),
  put('a referrer of 25,000 points', referrer(`https://${'a.'.repeat(25_000)}`), 422),
  put('a referrer of 50 KiB of per cent signs', referrer(`https://a/${'%'.repeat(50 * kibibyte)}`), 422),
  put('a referrer of 25 Ki at signs', referrer(`https://${'a@'.repeat(25 * kibibyte)}`), 422),
  put('a referrer of 50 KiB of colons', referrer(`https://[${':'.repeat(50 * kibibyte)}]`), 422),
  put('a referrer of full length, wrong at its end', referrer(`https://a/${'b'.repeat(2072)}^`), 422),
];

const heads: readonly Hostile[] = [
  get('a key of 10 KiB', path, `REB-APIKEY: ${'k'.repeat(10 * kibibyte)}\r\n`, 401),
  get('a key one character off', path, `REB-APIKEY: ${secretKey.slice(0, -1)}1\r\n`, 401),
  get('a key that is no text', path, 'REB-APIKEY: \u00ff\u00fe\r\n', 401),
  get('a token of 8,000 points', path, `Authorization: Bearer ${'.'.repeat(8_000)}\r\n`, 401),
  get('a token of 12 KiB', path, `Authorization: Bearer ${'e'.repeat(12 * kibibyte)}\r\n`, 401),
  get('a token with a key of its own', path, `Authorization: Bearer ${forgedToken()}\r\n`, 401),
  get('a path of 10 KiB', `/customers/${'a'.repeat(10 * kibibyte)}/lead-source`, key, 414),
  get('a path of 8,000 slashes', `/customers${'/'.repeat(8_000)}`, key, 404),
  get('an id of 2,600 escapes', `/customers/${'%25'.repeat(2_600)}`, key, 404),
  get('101 headers', path, 'X: y\r\n'.repeat(101), 431),
  get('a header of 30 KiB', path, `X: ${'y'.repeat(30 * kibibyte)}\r\n`, 431),
  get('a filter of 8,000 negations', `/customers?filter=${'!'.repeat(8_000)}`, key, 422),
  get('a filter of 4,000 separators', `/customers?filter=${';,'.repeat(4_000)}`, key, 422),
  get('a filter that is one long quotation', `/customers?filter=id:%22${'a'.repeat(8_000)}`, key, 422),
];

/** The statuses are those that the API promises. */
export const hostileRequests = [...bodies, ...fields, ...heads];
