import { useEffect, useMemo, useState } from 'preact/hooks';

/** The view that the address names. All of it is after the `#`, so that links keep it and no server learns of it. */
export interface View {
  /** Such as `['customers', 'cus_1']`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

export function currentView(): View {
  const [path = '', query = ''] = location.hash.slice(1).split('?');
  const segments = path.split('/').filter((segment) => segment !== '');
  return { path: segments.map(decoded), query: new URLSearchParams(query) };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

type Query = Readonly<Record<string, string | number | null | undefined>>;

/** The address of a view. Empty members of the query are left out. */
export function viewLink(path: readonly string[], query: Query = {}): string {
  const named = Object.entries(query).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  const text = new URLSearchParams(named.map(([name, value]) => [name, String(value)])).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
}

/**
 * Told of each view that the page itself goes to. The browser tells of it later: what is drawn in between, such as an answer that
 * arrives, would set a control back to what it was before its reader changed it.
 */
const followers = new Set<() => void>();

/** Goes to a view; the browser's back button returns from it, or from the one whose place it takes. */
export function goTo(link: string, takesPlace = false): void {
  if (takesPlace) location.replace(link);
  else location.hash = link;
  for (const follow of followers) follow();
}

/** All that a reader does to one control before leaving it: the browser's back button returns from it as a whole. */
export interface Editing {
  /** The last view that it led to. */
  link?: string;
}

/** Changes some members of the current view's query. */
export function changeQuery(changes: Query, editing: Editing = {}): void {
  const { path, query } = currentView();
  const link = viewLink(path, { ...Object.fromEntries(query), ...changes });
  if (link === location.hash) return;
  goTo(link, editing.link === location.hash);
  editing.link = link;
}

/** The current view, as it changes. */
export function useView(): View {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = () => setHash(location.hash);
    followers.add(follow);
    addEventListener('hashchange', follow);
    return () => {
      followers.delete(follow);
      removeEventListener('hashchange', follow);
    };
  }, []);
  return useMemo(currentView, [hash]);
}
