import { formatMoment } from '../format.ts';

/** A moment in the reader's own time zone. */
export function Moment({ time }: { time: string }) {
  return <time dateTime={time}>{formatMoment(time)}</time>;
}
