import { findOwn, numbersOf, type Exchange, type Operation } from './exchange.ts';
import { failure, invalid, json, noInstance, success, type VastResponse } from './reply.ts';
import { invalidPrice, minPrice, readBid, readLabel, readText } from './wish.ts';

const maxLabel = 1024;

const setState = ({ cloud }: Exchange, contractId: number, state: unknown): VastResponse => {
  const result = cloud.apply({ kind: state === 'running' ? 'start' : 'stop', contractId });
  return result.ok
    ? success()
    : // Answered with 200: the words tell that it did not start.
      json(200, {
        success: false,
        error: 'resources_unavailable',
        msg: 'Required resources are currently unavailable, state change queued.',
      });
};

const isState = (state: unknown): boolean => state === 'running' || state === 'stopped';

/** Start, stop and label are one call: what the body has is done. */
export const manageInstance: Operation = (exchange) => {
  const { cloud, parsed, ids } = exchange;
  const contract = findOwn(exchange);
  if (contract === undefined) return noInstance(ids[0] ?? '');
  const { state, label } = parsed.body;
  if (state === undefined && label === undefined) return invalid('Invalid args: state or label');
  if (label !== undefined) {
    const words = readLabel(label);
    if (words !== null && words.length > maxLabel) return failure(400, 'invalid_args', 'label_too_long');
    cloud.apply({ kind: 'label', contractId: contract.id, label: words });
  }
  if (state === undefined) return success();
  return isState(state) ? setState(exchange, contract.id, state) : invalid('Invalid args: state');
};

const ownIds = ({ cloud, caller }: Exchange, ids: readonly number[]): readonly number[] =>
  ids.filter((id) => cloud.contract(id)?.accountId === caller.account.id);

const maxIds = 64;

/** A success when one of them is: of the others nothing is said. */
export const manageMany: Operation = (exchange) => {
  const { ids: _, state } = exchange.parsed.body;
  const ids = numbersOf(exchange.parsed.body['ids']);
  if (ids === undefined || !isState(state)) return invalid("Invalid args: 'ids' and 'state'");
  if (ids.length > maxIds) return failure(400, 'invalid_args', `chunk length of ${ids.length} > ${maxIds}`);
  const own = ownIds(exchange, ids);
  if (own.length === 0) return failure(404, 'invalid_args', 'Invalid instance ID list ids.');
  const answers = own.map((id) => setState(exchange, id, state));
  return answers.find(({ body }) => body.includes('"success":true')) ?? answers[0] ?? success();
};

export const destroyInstance: Operation = (exchange) => {
  const contract = findOwn(exchange);
  if (contract === undefined) return noInstance(exchange.ids[0] ?? '');
  exchange.cloud.apply({ kind: 'destroy', contractIds: [contract.id] });
  return success({ msg: 'Instance destroyed successfully' });
};

/** Those that are not there are as good as destroyed, unless none of them is. */
export const destroyMany: Operation = (exchange) => {
  const ids = numbersOf(exchange.parsed.body['instance_ids']);
  if (ids === undefined || ids.length === 0)
    return failure(400, 'invalid_args', 'instance_ids array is required');
  const own = ownIds(exchange, ids);
  if (own.length === 0) return failure(404, 'instances_not_found', `Instances ${ids.join(', ')} not found.`);
  exchange.cloud.apply({ kind: 'destroy', contractIds: own });
  return success();
};

export const rebootInstance: Operation = (exchange) => {
  const contract = findOwn(exchange);
  if (contract === undefined) return failure(400, 'invalid_args', 'invalid instance_id');
  // The provider answers this one with 200.
  if (contract.runningSinceMs === null)
    return json(200, {
      success: false,
      error: 'invalid_id',
      msg: 'Invalid instance id. Is the container started?',
    });
  exchange.cloud.apply({ kind: 'reboot', contractId: contract.id });
  return success();
};

export const recycleInstance: Operation = (exchange) => {
  const contract = findOwn(exchange);
  // The provider answers this one with 200.
  if (contract === undefined)
    return json(200, { success: false, error: 'invalid_id', msg: 'Invalid instance id.' });
  exchange.cloud.apply({ kind: 'recycle', contractId: contract.id });
  return success();
};

export const changeBid: Operation = (exchange) => {
  const contract = findOwn(exchange);
  if (contract === undefined) return noInstance(exchange.ids[0] ?? '');
  const { price } = exchange.parsed.body;
  // Whatever the client says of it: the provider makes up no price.
  if (!(Number(price ?? 0) >= minPrice))
    return failure(400, 'invalid_args', `Please set a bid price >= ${minPrice}.`);
  const microsPerHour = readBid(price);
  if (microsPerHour === undefined) return invalidPrice();
  const result = exchange.cloud.apply({ kind: 'bid', contractId: contract.id, microsPerHour });
  return result.ok ? success() : failure(400, 'invalid_args', "Can't change price of on-demand contract.");
};

/** The last lines, those with a text in them only when there is a filter. */
export const requestLogs: Operation = (exchange) => {
  const contract = findOwn(exchange);
  if (contract === undefined) return noInstance(exchange.ids[0] ?? '');
  const { parsed, results, cloud } = exchange;
  const tail = Number(parsed.body['tail'] ?? 1000) || 1000;
  const filter = readText(parsed.body['filter']) ?? '';
  const own = contract.log.filter((line) => line.includes(filter)).slice(-tail);
  const wholeOf = (more: string): string =>
    `${[...own, ...more.split('\n').filter((line) => line !== '' && line.includes(filter))].slice(-tail).join('\n')}\n`;
  const fromInside = exchange.inside?.readLog(contract.id, tail)?.then(wholeOf);
  return success({ result_url: `${parsed.origin}${results.add(fromInside ?? wholeOf(''), cloud.nowMs)}` });
};

const maxCommand = 512;
const writeablePath = '/workspace/';
const onlyStopped =
  'Execute command only avail on stopped instances. Use ssh to run commands on running instances.';

/** The provider runs `ls`, `rm` and `du` in a machine that is stopped, and in no other. */
export const executeCommand: Operation = (exchange) => {
  const contract = findOwn(exchange);
  if (contract === undefined) return failure(404, 'not_found', 'Instance not found.');
  const command = readText(exchange.parsed.body['command']) ?? '';
  const [program, ...words] = command.trim().split(/\s+/);
  const refuse = (msg: string) => failure(400, 'invalid_args', msg);
  if (command.trim() === '') return refuse('Missing command.');
  if (command.length > maxCommand || !['ls', 'rm', 'du'].includes(program ?? ''))
    return refuse('Invalid command given.');
  if (contract.actualStatus !== 'exited' && contract.actualStatus !== 'stopped')
    return refuse(contract.runningSinceMs === null ? 'Container not ready' : onlyStopped);
  const { cloud, results, parsed } = exchange;
  const answer = (output: string | Promise<string>) =>
    success({
      result_url: `${parsed.origin}${results.add(output, cloud.nowMs)}`,
      writeable_path: writeablePath,
      msg: 'Command is executing, wait a few seconds and then view the result_url',
    });
  const fromInside = exchange.inside?.execute(contract.id, [program ?? '', ...words]);
  if (fromInside !== undefined) return answer(fromInside);
  const paths = words.filter((word) => !word.startsWith('-'));
  const found = Object.entries(contract.files).filter(
    ([path]) => paths.length === 0 || paths.some((wanted) => path.startsWith(wanted)),
  );
  if (program === 'rm')
    for (const [path] of found) cloud.apply({ kind: 'remove-file', contractId: contract.id, path });
  const lines =
    program === 'du' ? found.map(([path, text]) => `${text.length}\t${path}`) : found.map(([path]) => path);
  return answer(program === 'rm' ? '' : lines.join('\n'));
};
