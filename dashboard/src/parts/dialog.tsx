import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

interface DialogParts {
  readonly title: string;
  readonly close: () => void;
  readonly children: ComponentChildren;
}

/** Asks for something before all else. The Escape key closes it; however it ends, the focus goes back to where it came from. */
export function Dialog({ title, close, children }: DialogParts) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // Browsers give the focus back where a dialog is closed, and not where it is taken out of the page.
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
  /** What the button says that does it. */
  readonly verb: string;
  readonly isRunning: boolean;
  readonly confirm: () => void;
  readonly close: () => void;
  readonly trouble?: ComponentChildren;
}

/** Asks once more before something that cannot be undone. */
export function Confirm({ title, children, verb, isRunning, confirm, close, trouble }: ConfirmParts) {
  return (
    <Dialog title={title} close={close}>
      {children}
      {trouble}
      <div class="actions">
        <button type="button" onClick={close}>
          Cancel
        </button>
        <button type="button" class="danger" disabled={isRunning} onClick={confirm}>
          {verb}
        </button>
      </div>
    </Dialog>
  );
}
