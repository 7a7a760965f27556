import { useEffect, useState } from 'preact/hooks';

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

/** Goes to a view; the browser's back button returns from it. */
export function goTo(link: string): void {
  location.hash = link;
}

/** Changes some members of the current view's query. */
export function changeQuery(changes: Query): void {
  const { path, query } = currentView();
  goTo(viewLink(path, { ...Object.fromEntries(query), ...changes }));
}

/** The current view, as it changes. */
export function useView(): View {
  const [view, setView] = useState(currentView);
  useEffect(() => {
    const follow = () => setView(currentView());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return view;
}
