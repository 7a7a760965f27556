import { useEffect, useState } from 'preact/hooks';
import type { View } from '../location.ts';
import type { PageComponent } from '../pages.ts';
import { Loading } from './loading.tsx';
import { Trouble } from './trouble.tsx';

/** A page, once its code is here. */
export function Pending({ load, view }: { load: () => Promise<PageComponent>; view: View }) {
  const [state, setState] = useState<{ Page?: PageComponent; error?: unknown }>({});
  const [times, setTimes] = useState(0);
  useEffect(() => {
    let isWanted = true;
    load().then(
      (Page) => isWanted && setState({ Page }),
      (error: unknown) => isWanted && setState({ error }),
    );
    return () => {
      isWanted = false;
    };
  }, [load, times]);
  const { Page, error } = state;
  if (error !== undefined) return <Trouble error={error} again={() => setTimes(times + 1)} />;
  return Page === undefined ? <Loading /> : <Page view={view} />;
}
