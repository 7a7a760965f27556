/** What takes long, in the order in which it comes. */
export type Step = 'copying' | 'checking' | 'moving' | 'comparing';

/** Hears how far a step is: `done` of `total`, in pages of a file or rows of tables. The last call has both alike. */
export type Watch = (step: Step, done: number, total: number) => void;
