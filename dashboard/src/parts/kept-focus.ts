import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/**
 * Keeps the focus within a part of the page that is shown anew: if the element that had it is gone, its successor gets it, or
 * else the part, which has to be focusable.
 */
export function useKeptFocus(part: RefObject<HTMLElement | null>): void {
  // Before what is rendered now replaces it.
  const holder = holderIn(part.current);
  useLayoutEffect(() => {
    const { current } = part;
    if (holder === null || current === null) return;
    if (holder.element.isConnected || document.activeElement !== document.body) return;
    (successorOf(holder, placesIn(current)) ?? current).focus({ preventScroll: true });
  });
}

interface Holder {
  readonly element: HTMLElement;
  readonly name: string;
  /** Among all places for the focus. */
  readonly place: number;
}

function holderIn(part: HTMLElement | null): Holder | null {
  const element = document.activeElement;
  if (part === null || !(element instanceof HTMLElement) || !part.contains(element)) return null;
  return { element, name: nameOf(element), place: placesIn(part).indexOf(element) };
}

const placesIn = (part: HTMLElement) =>
  [...part.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary')].filter(
    (element) => element.checkVisibility(),
  );

const nameOf = (element: HTMLElement) =>
  `${element.tagName} ${element.ariaLabel ?? element.textContent ?? ''}`;

/** The closest of the same name, which does the same, or else what is in its place. */
function successorOf({ name, place }: Holder, places: readonly HTMLElement[]): HTMLElement | undefined {
  const distanceTo = (element: HTMLElement) => Math.abs(places.indexOf(element) - place);
  const [closest] = places
    .filter((element) => nameOf(element) === name)
    .toSorted((one, other) => distanceTo(one) - distanceTo(other));
  return closest ?? places[Math.min(place, places.length - 1)];
}
