/** Where the fields of a row come from. */
export interface RowPart {
  /** For each field, the columns that may hold it: the first that has a value counts. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly constants?: Readonly<Record<string, string>>;
}

/** A row that a record becomes. One record may become several. */
export interface PresetRow extends RowPart {
  /** Records without a value in any of these columns do not become this row, and nothing is wrong with them. */
  readonly needs?: readonly string[];
  /** Also leaves out records without a lead source, except that the columns in `needs` may stand in for one. */
  readonly needsLeadSource?: true;
  /** Adds sources depending on the text in a column, whose case, spaces and punctuation do not matter. */
  readonly cases?: {
    readonly columns: readonly string[];
    readonly byText: readonly (readonly [text: string, part: RowPart])[];
    readonly otherwise: RowPart;
  };
  /** What is subtracted from the amount. It has to be stated if `requiredBy` has one of its texts. */
  readonly deduction?: Deduction;
}

export interface Deduction {
  readonly columns: readonly string[];
  readonly requiredBy: TextsOfColumns;
}

/** One of these texts, in any case, in the first of the columns that has a value. */
export interface TextsOfColumns {
  readonly columns: readonly string[];
  readonly texts: readonly string[];
}
