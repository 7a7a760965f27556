import type { ComponentChildren } from 'preact';
import type { Asked } from '../asked.ts';
import { Loading } from './loading.tsx';
import { Trouble } from './trouble.tsx';

interface ShowParts<Value> {
  readonly asked: Asked<Value>;
  readonly children: (value: Value) => ComponentChildren;
}

/** The answer, once it has arrived; while another is on its way, the previous one stays visible, but faded. */
export function Show<Value>({ asked, children }: ShowParts<Value>) {
  const { value, error, isLoading, again } = asked;
  if (error !== undefined) return <Trouble error={error} again={again} />;
  if (value === undefined) return <Loading />;
  return (
    <div class={isLoading ? 'stale' : ''} aria-busy={isLoading}>
      {children(value)}
    </div>
  );
}
