import { useEffect, useState } from 'preact/hooks';

const usualMilliseconds = 5_000;

/** Says that something is on its way and, if that takes long, what can be done about it. */
export function Loading() {
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), usualMilliseconds);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p class="loading" role="status">
      Loading…
      {isSlow && ' This takes longer than usual. Wait, or ask for less: a shorter period, fewer rows.'}
    </p>
  );
}
