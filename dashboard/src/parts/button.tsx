import type { ComponentChildren } from 'preact';

interface ButtonParts {
  readonly type?: 'button' | 'submit';
  readonly class?: string;
  readonly 'aria-label'?: string;
  /** It does nothing now: what it starts is under way, or there is nothing to do. */
  readonly isOff: boolean;
  readonly onClick?: () => void;
  readonly children: ComponentChildren;
}

/** A button that is off at times. It keeps the focus then, which `disabled` would take away from whoever has just pressed it. */
export function Button({ type = 'button', isOff, onClick, ...attributes }: ButtonParts) {
  return (
    <button
      {...attributes}
      type={type}
      aria-disabled={isOff}
      onClick={(event) => {
        // Also keeps a form from being submitted, by a key in one of its fields too.
        if (isOff) event.preventDefault();
        else onClick?.();
      }}
    />
  );
}
