import { STATUS_CODES } from "node:http";
import axios, { isAxiosError, type AxiosInstance, type AxiosResponse } from "axios";
import pLimit from "p-limit";
import { z } from "zod";
import { leaves, scrub } from "../../../core/scrub";
import { retry, retryAfter, type RetryPolicy, type Verdict } from "../../../core/retry";
import { ApiError, fixFor, nature, OutcomeUnknown, type Failed } from "./errors";

export interface HttpOptions {
  /** Without path and without trailing slash. */
  baseUrl: string;
  apiKey: string;
  /** Takes one line for the operator. */
  report: (line: string) => void;
  policy?: RetryPolicy;
}

/** One request. `path` is encoded. */
export interface ApiRequest {
  /** In the operator's words, after "could not". */
  operation: string;
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  query?: Readonly<Record<string, string | number>>;
  body?: Readonly<Record<string, unknown>>;
  /** Fields of the body that must not show anywhere. */
  secrets?: readonly string[];
}

/**
 * 5 attempts of 10 s each, two minutes in all with the waiting for its turn: long enough for a restart on the other
 * side, short enough to watch.
 */
const usualPolicy: RetryPolicy = {
  attempts: 5,
  perAttempt: 10_000,
  total: 120_000,
  firstDelay: 250,
  longestDelay: 8_000,
};

/**
 * SigmaMind states no rate limit (docs/facts/sigmamind.md#address-and-key); the engine runs many more resources at a time
 * than this.
 */
const AT_A_TIME = 4;

/** The documented error body (docs/facts/sigmamind.md#errors), as much of it as helps. */
const errorBody = z.looseObject({ message: z.string().optional(), error: z.string().optional() });

/**
 * The connection to SigmaMind's API: own deadline for each attempt, bounded retries, at most {@link AT_A_TIME} requests
 * at a time, every body through a schema, and no error that shows a secret.
 */
export class Http {
  readonly #axios: AxiosInstance;
  readonly #limit = pLimit(AT_A_TIME);
  readonly #policy: RetryPolicy;

  constructor(private readonly options: HttpOptions) {
    this.#policy = options.policy ?? usualPolicy;
    this.#axios = axios.create({
      baseURL: options.baseUrl,
      adapter: "http",
      headers: { "X-API-Key": options.apiKey, Accept: "application/json" },
      // A redirect would carry the key to another host.
      maxRedirects: 0,
      maxContentLength: 8 * 1024 * 1024,
      validateStatus: () => true,
      ...(isLoopback(new URL(options.baseUrl).hostname) ? { proxy: false } : {}),
    });
  }

  /** Sends an idempotent request (GET, PATCH, DELETE), again where that may help. */
  async send<T>(request: ApiRequest, schema: z.ZodType<T>): Promise<T> {
    return this.#repeated(request, (signal) => this.#once(request, schema, signal));
  }

  /**
   * Sends a POST, which must not happen twice. After an attempt with no clear outcome it first asks `look` whether the
   * request was carried out, and repeats it only where it was not.
   */
  async post<T>(request: ApiRequest, schema: z.ZodType<T>, look: () => Promise<T | undefined>): Promise<T> {
    const lost: { last?: ApiError } = {};
    const attempt = async (signal: AbortSignal): Promise<T> => {
      const found = lost.last === undefined ? undefined : await lookAfter(lost.last, look);
      if (found !== undefined) return found;
      try {
        return await this.#once(request, schema, signal);
      } catch (thrown) {
        if (thrown instanceof ApiError && thrown.failed.uncertain) lost.last = thrown;
        throw thrown;
      }
    };
    try {
      return await this.#repeated(request, attempt);
    } catch (thrown) {
      if (lost.last === undefined || thrown instanceof OutcomeUnknown || !(thrown instanceof ApiError)) throw thrown;
      // Also after a conflict: an attempt that was lost may have arrived late, and then the conflict is with ourselves.
      const found = await lookAfter(thrown, look);
      if (found !== undefined) return found;
      throw new OutcomeUnknown(thrown.failed);
    }
  }

  #repeated<T>(request: ApiRequest, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return retry(({ signal }) => attempt(signal), {
      // The budget of an attempt begins when it is its turn, see #exchange.
      policy: { ...this.#policy, perAttempt: this.#policy.total },
      judge,
      onRetry: (thrown, next, wait) => {
        const why = thrown instanceof ApiError ? thrown.failed.reason : "failed";
        const when = `attempt ${next} of ${this.#policy.attempts} in ${(wait / 1000).toFixed(1)} s`;
        this.options.report(`SigmaMind: ${request.operation}: ${why}; ${when}`);
      },
    });
  }

  async #once<T>(request: ApiRequest, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const response = await this.#limit(() => this.#exchange(request, signal));
    if (response.status < 200 || response.status >= 300) throw this.#refused(request, response);
    const parsed = schema.safeParse(response.data);
    if (parsed.success) return parsed.data;
    const where = parsed.error.issues.map(({ path, code }) => `${path.map(String).join(".") || "body"} (${code})`);
    throw new ApiError({
      operation: request.operation,
      status: response.status,
      reason: `it answered ${response.status} with a body that this version does not understand: ${where.join(", ")}`,
      fix: "Check `sigmamind:baseUrl`; if it is right, SigmaMind's API has changed and this package needs an update.",
      passing: false,
      uncertain: true,
    });
  }

  async #exchange(request: ApiRequest, budget: AbortSignal): Promise<AxiosResponse<unknown>> {
    const { method, path, query, body } = request;
    const signal = AbortSignal.any([budget, AbortSignal.timeout(this.#policy.perAttempt)]);
    try {
      return await this.#axios.request<unknown>({ method, url: path, params: query, data: body, signal });
    } catch (thrown) {
      throw this.#unanswered(request, thrown);
    }
  }

  #refused(request: ApiRequest, response: AxiosResponse<unknown>): ApiError {
    const { status, data, headers } = response;
    const said = errorBody.safeParse(data).data;
    const message = said?.message ?? said?.error;
    const quoted = message === undefined ? "" : `, "${this.#safe(request, message)}"`;
    const after = retryAfter(headers["retry-after"]);
    const wait = after === undefined ? "" : ` (asks to wait ${Math.ceil(after / 1000)} s)`;
    const reason = `${status} ${STATUS_CODES[status] ?? ""}`.trim() + quoted + wait;
    const { operation } = request;
    return new ApiError({ operation, status, reason, fix: fixFor(status), ...nature(status), after });
  }

  #unanswered(request: ApiRequest, thrown: unknown): ApiError {
    const { operation } = request;
    const code = isAxiosError(thrown) ? (thrown.code ?? "") : "";
    const detail = thrown instanceof Error ? thrown.message : "";
    const reason =
      code === "ERR_CANCELED" ? "no answer in time" : this.#safe(request, detail || code || "no connection");
    const network: Pick<Failed, "fix"> = {
      fix: `Check that ${this.options.baseUrl} (\`sigmamind:baseUrl\`) can be reached from this machine.`,
    };
    // Certain only where nothing was sent: no address, no connection, or no trust in the certificate.
    const unsent = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$|CERT|TLS|SIGNED|SIGNATURE/.test(code);
    const lasting = /^ENOTFOUND$|CERT|TLS|SIGNED|SIGNATURE|^ERR_(?!NETWORK|CANCELED|BAD_RESPONSE)/.test(code);
    return new ApiError({ operation, reason, ...network, passing: !lasting, uncertain: !unsent });
  }

  /** A text from outside: without secrets and control characters, and short. */
  #safe(request: ApiRequest, text: string): string {
    const secrets = (request.secrets ?? []).flatMap((name) => leaves(request.body?.[name]));
    const scrubbed = scrub(text, [this.options.apiKey, ...secrets]).replace(/[\p{Cc}\p{Cf}]+/gu, " ");
    return scrubbed.length > 300 ? `${scrubbed.slice(0, 297)}...` : scrubbed;
  }
}

/** Looks for what an attempt that was lost may have done. Looking has retries of its own, so failing at it ends all. */
async function lookAfter<T>(lost: ApiError, look: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await look();
  } catch (thrown) {
    throw thrown instanceof ApiError ? new OutcomeUnknown({ ...lost.failed, passing: false }) : thrown;
  }
}

function judge(thrown: unknown): Verdict {
  return thrown instanceof ApiError && thrown.failed.passing ? { after: thrown.failed.after } : "give up";
}

/** Whether a host name of a URL means this machine. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}
