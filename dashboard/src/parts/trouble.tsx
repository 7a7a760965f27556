import { adviceFor } from '../advice.ts';

/** What went wrong, what to do about it, and a button for that. */
export function Trouble({ error, again }: { error: unknown; again?: (() => void) | undefined }) {
  const { what, todo, fields } = adviceFor(error);
  return (
    <div class="trouble" role="alert">
      <p>
        <strong>{what}</strong> {todo}
      </p>
      {fields.length > 0 && (
        <ul>
          {fields.map(({ field, message }) => (
            <li key={field + message}>
              {field !== '' && <code>{field}</code>} {message}
            </li>
          ))}
        </ul>
      )}
      {again !== undefined && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}
