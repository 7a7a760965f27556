/** The steps of a long operation, in order. */
export type Step = 'copying' | 'checking' | 'moving' | 'comparing';

/** Told how far a step is: `done` of `total`, in pages of a file or rows of tables. The two are equal in the last call. */
export type Watch = (step: Step, done: number, total: number) => void;
