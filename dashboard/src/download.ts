/** A call of the client's, of which only what comes over the wire is wanted. */
export interface AnsweredCall {
  response(): Promise<Response>;
}

/** Lets the reader keep what the service answers as a file of that name. */
export async function saveAnswer(call: AnsweredCall, name: string): Promise<void> {
  const response = await call.response();
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
