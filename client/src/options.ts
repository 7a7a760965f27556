/** How a service is reached, and as whom. */
export interface ClientOptions {
  /** Where it listens, such as `https://leads.example.com`. */
  readonly url: string;
  /** `sk_…`; where a token is given too, the token decides. */
  readonly secretKey?: string | undefined;
  /** A JSON Web Token, or what gives the one that is good now; asked before each attempt. */
  readonly token?: string | (() => string | Promise<string>) | undefined;
  /** Named in every path; it must be that of the credential. Absent: taken from the credential. */
  readonly organizationId?: string | undefined;
  /** How often a call is made again where repeating is safe. 2 by default. */
  readonly retries?: number | undefined;
  /** For each attempt, until its answer is read; a streamed answer until it begins. 30,000 by default. */
  readonly timeoutMilliseconds?: number | undefined;
  /** The longest wait that is kept when the service asks for one; where it asks for more, the call fails. 60 by default. */
  readonly longestWaitSeconds?: number | undefined;
  /** In place of the runtime's own. */
  readonly fetch?: ((url: string, request: RequestInit) => Promise<Response>) | undefined;
  /** In place of a timer, before a call is made again. Rejects once the signal is aborted. */
  readonly wait?: ((milliseconds: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
}

/** Of one call alone. */
export interface CallOptions
  extends Pick<ClientOptions, 'retries' | 'timeoutMilliseconds' | 'longestWaitSeconds'> {
  /** Ends the call, and the waiting between its attempts: it fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Sent with the request, such as `Accept`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}
