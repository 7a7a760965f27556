/** A conversion, with amounts in hundredths. */
export interface ModelConversion {
  readonly name: string;
  readonly customer: string;
  readonly amount: number;
  readonly refunded: number;
}

/** What customers paid and were given back. */
export class ModelMoney {
  #conversions: readonly ModelConversion[];

  constructor(from?: ModelMoney) {
    this.#conversions = from?.conversions ?? [];
  }

  /** By their names. */
  get conversions(): readonly ModelConversion[] {
    return this.#conversions;
  }

  find(name: string): ModelConversion | null {
    return this.#conversions.find((conversion) => conversion.name === name) ?? null;
  }

  record(conversion: ModelConversion): void {
    this.#conversions = [...this.#conversions, conversion].toSorted((one, other) =>
      one.name < other.name ? -1 : 1,
    );
  }

  /** `amount` is null for all that is left. */
  refund(name: string, amount: number | null): 'created' | 'not-found' | 'invalid' {
    const conversion = this.find(name);
    if (conversion === null) return 'not-found';
    const left = conversion.amount - conversion.refunded;
    const taken = amount ?? left;
    if (left === 0 || taken > left) return 'invalid';
    this.#replace({ ...conversion, refunded: conversion.refunded + taken });
    return 'created';
  }

  move(customer: string, target: string): void {
    for (const conversion of this.#conversions) {
      if (conversion.customer === customer) this.#replace({ ...conversion, customer: target });
    }
  }

  #replace(changed: ModelConversion): void {
    this.#conversions = this.#conversions.map((each) => (each.name === changed.name ? changed : each));
  }
}
