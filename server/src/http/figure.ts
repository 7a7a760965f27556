/** A figure that is kept elsewhere, and read whenever the metrics are. */
export interface Figure<Source> {
  readonly name: string;
  readonly help: string;
  /** Its one label, if it has several values. */
  readonly label?: string;
  /** Each value with its label; none if the source has no such figure. */
  readonly values: (source: Source) => readonly (readonly [value: number, label?: string])[];
}
