import { viewLink } from '../location.ts';
import { PageHead } from '../parts/page-head.tsx';

export function NotFound() {
  return (
    <>
      <PageHead title="There is no such page" />
      <p>
        The link may be old. <a href={viewLink([])}>Go to the overview</a>.
      </p>
    </>
  );
}
