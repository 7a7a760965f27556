import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import type { Asked } from '../asked.ts';
import { useKeptFocus } from './kept-focus.ts';
import { Loading } from './loading.tsx';
import { Trouble } from './trouble.tsx';

interface ShowParts<Value> {
  readonly asked: Asked<Value>;
  readonly children: (value: Value) => ComponentChildren;
}

/** The answer, once it has arrived; while another is on its way, the previous one stays visible, but faded. */
export function Show<Value>({ asked, children }: ShowParts<Value>) {
  const { value, error, isLoading, again } = asked;
  const part = useRef<HTMLDivElement>(null);
  useKeptFocus(part);
  const isShown = error === undefined && value !== undefined;
  return (
    <div
      ref={part}
      tabIndex={-1}
      class={isShown && isLoading ? 'shown stale' : 'shown'}
      aria-busy={isShown && isLoading}
    >
      {error !== undefined && <Trouble error={error} again={again} />}
      {error === undefined && value === undefined && <Loading />}
      {isShown && children(value)}
    </div>
  );
}
