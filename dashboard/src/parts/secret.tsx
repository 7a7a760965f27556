import { useRef, useState } from 'preact/hooks';

/** Text to be copied, such as a key that is shown once. */
export function Secret({ label, text }: { label: string; text: string }) {
  const shown = useRef<HTMLElement>(null);
  const [word, setWord] = useState('Copy');
  const copy = () => {
    // Browsers give access to the clipboard only to pages that came by TLS, or from this machine.
    if (!('clipboard' in navigator)) return setWord(select(shown.current));
    return navigator.clipboard.writeText(text).then(
      () => setWord('Copied'),
      () => setWord(select(shown.current)),
    );
  };
  return (
    <div class="secret">
      <code ref={shown}>{text}</code>
      <button
        type="button"
        aria-label={word === 'Copy' ? `Copy ${label}` : `${word}: ${label}`}
        onClick={copy}
      >
        {word}
      </button>
    </div>
  );
}

/** Selects the text, so that the reader can copy it. */
function select(element: HTMLElement | null): string {
  if (element !== null) getSelection()?.selectAllChildren(element);
  return 'Selected';
}
