import { z } from 'zod';

/**
 * Every error that a caller may see: status and public text, `{name}` filled from the error's parameters.
 * The text says what was wrong and, where there is one, what to do next.
 */
export const errorCatalogue = {
  'request.invalid': [422, 'The request is not valid: {count} field(s) need correction.'],
  'request.malformed': [400, 'The body could not be read: {reason}.'],
  'request.address': [400, 'The address could not be read: {reason}.'],
  'request.headers_too_large': [431, 'The address and headers together are too long.'],
  'request.timeout': [408, 'The request did not arrive in time.'],
  'request.too_large': [413, 'The body is larger than the {limitBytes} bytes allowed here.'],
  'request.media_type': [415, 'This address takes application/json.'],
  'request.not_found': [404, 'There is nothing at this address.'],
  'request.method': [405, 'This address does not take {method}; it takes {allowed}.'],
  'request.rate_limited': [429, 'Too many requests. Try again in {retryAfterSeconds} s.'],
  'request.idempotency_mismatch': [
    409,
    'This Idempotency-Key was used before with another request. Use a new key.',
  ],
  'request.origin': [403, 'This request came from another site and was refused.'],
  'request.csrf': [403, 'The CSRF token is missing or wrong. Reload the page.'],
  'request.cursor': [400, 'The cursor is not one that this list gave out.'],
  'server.unexpected': [500, 'Something went wrong on our side. The request id leads to it in the logs.'],
  'server.overloaded': [503, 'The server is at its limit. Try again in {retryAfterSeconds} s.'],
  'server.stopping': [503, 'The server is stopping.'],
  'server.database': [503, 'The database does not answer. Try again in {retryAfterSeconds} s.'],
  'server.disk_full': [507, 'The disk of the server is full: nothing was saved. Make room, then try again.'],

  'auth.required': [401, 'Sign in first.'],
  'auth.token_invalid': [401, 'The token is not valid or has expired. Sign in again.'],
  'auth.credentials': [401, 'E-mail or password is wrong.'],
  'auth.locked': [429, 'Too many failed attempts. Try again in {retryAfterSeconds} s.'],
  'auth.disabled': [403, 'This account is disabled. Ask an administrator.'],
  'auth.refresh_reused': [
    401,
    'This refresh token was used before; all its sessions were ended. Sign in again.',
  ],
  'auth.registration_closed': [403, 'Registration is closed. Ask an administrator for an account.'],
  'auth.ticket': [401, 'The ticket is not valid any more. Ask for a new one.'],
  'auth.oidc': [401, 'Sign-in with {provider} failed: {reason}.'],
  'auth.sign_in_code': [
    401,
    'The code is wrong, was used before, or is older than a minute. Begin the sign-in again.',
  ],
  'auth.directory_unavailable': [
    503,
    'The directory does not answer, so that this name cannot be checked. Try again in a moment.',
  ],
  'auth.directory_email_missing': [
    403,
    'The directory has no e-mail address for this account. Ask its administrator to add one.',
  ],
  'auth.directory_email_taken': [
    409,
    'The e-mail {email} of this directory account belongs to another account here. Ask an administrator.',
  ],
  'auth.password_change_required': [403, 'Change your password first: until then nothing else works.'],
  'auth.password_wrong': [422, 'The current password is wrong.'],
  'auth.password_external': [409, 'This account signs in with {source}; its password is changed there.'],
  'access.forbidden': [403, 'You may not do this: it needs the permission {permission}.'],

  'user.not_found': [404, 'There is no such user.'],
  'user.email_taken': [409, 'Another user has this e-mail.'],
  'user.username_taken': [409, 'Another user has this user name.'],
  'user.last_admin': [409, 'This is the last administrator; make another one first.'],
  'role.not_found': [404, 'There is no such role.'],
  'role.name_taken': [409, 'Another role has this name.'],
  'role.built_in': [409, 'Built-in roles cannot be changed. Make a role of your own.'],
  'role.of_folder': [409, 'The role comes from a file of the installation, and is changed there.'],
  'role.in_use': [409, 'The role is held by {count} member(s). Give them another first.'],
  'role.escalation': [403, 'You cannot give rights that you do not hold yourself.'],
  'project.not_found': [404, 'There is no such project.'],
  'project.name_taken': [409, 'Another project has this name.'],
  'project.not_empty': [409, 'The project still owns {what}.'],
  'project.none': [403, 'You are not a member of any project. Ask an administrator.'],
  'member.not_found': [404, 'That user is not a member of this project.'],
  'token.not_found': [404, 'There is no such API token.'],
  'ssh_key.not_found': [404, 'There is no such SSH key.'],
  'ssh_key.invalid': [422, 'This is not a public SSH key: {reason}.'],
  'ssh_key.taken': [409, 'This key is registered already.'],

  'run.not_found': [404, 'There is no such run.'],
  'run.finished': [409, 'The run has ended already ({state}).'],
  'run.kind_unknown': [422, 'Nothing here executes runs of kind {kind}.'],
  'run.executor_unavailable': [422, 'The executor {executor} is not available here.'],
  'run.executor_kind': [
    422,
    'Runs of kind {kind} need folders and credentials of this host: the executor {executor} takes commands only.',
  ],
  'run.command_off': [
    409,
    'Command runs are off: this host cannot confine them ({reason}). An operator may accept that with DUMONT_ACCEPT_UNCONFINED=command-runs.',
  ],
  'run.queue_full': [503, 'The queue holds {limit} runs already. Try again later.'],
  'artifact.not_found': [404, 'The run has no such file.'],
  'schedule.not_found': [404, 'There is no such schedule.'],
  'schedule.creator': [
    403,
    'Skipped: whoever made this schedule may not start this run any more. Make it anew in your name, or give them the right back.',
  ],
  'schedule.cron': [422, 'The cron expression is not valid: {reason}.'],
  'schedule.time_zone': [422, '{timeZone} is not a time zone. Example: America/Sao_Paulo.'],

  'pipeline.not_found': [404, 'There is no pipeline {id}.'],
  'pipeline.broken': [422, 'The manifest of pipeline {id} cannot be used: {reason}.'],
  'system.not_found': [404, 'There is no system {id}.'],
  'system.unknown': [422, 'There is no system {id}. Known: {known}.'],
  'system.mixed': [
    422,
    'One run takes systems of one pipeline: {id} belongs to {pipeline}, not to {subject}.',
  ],
  'system.inactive': [422, 'The system {id} is switched off. Switch it on first.'],
  'system.option': [422, 'The system {id} has no option {option}. It has: {known}.'],
  'system.no_selection': [422, 'Choose at least one system.'],
  'credential.missing': [
    422,
    'The system {id} needs the credential {credential}. Save it under Settings first.',
  ],
  'credential.not_found': [404, 'There is no credential {key}.'],
  'credential.address': [
    422,
    'The address of the credential {key} changes: enter its password again, so that a stored one never goes to another address.',
  ],
  'credential.unknown': [404, 'No system uses a credential {key}. Known: {known}.'],
  'period.invalid': [422, '{field}: {value} is not a date (DD/MM/YYYY).'],
  'period.reversed': [422, 'The period ends ({end}) before it starts ({start}).'],
  'period.future': [422, 'The period starts in the future ({start}).'],
  'path.invalid': [422, '{name}: {path} {reason}.'],
  'path.unknown': [404, 'There is no path setting {name}. Known: {known}.'],
  'fund.unknown': [422, '{cnpj} is not a known fund of {system}.'],
  'portfolio.fund_not_found': [404, 'No data of the fund {cnpj} has been loaded.'],

  'provider.not_found': [404, 'There is no such provider account.'],
  'provider.none': [409, 'There is no provider account to rent machines with. Add one under Settings first.'],
  'provider.name_taken': [409, 'Another provider account of this project has this name.'],
  'provider.duplicate': [409, 'This account of the provider is registered here already.'],
  'provider.configured': [
    409,
    'This account comes from the configuration of the server and is changed there.',
  ],
  'provider.in_use': [409, 'The account still has {count} machine(s) of ours. Destroy them first.'],
  'provider.unknown_use': [
    409,
    'The account cannot be listed, so that nobody knows whether it still has machines of ours ({reason}). Try again once it answers.',
  ],
  'provider.key_refused': [422, 'The provider does not accept this key: {reason}.'],
  'provider.other_account': [
    409,
    'This key is of another account of the provider ({found}): machines of the present one would be lost from sight. Add it as an account of its own.',
  ],
  'provider.unavailable': [503, 'The provider does not answer: {reason}. Try again in a moment.'],
  'provider.busy': [503, 'The provider takes no more requests at the moment. Try again in a minute.'],
  'blacklist.not_found': [404, 'There is no such entry in the blacklist.'],
  'watch.not_found': [404, 'There is no such entry in the watch list.'],

  'alarm.not_found': [404, 'There is no such alarm.'],
  'alarm.rule_not_found': [404, 'There is no such alarm rule.'],
  'alarm.rule_built_in': [409, 'This rule ships with the product. Switch it off instead of deleting it.'],
  'alarm.metric_unknown': [422, 'There is no metric {metric}.'],
  'machine.not_found': [404, 'There is no such machine.'],
  'machine.state': [409, 'The machine is {state}: it cannot be asked to {action} now.'],
  'machine.held': [409, 'A run is at work on the machine. Wait for it, or cancel it.'],
  'machine.busy': [409, 'The machine is busy ({operation}). Wait for it, or cancel it.'],
  'machine.destroyed': [409, 'The machine is destroyed.'],
  'machine.no_snapshot': [409, 'The machine has no verified snapshot to wake from.'],
  'machine.nothing_to_cancel': [409, 'Nothing is being done with the machine.'],
  'machine.not_cancellable': [409, 'This cannot be given up any more: {phase}.'],
  'machine.budget': [
    409,
    'That would be more than the budget allows: {machines} machines, ${dollars} an hour.',
  ],
  'machine.no_offer': [409, 'Nothing that fits is offered at the moment.'],
  'machine.none_answered': [409, 'None of {count} machines answered in time.'],
  'machine.offer_gone': [409, 'The offer is not to be had any more.'],
  'machine.snapshot_failed': [
    409,
    'The snapshot could not be made and verified: {reason}. Nothing was destroyed.',
  ],
  'machine.snapshot_partial': [
    409,
    'The snapshot is partial: some files could not be read. Nothing was destroyed.',
  ],
  'machine.snapshot_unverified': [409, 'The snapshot failed, or is gone. Nothing was destroyed.'],
  'machine.snapshot_stopped': [
    409,
    'No snapshot can be made: the machine is not running. Nothing was destroyed.',
  ],
  'machine.snapshot_missing': [
    409,
    'There is no verified snapshot of all that is rented for it. Nothing was destroyed.',
  ],
  'machine.restore_failed': [409, 'The files could not be brought back: {reason}.'],
  'machine.ours': [409, 'The machine is ours already: there is nothing to take over.'],
  'machine.not_ours': [409, 'The machine was rented by somebody else: it is never touched from here.'],
  'machine.never_ready': [409, 'The machine was never ready: there is nothing on it to take over.'],
  'machine.former': [
    409,
    'It was rented before the database was restored or cloned, under a former id of this installation. Nothing is done with it by itself; what you ask for takes it over.',
  ],
  'machine.of_others': [
    409,
    'Another installation, which has a copy of this database, has taken it over. Nothing is done with it from here.',
  ],
  'machine.vanished': [409, 'The provider no longer has the machine.'],
  'machine.internal': [500, 'It failed for a reason of our own: {reason}.'],
  'operation.not_found': [404, 'There is no such operation.'],
  'agent.token': [401, 'This is not the token of a machine in charge.'],
  'machine.unreachable': [409, 'The machine does not answer. Start it, or try again in a moment.'],
  'optimization.app_unknown': [404, 'There is no solver app {id}.'],
  'optimization.app_broken': [422, 'The solver app {id} cannot be used: {reason}.'],
  'optimization.example_unknown': [404, 'The solver app {id} has no example {name}.'],
  'optimization.instance_not_found': [404, 'There is no such instance.'],
  'optimization.execution_not_found': [404, 'There is no such execution.'],
  'optimization.case_not_found': [404, 'There is no such case.'],
  'optimization.document': [422, 'The {what} is not JSON that can be kept: {reason}.'],
  'optimization.file': [422, 'The file cannot be read: {reason}.'],
  'optimization.schema': [
    422,
    'The {what} does not fit the schema of the app: {count} fault(s), the first: {first}',
  ],
  'optimization.not_startable': [
    409,
    'This server cannot start the solver app {id}: a worker of its own registered it.',
  ],
  'optimization.not_running': [409, 'The execution is not at work: it is {state}.'],
  'optimization.still_running': [409, 'The execution is still at work. Stop it first.'],
  'optimization.rerun': [409, 'A run of a model belongs to its execution: relaunch that instead.'],
  'optimization.not_a_folder': [409, 'A case can only be put into a folder.'],
  'optimization.into_itself': [409, 'A folder cannot be moved into itself.'],
  'optimization.case_app': [409, 'Cases of different apps cannot be compared.'],
  'optimization.one_source': [422, 'A case is made of one thing: an instance, an execution, or data.'],

  'snapshot.not_found': [404, 'There is no such snapshot.'],
  'snapshot.unfinished': [409, 'The snapshot is still being made.'],
  'snapshot.not_restorable': [409, 'The snapshot {id} has no data: it failed.'],
  'snapshot.kept': [409, 'The snapshot is kept forever. Give that up first.'],
  'snapshot.needed': [
    409,
    'No other verified snapshot of this machine holds all that this one holds. Delete it with force if it may go.',
  ],
  'snapshot.exclude': [
    422,
    '{pattern} cannot be excluded: give a name ("node_modules", "*.tmp") or an absolute path without wildcards.',
  ],
  'repository.not_found': [404, 'The machine has no repository.'],
  'repository.no_file': [404, 'The repository has no such file.'],
  'repository.credentials': [401, 'The repository was asked without its credentials.'],
  'repository.refused': [403, 'These credentials do not open this repository, or not any more.'],
  'repository.append_only': [403, 'A machine may add to its repository, not change it.'],
  'repository.content': [400, 'The content is not what its name says.'],
  'repository.epoch': [409, 'Another machine is in charge by now.'],
  'gateway.route_not_found': [404, 'There is no such route.'],
  'gateway.route_taken': [409, 'The route {name} takes the same requests already.'],
  'gateway.route_managed': [409, 'This route is kept by {keeper}: change it there.'],
  'gateway.path_reserved': [409, 'The gateway answers {path} itself.'],
  'gateway.test_elsewhere': [422, 'That request would not come to this route but to {name}.'],
  'gateway.off': [409, 'No gateway runs beside this server: give it the role gateway.'],
  'gateway.route_not_served': [501, 'This data plane cannot serve the route as it asks to be served.'],
  'gateway.no_route': [404, 'No route takes this address.'],
  'gateway.request_refused': [400, 'The request was refused: {reason}.'],
  'gateway.scope_missing': [403, 'The token is not for this.'],
  'gateway.upstream_unreachable': [502, 'The service behind this address could not be reached.'],
  'gateway.upstream_broke_off': [502, 'The service behind this address broke off.'],
  'gateway.response_too_large': [
    502,
    'The answer of the service behind this address is larger than allowed.',
  ],
  'gateway.upstream_late': [504, 'The service behind this address did not answer in time.'],
  'gateway.upstream_unhealthy': [
    503,
    'The service behind this address is not well. Try again in {retryAfterSeconds} s.',
  ],
  'customer.not_found': [404, 'There is no such customer.'],
  'customer.taken': [409, 'A customer with this CPF is registered already.'],
  'customer.cpf': [400, 'This is not a CPF: eleven digits with right check digits.'],
  'customer.fields': [400, 'The request is not valid: {count} field(s) need correction.'],
  'customer.pool': [503, 'The pool of customers does not answer. Try again in {retryAfterSeconds} s.'],
  'storefront.off': [409, 'No ordering service runs here: start the server with DUMONT_STOREFRONT=true.'],
  'storefront.unreachable': [
    503,
    'The ordering service does not answer. Try again in {retryAfterSeconds} s.',
  ],
  'storefront.refused': [422, 'The ordering service refused this: {reason}'],
  'storefront.not_yours': [403, 'This step is not for your role.'],
  'storefront.product_not_found': [404, 'There is no such product.'],
  'storefront.product_taken': [409, 'Another product has this name already.'],
  'storefront.image_invalid': [422, 'The picture must be a PNG, a JPEG or a WebP of up to 2 MB.'],
  'storefront.image_not_found': [404, 'There is no such picture.'],
  'storefront.images_full': [409, 'The product has as many pictures as it may have.'],
  'storefront.order_not_found': [404, 'There is no such order.'],
  'storefront.order_changed': [409, 'The order has moved on meanwhile: look at it again.'],
  'storefront.step_invalid': [409, 'The order cannot take this step.'],
  'outbound.refused': [422, '{url} may not be called from here: {reason}.'],
  'mail.not_configured': [409, 'Mail is not configured. Set DUMONT_SMTP_URL.'],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof errorCatalogue;

/** One field that needs correction; `path` leads to it: `body.systems.0`, `query.limit`. */
export const FieldError = z.strictObject({
  path: z.string(),
  message: z.string(),
  /** Of a document that breaks a JSON Schema: the keyword that it breaks, so that it can be said in other languages. */
  rule: z.string().optional(),
  /** What the sentence is about: `limit`, as the schema has it; `size`, of the value; `keys`, that it concerns. */
  params: z.record(z.string(), z.string()).optional(),
});
export type FieldError = z.infer<typeof FieldError>;

/** RFC 9457, with our code and the request's id. */
export const Problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    requestId: z.string(),
    /** What filled the text, so that a client can word it in another language. */
    params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    errors: z.array(FieldError).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

const wordOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : value === undefined ? undefined : JSON.stringify(value);

/** The public text of a code; a parameter that is not given shows as its name. */
export const describeError = (code: ErrorCode, params: Readonly<Record<string, unknown>> = {}): string =>
  errorCatalogue[code][1].replaceAll(/\{(\w+)\}/g, (_, name: string) => wordOf(params[name]) ?? name);
