/** Characters that look like one of ASCII, whether in Greek, Cyrillic, Armenian, Cherokee, Lisu, other Latin or ASCII itself. */
const lookAlikes: readonly (readonly [ascii: string, others: string])[] = [
  ['a', 'аАαΑᎪꓮɑᴀ'],
  ['b', 'ВΒᏴꓐʙ'],
  ['c', 'сСςᏟꓚᴄ'],
  ['d', 'ԁԀᎠꓓᴅ'],
  ['e', 'еЕҽεΕᎬꓰɛᴇ'],
  ['f', 'Ϝꓝꜰ'],
  ['g', 'ɡցᏀꓖɢ'],
  ['h', 'һҺНΗᎻꓧհʜ'],
  ['j', 'јЈϳͿᎫꓙᴊ'],
  ['k', 'кКκΚᏦꓗᴋ'],
  ['l', '1i|іІӏӀιΙıɩɪʟᎥᏞꓲꓡłŁǀ'],
  ['m', 'мМΜᎷꓟᴍ'],
  ['n', 'пΝηꓠոɴ'],
  ['o', '0оОοΟσօՕꓳᴏøØ०০๐ဝס'],
  ['p', 'рРρΡᏢꓑᴘ'],
  ['q', 'ԛԚզ'],
  ['r', 'гᎡᏒꓣʀᴦ'],
  ['s', 'ѕЅᏚꓢꜱՏ'],
  ['t', 'тТτΤᎢꓔᴛ'],
  ['u', 'υսՍꓴᴜʋ'],
  ['v', 'νѵѴᏙꓦᴠ'],
  ['w', 'ԝԜѡωᎳꓪᴡ'],
  ['x', 'хХχΧꓫ'],
  ['y', 'уУүҮγΥꓬʏᎩ'],
  ['z', 'ΖᏃꓜᴢ'],
  ['_', 'ˍ'],
  ['/', '⁄∕⧸'],
  [':', '꞉∶ː։׃'],
  ['-', '‐‒–−'],
];

const asciiOf = new Map(lookAlikes.flatMap(([ascii, others]) => [...others].map((other) => [other, ascii])));

const unseen = /[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
// The blank of Braille is a sign, not a space, to Unicode.
const space = /[\s\p{Z}\u2800]+/gu;

/** A text as its reader may perceive it: texts that look alike have the same. It is for comparing, not for showing. */
export function perceived(text: string): string {
  const seen = text.normalize('NFKD').replace(unseen, '').replace(space, ' ').trim();
  return folded(folded(seen).toLowerCase());
}

function folded(text: string): string {
  return Array.from(text, (character) => asciiOf.get(character) ?? character).join('');
}

/** Whether a text has characters by which it may look like any other: controls, and those that turn the direction of text. */
export function canDisguise(text: string): boolean {
  return /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u.test(text);
}
