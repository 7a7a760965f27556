import { NetworkError, ProblemError, TimeoutError } from '@leadsource/client';

/** What went wrong, and what the reader can do now. */
export interface Advice {
  readonly what: string;
  readonly todo: string;
  readonly fields: readonly { readonly field: string; readonly message: string }[];
}

/** A part of the page did not arrive from the service, which has other files once it is updated. */
export class MissingPart extends NetworkError {}

/** The connection broke before a file had fully arrived: nothing of it is kept. */
export class BrokenDownload extends NetworkError {}

const byStatus: Readonly<Record<number, readonly [string, string]>> = {
  401: ['Your key or token is not accepted.', 'Sign in with another one.'],
  403: [
    'Your key or token does not permit this.',
    'Sign in with one that has the permission, or ask whoever gave it to you.',
  ],
  404: ['There is nothing here.', 'Check the link; it may have been removed or merged.'],
  409: [
    'It has changed in the meantime, or its state does not allow this.',
    'Reload it and repeat your change.',
  ],
  412: ['It has changed in the meantime.', 'Reload it and repeat your change.'],
  413: ['That is too much at once.', 'Split it into smaller parts.'],
  422: ['Something is not valid.', 'Correct what is named below and try again.'],
  503: [
    'The service cannot reach its storage at the moment.',
    'Try again in a few seconds; if it persists, tell the operator.',
  ],
};

export function adviceFor(error: unknown): Advice {
  if (error instanceof ProblemError) return adviceForProblem(error);
  if (error instanceof TimeoutError)
    return {
      what: 'The service did not answer in time.',
      todo: 'Try again, or ask for less: a shorter period, fewer rows.',
      fields: [],
    };
  if (error instanceof MissingPart)
    return {
      what: 'A part of the dashboard has not loaded.',
      todo: 'Check that the service runs and that you are connected, then try again; if the service was updated, reload the dashboard.',
      fields: [],
    };
  if (error instanceof BrokenDownload)
    return {
      what: 'The connection broke before the file was complete, and nothing was kept.',
      todo: 'Check that the service runs and that you are connected, then try again.',
      fields: [],
    };
  if (error instanceof NetworkError)
    return {
      what: 'The service cannot be reached.',
      todo: 'Check that it runs and that you are connected, then try again.',
      fields: [],
    };
  return {
    what: 'The dashboard has failed.',
    todo: 'Reload it; if that does not help, tell the operator what you did.',
    fields: [],
  };
}

function adviceForProblem({
  status,
  title,
  detail,
  invalidFields,
  retryAfterSeconds,
  requestId,
}: ProblemError): Advice {
  const fields = invalidFields;
  if (status === 429) {
    const seconds = retryAfterSeconds ?? 60;
    return {
      what: 'Too many requests in too short a time.',
      todo: `Try again in ${seconds} seconds.`,
      fields,
    };
  }
  const [what, todo] = byStatus[status] ?? [
    'The service failed.',
    `Try again; if it persists, tell the operator the request id: ${requestId ?? 'none'}.`,
  ];
  const said = detail || title;
  return { what: status === 422 || said === '' ? what : `${what} ${said}`, todo, fields };
}
