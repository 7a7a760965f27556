import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import type { Editing } from '../location.ts';

interface FieldParts {
  readonly label: string;
  readonly hint?: ComponentChildren;
  /** What is wrong with what was filled in. */
  readonly fault?: string | undefined;
  readonly children: (control: Control) => ComponentChildren;
}

/** The attributes by which a control belongs to its label, its fault and its hint. */
interface Control {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean;
}

/** A control with its label, and a hint on what to know before filling it in. */
export function Field({ label, hint, fault, children }: FieldParts) {
  const id = useId();
  const [hintId, faultId] = [`${id}-hint`, `${id}-fault`];
  const describedBy = [fault !== undefined && faultId, hint !== undefined && hintId]
    .filter(Boolean)
    .join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        'aria-describedby': describedBy || undefined,
        'aria-invalid': fault !== undefined,
      })}
      {fault !== undefined && (
        <p class="fault" id={faultId} role="alert">
          {fault}
        </p>
      )}
      {hint !== undefined && (
        <p class="hint" id={hintId}>
          {hint}
        </p>
      )}
    </div>
  );
}

type InputType = 'text' | 'url' | 'number' | 'date' | 'datetime-local';

interface TextParts extends Omit<FieldParts, 'children'> {
  readonly value: string;
  readonly change: (value: string) => void;
  readonly type?: InputType;
  readonly isRequired?: boolean;
  readonly placeholder?: string;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number | 'any';
  readonly onBlur?: () => void;
}

export function TextField({
  label,
  hint,
  fault,
  value,
  change,
  type = 'text',
  isRequired,
  ...more
}: TextParts) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(control) => (
        <input
          {...more}
          {...control}
          // The element's types depend on the kind of input, which is only known here.
          type={type as 'text'}
          value={value}
          required={isRequired === true}
          onInput={(event) => change(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface DayParts extends Pick<TextParts, 'label' | 'value'> {
  readonly change: (value: string, editing: Editing) => void;
}

/**
 * A day whose every change counts at once. What is being typed stays as it is until the field is left, although the rest of the
 * page changes meanwhile.
 */
export function DayField({ value, change, ...parts }: DayParts) {
  const [typed, setTyped] = useState<string | null>(null);
  const editing = useRef<Editing>({});
  return (
    <TextField
      {...parts}
      type="date"
      value={typed ?? value}
      change={(text) => {
        setTyped(text);
        change(text, editing.current);
      }}
      onBlur={() => {
        setTyped(null);
        editing.current = {};
      }}
    />
  );
}

interface ListParts extends Omit<FieldParts, 'children'> {
  readonly values: readonly string[];
  readonly change: (values: string[]) => void;
}

/** Several texts, one per line; blank lines are empty texts. */
export function ListField({ label, hint, fault, values, change }: ListParts) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(control) => <LinesArea {...control} values={values} change={change} />}
    </Field>
  );
}

interface LinesAreaParts extends Pick<ListParts, 'values' | 'change'>, Partial<Control> {
  readonly 'aria-label'?: string;
}

/** The same without label and hint. */
export function LinesArea({ values, change, ...attributes }: LinesAreaParts) {
  return (
    <textarea
      {...attributes}
      rows={Math.min(8, Math.max(2, values.length + 1))}
      spellcheck={false}
      defaultValue={values.join('\n')}
      onInput={(event) => change(linesOf(event.currentTarget.value))}
    />
  );
}

const linesOf = (text: string) => text.split('\n').map((line) => line.trim());

interface ChoiceParts<Value extends string> extends Omit<FieldParts, 'children'> {
  readonly value: Value;
  readonly choices: readonly (readonly [Value, string])[];
  readonly change: (value: Value, editing: Editing) => void;
}

export function ChoiceField<Value extends string>({
  label,
  hint,
  fault,
  value,
  choices,
  change,
}: ChoiceParts<Value>) {
  const editing = useRef<Editing>({});
  const endEditing = () => {
    editing.current = {};
  };
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(control) => (
        <select
          {...control}
          value={value}
          onChange={(event) => {
            const chosen = choices[event.currentTarget.selectedIndex];
            if (chosen !== undefined) change(chosen[0], editing.current);
          }}
          // Keys lead from choice to choice; the pointer, to one.
          onPointerDown={endEditing}
          onBlur={endEditing}
        >
          {choices.map(([choice, name]) => (
            <option key={choice} value={choice}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
