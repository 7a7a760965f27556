/** How to reach the service, and with which credential. */
export interface ClientOptions {
  /** Where the service listens, such as `https://leads.example.com`. */
  readonly url: string;
  /** `sk_…`; ignored if a token is given too. */
  readonly secretKey?: string | undefined;
  /** A JSON Web Token, or a function that returns the current one, called before each attempt. */
  readonly token?: string | (() => string | Promise<string>) | undefined;
  /** Put into every path; it must match the credential. By default the credential decides. */
  readonly organizationId?: string | undefined;
  /** How many times a failed call is repeated where that is safe. 2 by default. */
  readonly retries?: number | undefined;
  /** Limits each attempt until its answer is read, or a streamed answer until it begins. 30,000 by default. */
  readonly timeoutMilliseconds?: number | undefined;
  /** The longest wait that is granted when the service asks for one; if it asks for more, the call fails. 60 by default. */
  readonly longestWaitSeconds?: number | undefined;
  /** In place of the runtime's `fetch`. */
  readonly fetch?: ((url: string, request: RequestInit) => Promise<Response>) | undefined;
  /** In place of a timer before a call is repeated. Must reject once the signal is aborted. */
  readonly wait?: ((milliseconds: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
}

/** Options of a single call. */
export interface CallOptions
  extends Pick<ClientOptions, 'retries' | 'timeoutMilliseconds' | 'longestWaitSeconds'> {
  /** Ends the call, including the waits between attempts: it fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Sent with the request, such as `Accept`. They override the client's own. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}
