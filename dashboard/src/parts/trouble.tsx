import { adviceFor } from '../advice.ts';

interface TroubleParts {
  readonly error: unknown;
  readonly again?: (() => void) | undefined;
  /** How the reader knows a field that the service names; undefined if the name has to do. */
  readonly nameOf?: (field: string) => string | undefined;
}

/** What went wrong, what to do about it, and a button for that. */
export function Trouble({ error, again, nameOf }: TroubleParts) {
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
              <FieldName field={field} name={nameOf?.(field)} /> {message}
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

function FieldName({ field, name }: { field: string; name: string | undefined }) {
  if (name !== undefined) return <strong>{name}</strong>;
  return field === '' ? null : <code>{field}</code>;
}
