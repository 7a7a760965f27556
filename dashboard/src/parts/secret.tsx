import { useState } from 'preact/hooks';

/** Something to be copied, such as a key that is shown once. */
export function Secret({ label, text }: { label: string; text: string }) {
  const [isCopied, setIsCopied] = useState(false);
  return (
    <div class="secret">
      <code>{text}</code>
      <button
        type="button"
        aria-label={`Copy ${label}`}
        onClick={() => navigator.clipboard.writeText(text).then(() => setIsCopied(true))}
      >
        {isCopied ? 'Copied' : 'Copy'}
      </button>
    </div>
  );
}
