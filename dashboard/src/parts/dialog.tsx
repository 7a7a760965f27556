import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from './button.tsx';
import { Trouble } from './trouble.tsx';

interface DialogParts {
  readonly title: string;
  readonly close: () => void;
  readonly children: ComponentChildren;
}

/**
 * Asks for something before the page can be used again. The Escape key closes it; however it ends, the focus returns to where it
 * was.
 */
export function Dialog({ title, close, children }: DialogParts) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // Browsers restore the focus when a dialog is closed, but not when it is removed from the page.
    return () => shown?.close();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={close}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

interface ConfirmParts {
  readonly title: string;
  readonly children: ComponentChildren;
  /** What the confirming button says. */
  readonly verb: string;
  readonly isRunning: boolean;
  readonly confirm: () => void;
  readonly close: () => void;
  /** What confirming last ended with. */
  readonly error: unknown;
}

/** Asks for confirmation of something that cannot be undone. */
export function Confirm({ title, children, verb, isRunning, confirm, close, error }: ConfirmParts) {
  // What was confirmed before may have been about something else.
  const before = useRef(error);
  return (
    <Dialog title={title} close={close}>
      {children}
      {error !== undefined && error !== before.current && <Trouble error={error} />}
      <div class="actions">
        <button type="button" onClick={close}>
          Cancel
        </button>
        <Button class="danger" isOff={isRunning} onClick={confirm}>
          {verb}
        </Button>
      </div>
    </Dialog>
  );
}
