import { useEffect } from 'preact/hooks';
import { useAsked } from '../../asked.ts';
import { formatShare } from '../../format.ts';
import { Show } from '../../parts/show.tsx';

const pollMilliseconds = 1_000;
const underWay: ReadonlySet<string> = new Set(['queued', 'running']);

/** How far a job is that recomputes credits; calls `ended` once it is over. */
export function RecomputeProgress({ id, ended }: { id: string; ended: () => void }) {
  const asked = useAsked((client, signal) => client.getJob({ id }, { signal }), [id]);
  const { value: job, again } = asked;
  const isUnderWay = job !== undefined && underWay.has(job.status);
  const isOver = job !== undefined && !isUnderWay && job.status !== 'failed';
  useEffect(() => {
    if (isOver) ended();
    if (!isUnderWay) return;
    const timer = setTimeout(again, pollMilliseconds);
    return () => clearTimeout(timer);
  }, [job]);
  return (
    <Show asked={asked}>
      {({ status, progress, error }) =>
        status === 'failed' ? (
          <p class="trouble" role="alert">
            <strong>Recomputing failed.</strong> {error} Reports use the existing credits. Save again, or tell
            the operator.
          </p>
        ) : (
          <div class="card spaced" role="status">
            <label>
              Recomputing credits: {formatShare(progress)}
              <progress max={1} value={progress} />
            </label>
            <p class="hint">Reports use the existing credits until all are recomputed.</p>
          </div>
        )
      }
    </Show>
  );
}
