import { z } from 'zod';
import { describeError, errorCatalogue, type ErrorCode } from './errors.ts';
import { joinFindings } from './join-findings.ts';

/**
 * What the server finds out and says beside a result: its English text, `{name}` filled from the parameters. Clients
 * show that prose, or their own words for the code.
 */
export const findingTexts = {
  'alarm.metric': '{metric}{labels} is {value} ({operator} {threshold})',
  'alarm.rate': '{metric}{labels} is {value} a second ({operator} {threshold})',
  'alarm.event': '{event}: {subject}',
  'alarm.event_many': '{event}, for many at once',
  'alarm.not_seen_again': 'not seen again',
  'alarm.rule_changed': 'the rule was changed',
  'alarm.rule_switched_off': 'the rule was switched off',
  'alarm.rule_deleted': 'the rule was deleted',
  'alarm.test': 'This is a test; nothing is wrong.',

  'credential.incomplete': 'Nothing was tried: {missing} must be saved first.',
  'credential.signed_in_basic': 'Signed in at {at} (basic authentication).',
  'credential.signed_in_form': 'Signed in at {at} (sign-in form).',
  'credential.refused_basic': '{at} refused the user name or the password (basic authentication).',
  'credential.refused_form': '{at} refused the user name or the password (sign-in form).',
  'credential.not_there': '{at} does not exist (404): check the address.',
  'credential.too_often': '{at} takes no more attempts at the moment (429): try again later.',
  'credential.portal_fails': '{at} has a problem of its own ({status}): try again later.',
  'credential.odd_answer': '{at} answered {status}, which is neither a page nor a request to sign in.',
  'credential.other_host': 'The sign-in form sends to {at}: the password was not sent there.',
  'credential.form_in_address': 'The sign-in form would put the password into the address: it was not sent.',
  'credential.unknown_scheme': '{at} asks for a kind of sign-in that is not known here ({scheme}).',
  'credential.no_sign_in':
    '{at} answers, but does not ask to sign in: user name and password could not be tried.',
  'credential.no_answer': '{at} could not be tried: {reason}.',

  'folder.not_absolute': 'is not an absolute path',
  'folder.outside': 'lies outside the folders that this server allows',
  'folder.no_folder': 'is not a folder',
  'folder.missing': 'does not exist',
  'folder.denied': 'may not be used by this server (permission denied)',
  'folder.read_only': 'is on a disk that cannot be written to',
  'folder.circle': 'is a circle of links',
  'folder.too_long': 'is too long',
  'folder.disk_full': 'could not be made: the disk is full',
  'folder.unusable': 'cannot be used ({reason})',

  'upstream.no_connection': 'it takes no connections',
  'upstream.no_connection_in_time': 'it took no connection in time',
  'upstream.unknown_name': 'its name cannot be resolved',
  'upstream.not_allowed': 'it may not be called from here',
  'upstream.late': 'it did not answer in time',
  'upstream.stopped': 'it stopped in the middle of an answer',
  'upstream.broke_off': 'it broke the connection',
  'upstream.not_http': 'its answer is not HTTP',
  'upstream.too_long': 'the answer is longer than allowed',
  'upstream.answered': 'it answered {status}',
  'upstream.failed': 'asking it failed ({reason})',
  'upstream.check_answered': 'its health check answered {status}',
  'upstream.check_late': 'its health check got no answer in time',

  'database.answers': 'PostgreSQL {version} answers in {tookMs} ms and holds {sizeGibibytes} GiB',
  'database.silent': 'the database does not answer: {reason}',
  'database.silent_remedy':
    'Look at the server log; with DATABASE_URL set, check that the database is up and reachable.',
  'clock.skew': 'server and database differ by {skewMs} ms',
  'clock.skew_remedy': 'Synchronise the clocks of both hosts (NTP): leases and tokens depend on them.',
  'disk.free': '{freeGibibytes} GiB free where the data folder lies',
  'disk.free_remedy': 'Free space, or move the data folder with DUMONT_DATA_DIR.',
  'confinement.remedy': 'Install bubblewrap (apt-get install bubblewrap), then start again.',
  'machine.provider_silent': 'the provider does not answer',
  'machine.not_listed': 'the provider does not list it',
  'machine.gone': 'the provider no longer has it',
  'machine.host_away': 'its host is out of reach',
  'machine.no_verified_snapshot': 'there is no verified snapshot of it',
  'machine.wakes_from_snapshot':
    'it wakes from its last verified snapshot; what was written after that is gone',
  'machine.goes_on_costing': 'It goes on costing ${dollars} an hour.',
  'machine.lives_on':
    'it was woken after the backup from which the database was restored, and runs on: it stands among the machines that were formerly ours, and is not woken once more by its schedule',
  'machine.found': 'it was found at the provider, and nothing was known of it',
  'machine.outbid': 'somebody bid more for it',
  'machine.stopped': 'the provider stopped it',
  'machine.ssh_refused': 'its SSH port is closed',
  'machine.ssh_timeout': 'SSH did not answer in time',
  'machine.ssh_hangs': 'SSH accepts connections and says nothing',
  'machine.ssh_denied': 'SSH refused the key',
  'machine.ssh_closed': 'SSH ended the connection',
  'machine.wrong_host_key': 'it shows another host key than it had',

  'snapshot.mismatch': 'files that differ from what the repository gives back: {files}',
  'snapshot.cancelled': 'it was given up',
  'snapshot.damaged': 'the repository is damaged: {reason}',
  'restore.files': 'files that could not be restored: {files}',
  'restic.no_repository': 'there is no repository: {reason}',
  'restic.locked': 'the repository is held by another process: {reason}',
  'restic.wrong_password': 'the password does not open the repository: {reason}',
  'restic.refused': 'the store refused the credentials: {reason}',
  'restic.cancelled': 'restic was ended: {reason}',
  'restic.failed': 'restic failed: {reason}',

  'snapshots.ready': 'restic {version} makes the snapshots of machines',
  'snapshots.off': 'no snapshots of machines: {reason}',
  'snapshots.remedy': 'Install restic 0.14 or newer (apt-get install restic), then start again.',
} as const satisfies Readonly<Record<string, string>>;

export type FindingCode = keyof typeof findingTexts;

/** A finding without its words: for clients that have their own. */
export const Finding = z
  .strictObject({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) })
  .meta({ id: 'Finding' });
export type Finding = z.infer<typeof Finding>;

/** With the server's words beside it: for clients that have their own for some. */
export const ToldFinding = Finding.extend({ text: z.string() }).meta({ id: 'ToldFinding' });
export type ToldFinding = z.infer<typeof ToldFinding>;

/** A parameter that is not given shows as its name. */
export const describeFinding = (code: FindingCode, params: Finding['params'] = {}): string =>
  findingTexts[code].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? name));

/** A finding, for what carries findings without their words. */
export const found = (code: FindingCode, params: Finding['params'] = {}): Finding => ({ code, params });

/**
 * The words of a finding or an error that was kept, perhaps by another version: a code that is not known stands for
 * itself.
 */
export const proseOf = ({ code, params }: Finding): string => {
  if (code in findingTexts) return describeFinding(code as FindingCode, params);
  return code in errorCatalogue ? describeError(code as ErrorCode, params) : code;
};

/** The words of findings that belong together: what it is about first, then what is known of it. */
export const proseOfAll = (findings: readonly Finding[]): string => joinFindings(findings.map(proseOf));
