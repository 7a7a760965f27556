import { sql } from 'kysely';
import { parameter } from '../parameter.ts';

/** `changeTime` of the domain, for rows that are changed where they are stored. Greatest has another name in each engine. */
export const changeTime = sql<number>`
  case when updated_time > ${parameter<number>('now')} then updated_time else ${parameter<number>('now')} end`;
