import type { ModelView, Outcome } from './model.ts';
import type { ModelConversion } from './model-money.ts';

/** What is seen of a customer besides what the model knows. */
export interface SeenCustomer extends ModelView {
  readonly entityTag: string | null;
  readonly updatedTime: number | null;
  /** Grows with every change of the customer; null where it is not shown. */
  readonly revision: number | null;
}

/** The service, as far as the model knows it. */
export interface Subject {
  /** Moves the clock that the next calls see. */
  setClock(now: number): void;
  /** What a client is told of an outcome of a put, where that is less than the outcome. */
  readonly toldOfPut?: (outcome: string) => string;
  put(id: string, facts: string, mustBeNew: boolean): Promise<Outcome>;
  remove(id: string): Promise<Outcome>;
  save(id: string, website: string | null, facts: string | null): Promise<Outcome>;
  /** Answers the public id of the touch. */
  add(id: string, facts: string, occurredTime: number): Promise<string>;
  undo(id: string, touchId: string): Promise<Outcome>;
  merge(id: string, target: string): Promise<Outcome>;
  /** As a page does, whose address has the facts. */
  capture(visitor: string, facts: string, occurredTime: number): Promise<Outcome>;
  /** Answers how many touches of the visitor are the customer's. A time of null is not told. */
  link(id: string, visitor: string, linkedTime: number | null): Promise<string>;
  /** The name is the conversion's for good; the amount is in hundredths. */
  convert(id: string, conversion: string, amount: number): Promise<Outcome>;
  /** Each call is a refund of its own; an amount of null takes the rest. */
  refund(conversion: string, amount: number | null): Promise<Outcome>;
  /** Null for an unknown one. */
  conversion(name: string): Promise<ModelConversion | null>;
  /** The facts of the original and the current lead source; null where there is none. */
  ends(id: string): Promise<readonly [string, string] | null>;
  see(id: string): Promise<SeenCustomer | null>;
  /** How many events there are; null where that cannot be seen. */
  events(): Promise<number | null>;
}
