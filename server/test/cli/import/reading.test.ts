import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { csvRecords, readHeader } from '../../../src/cli/import/csv.ts';
import { type Encoding, inUtf8 } from '../../../src/cli/import/encoding.ts';
import {
  type FileLine,
  hasReturnsAlone,
  linesOf,
  longestLineBytes,
  withLineFeeds,
} from '../../../src/cli/import/lines.ts';
import { ndjsonRecords } from '../../../src/cli/import/ndjson.ts';

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function linesIn(
  file: string | Buffer,
  { size = 7, skipped = 0, encoding = null as Encoding | null } = {},
): Promise<readonly FileLine[]> {
  const lines: FileLine[] = [];
  const bytes = Buffer.from(file as string);
  const textOf = () => inUtf8(chunksOf(bytes, size), encoding);
  const text = (await hasReturnsAlone(textOf())) ? withLineFeeds(textOf()) : textOf();
  for await (const some of linesOf(text, skipped)) lines.push(...some);
  return lines;
}

/** The cells of each record, or its fault, with the line it begins on. */
async function table(file: string | Buffer, given: string | null = null) {
  const lines = await linesIn(file);
  const header = readHeader(lines, given);
  const reader = csvRecords(header);
  const records = [...reader.push(lines.filter(({ line }) => line > header.lastLine)), ...reader.end()];
  return records.map((record) => [
    record.firstLine,
    record.fault ?? header.columns.map((column) => record.cell(column)),
  ]);
}

function utf16(text: string, bigEndian = false): Buffer {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
}

describe('a file is read in whatever it is written', () => {
  const text = 'name,source\nZoë,Zürich 😀\n';
  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16, the lower byte first', utf16(text)],
    ['UTF-16, the higher byte first', utf16(text, true)],
  ])('%s', async (_name, bytes) => {
    expect(await table(bytes)).toEqual([[2, ['Zoë', 'Zürich 😀']]]);
  });

  test('a single-byte encoding that is named', async () => {
    const lines = await linesIn(Buffer.from('Zo\xeb\n', 'latin1'), { encoding: 'windows-1252' });
    expect(lines).toEqual([{ line: 1, text: 'Zoë', fault: null }]);
  });

  test('UTF-16 without a byte order mark is asked about, and not read as something else', async () => {
    await expect(linesIn(Buffer.from('a,b\n', 'utf16le'))).rejects.toThrow('name its --encoding');
  });

  test.each([
    ['gunzip', gzipSync('a,b\n')],
    ['unzstd', zstdCompressSync('a,b\n')],
    ['save it as CSV', Buffer.from('PK\x03\x04\x14\0', 'latin1')],
  ])('what is packed is not taken for text, with the advice to use %s', async (advice, bytes) => {
    await expect(linesIn(bytes)).rejects.toThrow(advice);
  });

  test('UTF-16 that ends within a character is not read as if it were whole', async () => {
    const bytes = Buffer.from('\ufeffa\nb😀', 'utf16le');
    for (const missing of [1, 2, 3]) {
      const reading = linesIn(bytes.subarray(0, bytes.length - missing));
      await expect(reading).rejects.toThrow('The file is not utf-16le throughout.');
    }
  });

  test('a line that is not UTF-8 keeps no other out', async () => {
    const bytes = Buffer.concat([
      Buffer.from('a\n'),
      Buffer.from([0xc3, 0x28, 0x0a]),
      Buffer.from('\ufffd\n'),
    ]);
    expect(await linesIn(bytes)).toEqual([
      { line: 1, text: 'a', fault: null },
      { line: 2, text: 'Ã(', fault: 'is not UTF-8: try --encoding windows-1252' },
      { line: 3, text: '\ufffd', fault: null },
    ]);
  });

  test('a table of one row, two columns and carriage returns', async () => {
    expect(await table('customerId;occurredTime\r\nc0;2025-01-01\r\n')).toEqual([[2, ['c0', '2025-01-01']]]);
  });

  test('a line of ten megabytes is refused by itself, and never held', async () => {
    const long = 10 * 1024 * 1024;
    const lines = await linesIn(`a\n${'x'.repeat(long)}\nb`, { size: 65_536 });
    expect(lines).toEqual([
      { line: 1, text: 'a', fault: null },
      { line: 2, text: '', fault: `is ${long} bytes long, more than the ${longestLineBytes} that are read` },
      { line: 3, text: 'b', fault: null },
    ]);
  });

  test('lines that are done already are passed over', async () => {
    expect(await linesIn('a\nb\n\nc', { skipped: 3 })).toEqual([{ line: 4, text: 'c', fault: null }]);
  });
});

describe('a table', () => {
  test.each([
    ['commas', 'a,b,c\n1,2,3', null],
    ['semicolons', 'a;b;c\n1;2;3\n4,5;6;7', null],
    ['tabs', 'a\tb\tc\n1\t2\t3', null],
    ['semicolons between empty lines', '\n\na;b;c\n\n1;2;3\n\n4;5;6', null],
    ['a line that names the delimiter', 'sep=|\na|b|c\n1|2|3', null],
    ['the delimiter that is given', 'a^b^c\n1^2^3', '^'],
  ])('has its cells by %s', async (_name, file, given) => {
    expect((await table(file, given))[0]?.[1]).toEqual(['1', '2', '3']);
  });

  test('may end its lines with CR and LF, and have blank ones', async () => {
    expect(await table('a,b\r\n1,2\r\n\r\n3,"4"\r\n')).toEqual([
      [2, ['1', '2']],
      [4, ['3', '4']],
    ]);
  });

  test('may end its lines with CR alone, whatever line breaks are in its cells', async () => {
    const rows = [
      [2, ['1', '2']],
      [4, ['3', 'x\ny']],
    ];
    expect(await table('a,b\r1,2\r\r3,"x\ny"\r')).toEqual(rows);
    expect(await table('"a",b\r1,2\r\r3,"x\ny"')).toEqual(rows);
    expect(await table(utf16('a;b\r1;2\r\r3;"x\ny"\r'))).toEqual(rows);
    expect(await table('a,"b\r"\n1,2\n\n3,"x\ny"\n')).toEqual(rows);
  });

  test('may end its lines with CR, CR and LF, as one that was converted twice', async () => {
    const rows = [
      [2, ['1', '2']],
      [4, ['3', '4']],
      [5, 'has 1 cells, but the table has 2 columns'],
      [6, ['5', 'x\r\r\ny']],
      [8, ['7', '8']],
    ];
    const rest = '1,2\n\n3,"4"\n3\n5,"x\ny"\n7,8\n';
    for (const head of ['a,b\n', 'a,"b"\n'])
      expect(await table((head + rest).replaceAll('\n', '\r\r\n'))).toEqual(rows);
    const told = `sep=;\n${`a,b\n${rest}`.replaceAll(',', ';')}`.replaceAll('\n', '\r\r\n');
    expect(await table(told)).toEqual(rows.map(([line, read]) => [Number(line) + 1, read]));
  });

  test('keeps what is quoted as it is: quotes, delimiters, lines, formulas, spaces', async () => {
    const file = 'a,b\n"say ""hi""","x,y"\n"one\r\ntwo\n",=cmd|\' /C calc\'!A0\n"  "," ,"\n';
    expect(await table(file)).toEqual([
      [2, ['say "hi"', 'x,y']],
      [3, ['one\r\ntwo\n', "=cmd|' /C calc'!A0"]],
      [6, ['  ', ' ,']],
    ]);
  });

  test('has each broken line by itself, with the reason', async () => {
    const file = 'a,b\n1,2\n3\n4,5,6\n7,"8\n9,10\n11,"12"x\n13,1"4\n';
    expect(await table(file)).toEqual([
      [2, ['1', '2']],
      [3, 'has 1 cells, but the table has 2 columns'],
      [4, 'has 3 cells, but the table has 2 columns'],
      [5, 'opens a quote that is never closed'],
      [6, ['9', '10']],
      [7, 'has something between a closing quote and the end of its cell'],
      [8, ['13', '1"4']],
    ]);
  });

  test('is not swallowed by a quote that is never closed', async () => {
    const rows = Array.from({ length: 3000 }, (_, place) => `${place},x`);
    const read = await table(`a,b\n"open,1\n${rows.join('\n')}\n`);
    expect(read).toHaveLength(3001);
    expect(read[0]).toEqual([2, 'opens a quote that is never closed']);
    expect(read.at(-1)).toEqual([3002, ['2999', 'x']]);
  });

  test('has records of doubled quotes over many lines, read once each', async () => {
    const inner = Array.from({ length: 900 }, (_, place) => `""${place}""`).join('\n');
    const read = await table(`a,b\n1,"${inner}"\n2,""""\n`);
    expect(read).toEqual([
      [2, ['1', inner.replaceAll('""', '"')]],
      [902, ['2', '"']],
    ]);
  });

  test('has no record that is longer than any line may be', async () => {
    const rows = Array.from({ length: 4 }, (_, place) => `${place},${'x'.repeat(400_000)}`);
    const read = await table(`a,b\n"open,1\n${rows.join('\n')}\nlast",1\n`);
    expect(read).toHaveLength(6);
    expect(read[0]).toEqual([2, 'opens a quote that is never closed']);
    expect(read.at(-1)).toEqual([7, ['last"', '1']]);
  });

  test('needs names for its columns, each once', async () => {
    await expect(table('')).rejects.toThrow('no line with column names');
    await expect(table('a,b,a\n1,2,3')).rejects.toThrow('The column "a" appears twice.');
  });
});

describe('lines of JSON', () => {
  const read = async (file: string, column: string) =>
    ndjsonRecords()
      .push(await linesIn(file))
      .map(({ firstLine, fault, cell }) => [firstLine, fault ?? cell(column)]);

  test('are objects, whose members are found by path', async () => {
    const file = '{"a":{"b":1}}\n\n{"a.b":"x","a":{"b":"y"}}\n{"a":null}\n{"a":{"b":[true]}}\n';
    expect(await read(file, 'a.b')).toEqual([
      [1, '1'],
      [3, 'x'],
      [4, undefined],
      [5, '[true]'],
    ]);
  });

  test('have numbers as they are written where a double would be another', async () => {
    const amounts = ['34.1700000000000001', '1.50', '{"b":0.12345678901234567890}'];
    const file = amounts.map((amount) => `{"a":${amount}}\n`).join('');
    expect(await read(file, 'a')).toEqual([
      [1, '34.1700000000000001'],
      [2, '1.5'],
      [3, '{"b":0.12345678901234567890}'],
    ]);
    expect(await read('{"line":1,"reason":"x","record":{"a":1.00000000000000001}}', 'a')).toEqual([
      [1, '1.00000000000000001'],
    ]);
  });

  test('have the parameters of events in the form of BigQuery', async () => {
    const parameters = [
      { key: 'ga_session_id', value: { string_value: null, int_value: '17' } },
      { key: 'page_location', value: { string_value: 'https://shop.example/' } },
    ];
    const file = JSON.stringify({ event_params: parameters });
    expect(await read(file, 'event_params.page_location')).toEqual([[1, 'https://shop.example/']]);
    expect(await read(file, 'event_params.ga_session_id')).toEqual([[1, '17']]);
  });

  test('that are none are refused one by one', async () => {
    expect(await read('{"a":1}\n{a:1}\n[1]\n{"a":1,"a":2}\n{"a":2}\r\n', 'a')).toEqual([
      [1, '1'],
      [2, 'is not JSON'],
      [3, 'is not a JSON object'],
      [4, 'names a member of an object more than once'],
      [5, '2'],
    ]);
    expect(await read('{"a":1}\r\r\n{a:1}\r\r\n', 'a')).toEqual([
      [1, '1'],
      [2, 'is not JSON'],
    ]);
  });
});
