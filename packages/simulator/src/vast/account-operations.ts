import { findOwn, type Exchange, type Operation } from './exchange.ts';
import { dollars, failure, invalid, json, noInstance, success } from './reply.ts';
import { readText } from './wish.ts';

const isoOf = (atMs: number): string => new Date(atMs).toISOString();

const keyFields = (exchange: Exchange, id: number, key: string, createdAtMs: number) => ({
  id,
  user_id: exchange.caller.account.id,
  key,
  public_key: key,
  created_at: isoOf(createdAtMs),
  deleted_at: null,
});

export const readUser: Operation = ({ cloud, caller }) => {
  const { account } = caller;
  const balance = dollars(cloud.balanceMicros(account.id));
  return json(200, {
    id: account.id,
    username: account.username,
    email: account.email,
    fullname: null,
    email_verified: true,
    // What is prepaid and left is `credit`; `balance` is below 0 only when more was used than prepaid.
    credit: Math.max(0, balance),
    balance: Math.min(0, balance),
    balance_threshold: 0,
    balance_threshold_enabled: false,
    autobill_threshold: null,
    can_pay: true,
    has_billing: true,
    has_payout: false,
    billing_creditonly: false,
    got_signup_credit: false,
    paid_verified: dollars(account.creditMicros),
    paid_expected: dollars(account.creditMicros),
    billed_verified: dollars(account.creditMicros) - balance,
    billed_expected: dollars(account.creditMicros) - balance,
    last4: null,
    ssh_key: account.sshKeys.at(-1)?.key ?? null,
    sid: null,
    user: null,
  });
};

export const listKeys: Operation = (exchange) =>
  json(
    200,
    exchange.caller.account.sshKeys.map(({ id, key, createdAtMs }) =>
      keyFields(exchange, id, key, createdAtMs),
    ),
  );

const keyPattern = /^(ssh-(rsa|ed25519|dss)|ecdsa-sha2-nistp\d+|sk-\S+)\s+[A-Za-z0-9+/=]+/;

const readKey = (exchange: Exchange): string | undefined => {
  const key = readText(exchange.parsed.body['ssh_key'])?.trim() ?? '';
  return keyPattern.test(key) ? key : undefined;
};

const noKey = () => failure(400, 'no_ssh_key', 'No ssh key provided');

export const addKey: Operation = (exchange) => {
  const key = readKey(exchange);
  if (key === undefined) return noKey();
  const { cloud, caller } = exchange;
  const result = cloud.apply({ kind: 'add-key', accountId: caller.account.id, key });
  return result.ok
    ? success({ key: keyFields(exchange, result.id ?? 0, key, cloud.nowMs) })
    : invalid('ssh key');
};

const noSuchKey = (id: number | string) => failure(404, 'no_such_ssh_key', `SSH key ${id} not found.`);

export const changeKey: Operation = (exchange) => {
  const key = readKey(exchange);
  if (key === undefined) return noKey();
  const keyId = exchange.ids[0] ?? 0;
  const result = exchange.cloud.apply({
    kind: 'change-key',
    accountId: exchange.caller.account.id,
    keyId,
    key,
  });
  return result.ok
    ? success({ key: keyFields(exchange, keyId, key, exchange.cloud.nowMs) })
    : noSuchKey(keyId);
};

export const removeKey: Operation = ({ cloud, caller, ids }) => {
  const keyId = ids[0] ?? 0;
  const result = cloud.apply({ kind: 'remove-key', accountId: caller.account.id, keyId });
  return result.ok ? success() : noKey();
};

export const listInstanceKeys: Operation = (exchange) => {
  const contract = findOwn(exchange);
  // The provider answers this one with 200.
  if (contract === undefined)
    return json(200, {
      success: false,
      error: 'no_such_instance',
      msg: `Instance ${exchange.ids[0]} not found.`,
    });
  const keys = contract.sshKeys.map((key, index) =>
    keyFields(exchange, instanceKeyId(exchange, key, index), key, contract.createdAtMs),
  );
  return success({ ssh_keys: JSON.stringify(keys) });
};

/** A key that is the account's keeps its number; another is numbered by its place. */
const instanceKeyId = ({ caller }: Exchange, key: string, index: number): number =>
  caller.account.sshKeys.find((known) => known.key === key)?.id ?? index + 1;

export const attachKey: Operation = (exchange) => {
  const contract = findOwn(exchange);
  if (contract === undefined) return noInstance(exchange.ids[0] ?? '');
  const key = readKey(exchange);
  if (key === undefined) return noKey();
  // The provider answers this one with 200.
  if (contract.sshKeys.includes(key))
    return json(200, { success: false, msg: 'SSH key already associated with instance.' });
  exchange.cloud.apply({ kind: 'attach-key', contractId: contract.id, key });
  const id = instanceKeyId(exchange, key, contract.sshKeys.indexOf(key));
  const fields = keyFields(exchange, id, key, exchange.cloud.nowMs);
  return success({ msg: 'SSH key added to instance.', key: JSON.stringify(fields) });
};

export const detachKey: Operation = (exchange) => {
  const contract = findOwn(exchange);
  // What is wrong is answered with 200 too.
  if (contract === undefined) return json(200, { success: false, error: 'no_such_instance' });
  const id = exchange.ids[1];
  const key = contract.sshKeys.find((known, index) => instanceKeyId(exchange, known, index) === id);
  if (key === undefined)
    return json(200, { success: false, error: 'no_such_ssh_key', msg: 'SSH key not found.' });
  exchange.cloud.apply({ kind: 'detach-key', contractId: contract.id, key });
  return success({ msg: 'SSH key removed from instance.' });
};

export const listIncreases: Operation = ({ cloud, caller }) => {
  const own = cloud.world.state.priceIncreases.flatMap((increase) => {
    const contract = cloud.contract(increase.contractId);
    return contract?.accountId === caller.account.id ? [{ increase, contract }] : [];
  });
  return success({
    count: own.length,
    truncated: false,
    pending_price_increases: own.map(({ increase, contract }) => ({
      pending_price_increase_id: increase.id,
      contract_id: contract.id,
      host_id: cloud.machine(contract.machine).hostId,
      new_gpu_costpersec: dollars(increase.gpuMicrosPerHour) / 3600,
      new_disk_ram_costpersec: null,
      new_bwu_cost: null,
      new_bwd_cost: null,
      new_platform_fee: null,
      old_gpu_costpersec: dollars(contract.rates.gpuMicrosPerHour) / 3600,
      old_disk_ram_costpersec: dollars(contract.rates.diskMicrosPerHour) / 3600,
      old_bwu_cost: dollars(contract.rates.upMicrosPerGb),
      old_bwd_cost: dollars(contract.rates.downMicrosPerGb),
      old_platform_fee: null,
      contract_end_date: contract.endsAtMs / 1000,
      ask_end_date: contract.endsAtMs / 1000,
      created_at: increase.createdAtMs / 1000,
    })),
  });
};

const answerIncrease =
  (kind: 'accept-increase' | 'reject-increase'): Operation =>
  ({ cloud, caller, parsed }) => {
    const id = parsed.body['pending_price_increase_id'];
    if (typeof id !== 'number' || Object.keys(parsed.body).length !== 1)
      return failure(422, 'invalid_args', 'The body is exactly {"pending_price_increase_id": int}.');
    const increase = cloud.world.state.priceIncreases.find((one) => one.id === id);
    const isOwn =
      increase !== undefined && cloud.contract(increase.contractId)?.accountId === caller.account.id;
    const result = isOwn ? cloud.apply({ kind, increaseId: id }) : undefined;
    return result?.ok === true
      ? success({ pending_price_increase_id: id, contract_id: result.id })
      : failure(404, 'no_pending_price_increase', 'There is no such price increase.');
  };

export const acceptIncrease = answerIncrease('accept-increase');
export const rejectIncrease = answerIncrease('reject-increase');
