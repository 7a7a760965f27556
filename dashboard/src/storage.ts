/** What the browser keeps for the page. A reader who blocks cookies may have it refused, and then the page does without. */

type Kind = 'localStorage' | 'sessionStorage';

export function kept(kind: Kind, place: string): string | null {
  return attempt(() => window[kind].getItem(place)) ?? null;
}

export function keep(kind: Kind, place: string, text: string): void {
  attempt(() => window[kind].setItem(place, text));
}

export function forget(kind: Kind, place: string): void {
  attempt(() => window[kind].removeItem(place));
}

function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
