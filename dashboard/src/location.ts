import { useEffect, useState } from 'preact/hooks';

/** The view that the address names: everything behind the `#`, so that a link keeps it and no server is told of it. */
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

/** The address of a view. Members of the query that are empty stay out of it. */
export function viewLink(path: readonly string[], query: Query = {}): string {
  const named = Object.entries(query).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  const text = new URLSearchParams(named.map(([name, value]) => [name, String(value)])).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
}

/** Goes to a view, which the way back leads out of. */
export function goTo(link: string): void {
  location.hash = link;
}

/** Changes some members of the query of the view that is shown. */
export function changeQuery(changes: Query): void {
  const { path, query } = currentView();
  goTo(viewLink(path, { ...Object.fromEntries(query), ...changes }));
}

/** The view that is shown, as it changes. */
export function useView(): View {
  const [view, setView] = useState(currentView);
  useEffect(() => {
    const follow = () => setView(currentView());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return view;
}
