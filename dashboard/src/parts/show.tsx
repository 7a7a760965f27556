import type { ComponentChildren } from 'preact';
import type { Asked } from '../asked.ts';
import { Loading } from './loading.tsx';
import { Trouble } from './trouble.tsx';

interface ShowParts<Value> {
  readonly asked: Asked<Value>;
  readonly children: (value: Value) => ComponentChildren;
}

/** What was asked for, once it is there; the one before it stays, fainter, while another is on its way. */
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
