import type { NewTouch, Touch, TouchKey } from './touch.ts';

export interface Addition {
  readonly kind: 'adds';
  readonly added: NewTouch;
}

/** Some touches are removed. */
export interface Removal {
  readonly kind: 'removes';
  readonly keys: readonly TouchKey[];
}

/** Touches lose their details. */
export interface Stripping {
  readonly kind: 'strips';
  /** As they are after the change. */
  readonly touches: readonly Touch[];
}

/** What a change of a customer does to its touches. */
export type TouchEffect =
  | { readonly kind: 'keeps' }
  | Addition
  | Removal
  | { readonly kind: 'removes-all' }
  | Stripping;

export const keepsTouches: TouchEffect = { kind: 'keeps' };

/** Whether anything that was recorded before is removed. */
export function takesAway({ kind }: TouchEffect): boolean {
  return kind !== 'keeps' && kind !== 'adds';
}
