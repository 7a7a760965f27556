import type { ComponentChildren } from 'preact';

/** Shown where there is nothing yet: what would be here, and the next step to get it. */
export function Empty({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="empty">
      <p>
        <strong>{title}</strong>
      </p>
      <div>{children}</div>
    </div>
  );
}
