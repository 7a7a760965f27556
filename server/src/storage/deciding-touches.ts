import { isCapturedDirect, type Touch } from '../domain/touch.ts';

/** Among so many of the latest touches there is almost always one that says where it came from. */
export const lookedAtFromEnd = 32;

/** Whether the latest touches of a history, `lookedAtFromEnd` or all there are, decide which is current: else it takes all. */
export function areDeciding(latest: readonly Touch[]): boolean {
  return latest.length < lookedAtFromEnd || latest.some((touch) => !isCapturedDirect(touch));
}
