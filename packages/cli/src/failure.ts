import { ApiError, UnreachableError } from '@dumont/contracts/client';
import type { ErrorCode } from '@dumont/contracts/errors';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/** An error that this program finds itself: one clear line, and what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  readonly code: string;

  constructor(code: string, message: string, exitCode: ExitCode = exitCodes.failed, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.exitCode = exitCode;
  }
}

export const usageError = (message: string): CliError => new CliError('cli.usage', message, exitCodes.usage);
export const notFound = (message: string): CliError =>
  new CliError('cli.not_found', message, exitCodes.notFound);
export const interruption = (): CliError =>
  new CliError('cli.interrupted', 'Interrupted.', exitCodes.interrupted);

/** What helps from the shell, where the server's text speaks to people at the console. */
const hints: Readonly<Partial<Record<ErrorCode, string>>> = {
  'auth.password_change_required': 'dumont login',
  'auth.required': 'dumont login',
  'auth.token_invalid': 'dumont login',
  'auth.refresh_reused': 'dumont login',
  'credential.missing': 'dumont pipeline credentials set',
  'credential.unknown': 'dumont pipeline credentials list',
  'fund.unknown': 'dumont pipeline funds list',
  'gateway.audience_taken': 'dumont route list',
  'gateway.route_managed': 'dumont route show',
  'gateway.route_not_found': 'dumont route list',
  'gateway.route_taken': 'dumont route list',
  'machine.busy': 'dumont machine watch',
  'machine.not_found': 'dumont machine list',
  'machine.no_offer': 'dumont offer list',
  'machine.no_snapshot': 'dumont snapshot list',
  'optimization.app_broken': 'dumont app list',
  'optimization.app_unknown': 'dumont app list',
  'optimization.case_not_found': 'dumont case list',
  'optimization.example_unknown': 'dumont app show',
  'optimization.execution_not_found': 'dumont execution list',
  'optimization.instance_not_found': 'dumont problem list',
  'optimization.still_running': 'dumont execution stop',
  'path.invalid': 'dumont pipeline paths list',
  'path.unknown': 'dumont pipeline paths list',
  'pipeline.broken': 'dumont pipeline list',
  'portfolio.fund_not_found': 'dumont portfolio funds',
  'project.none': 'dumont whoami',
  'role.not_found': 'dumont role list',
  'snapshot.kept': 'dumont snapshot keep --off',
  'snapshot.needed': 'dumont snapshot delete --force',
  'snapshot.not_found': 'dumont snapshot list',
  'snapshot.unfinished': 'dumont snapshot watch',
  'storefront.images_full': 'dumont storefront product picture remove',
  'storefront.off': 'dumont storefront show',
  'storefront.order_changed': 'dumont storefront order show',
  'storefront.order_not_found': 'dumont storefront order list',
  'storefront.product_not_found': 'dumont storefront product list',
  'storefront.product_taken': 'dumont storefront product list',
  'storefront.step_invalid': 'dumont storefront order show',
  'system.inactive': 'dumont pipeline enable',
  'system.not_found': 'dumont pipeline systems',
  'system.unknown': 'dumont pipeline systems',
};

/** What a failed command tells: the same shape for people and for `--json`. */
export interface Failure {
  readonly exitCode: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId?: string;
  /** A command that leads on. */
  readonly hint?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

const deepestReason = (error: unknown): string | undefined => {
  let reason: string | undefined;
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : undefined;
    reason = code ?? (at.message === '' ? reason : at.message);
  }
  return reason;
};

const reasonTexts: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it closed the connection',
  ENOTFOUND: 'its name is unknown',
  EAI_AGAIN: 'its name could not be looked up',
  ETIMEDOUT: 'no answer came',
  UND_ERR_CONNECT_TIMEOUT: 'no answer came',
  UND_ERR_SOCKET: 'it closed the connection',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; NODE_EXTRA_CA_CERTS may name it',
  CERT_HAS_EXPIRED: 'its certificate has expired',
};

/** Why the server could not be reached, in a few words. */
export const reachReason = (error: UnreachableError): string => {
  // Something answered, but not in our words: a proxy, or another program on the port.
  if (error.message.startsWith('The server answered')) {
    return `${error.message.replace(/\.$/, '')} (is it a Dumont server?)`;
  }
  const reason = deepestReason(error.cause) ?? error.message;
  return reasonTexts[reason] ?? reason;
};

const exitCodeOf = (error: ApiError): ExitCode => {
  if (error.status === 401) return exitCodes.notSignedIn;
  return error.status === 404 ? exitCodes.notFound : exitCodes.failed;
};

/** Which schema of the app a document did not fit. */
const schemaHint = ({ params }: Partial<ApiError['problem']>): string => {
  const what = params?.['what'];
  return `dumont app show --schema ${typeof what === 'string' ? what : 'instance'}`;
};

const ofApi = (error: ApiError): Failure => {
  // A compatible address or a proxy may answer JSON of another shape.
  const problem: Partial<ApiError['problem']> = error.problem;
  const hint =
    problem.code === 'optimization.schema' ? schemaHint(problem) : hints[problem.code as ErrorCode];
  return {
    exitCode: exitCodeOf(error),
    detail: problem.detail ?? `The server answered ${error.status}.`,
    code: problem.code ?? `http.${error.status}`,
    ...(problem.requestId === undefined ? {} : { requestId: problem.requestId }),
    ...(hint === undefined ? {} : { hint }),
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
  };
};

/** Turns whatever a command threw into what is said of it; `url` is the server that was asked. */
export const failureOf = (error: unknown, url: string): Failure => {
  if (error instanceof CliError) {
    return { exitCode: error.exitCode, detail: error.message, code: error.code };
  }
  if (error instanceof ApiError) return ofApi(error);
  if (error instanceof UnreachableError) {
    return {
      exitCode: exitCodes.unreachable,
      detail: `The server at ${url} cannot be reached: ${reachReason(error)}. Start one with "dumont up", or name another with --url.`,
      code: 'cli.unreachable',
    };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { exitCode: exitCodes.failed, detail, code: 'cli.unexpected' };
};
