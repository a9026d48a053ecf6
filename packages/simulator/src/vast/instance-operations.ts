import { findOwn, numbersOf, type Exchange, type Operation } from './exchange.ts';
import { failure, invalid, json, noInstance, success, type VastResponse } from './reply.ts';
import { invalidPrice, readBid, readText } from './wish.ts';

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
    const words = readText(label);
    if (words !== null && words.length > maxLabel) return invalid(`invalid label, longer than ${maxLabel}`);
    cloud.apply({ kind: 'label', contractId: contract.id, label: words });
  }
  if (state === undefined) return success();
  return isState(state) ? setState(exchange, contract.id, state) : invalid('Invalid args: state');
};

const ownIds = ({ cloud, caller }: Exchange, ids: readonly number[]): readonly number[] =>
  ids.filter((id) => cloud.contract(id)?.accountId === caller.account.id);

export const manageMany: Operation = (exchange) => {
  const { ids: _, state } = exchange.parsed.body;
  const ids = numbersOf(exchange.parsed.body['ids']);
  if (ids === undefined || !isState(state)) return invalid("Invalid args: 'ids' and 'state'");
  const failed = ownIds(exchange, ids).filter((id) =>
    setState(exchange, id, state).body.includes('"success":false'),
  );
  return failed.length === 0
    ? success()
    : json(200, {
        success: false,
        error: 'resources_unavailable',
        msg: `state change queued: ${failed.join(', ')}`,
      });
};

export const destroyInstance: Operation = (exchange) => {
  const contract = findOwn(exchange);
  if (contract === undefined) return noInstance(exchange.ids[0] ?? '');
  exchange.cloud.apply({ kind: 'destroy', contractIds: [contract.id] });
  return success({ msg: 'Instance destroyed successfully' });
};

/** Those that are not there are as good as destroyed. */
export const destroyMany: Operation = (exchange) => {
  const ids = numbersOf(exchange.parsed.body['instance_ids']);
  if (ids === undefined) return invalid("Invalid args: 'instance_ids'");
  exchange.cloud.apply({ kind: 'destroy', contractIds: ownIds(exchange, ids) });
  return success();
};

const simple =
  (kind: 'reboot' | 'recycle'): Operation =>
  (exchange) => {
    const contract = findOwn(exchange);
    if (contract === undefined) return noInstance(exchange.ids[0] ?? '');
    exchange.cloud.apply({ kind, contractId: contract.id });
    return success();
  };

export const rebootInstance = simple('reboot');
export const recycleInstance = simple('recycle');

export const changeBid: Operation = (exchange) => {
  const contract = findOwn(exchange);
  if (contract === undefined) return noInstance(exchange.ids[0] ?? '');
  const microsPerHour = readBid(exchange.parsed.body['price']);
  if (microsPerHour === undefined) return invalidPrice();
  const result = exchange.cloud.apply({ kind: 'bid', contractId: contract.id, microsPerHour });
  return result.ok ? success() : invalid('Invalid args: the instance is not interruptible');
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

/** The provider runs `ls`, `rm` and `du` of its own accord, even in a machine that is stopped. */
export const executeCommand: Operation = (exchange) => {
  const contract = findOwn(exchange);
  if (contract === undefined) return noInstance(exchange.ids[0] ?? '');
  const command = readText(exchange.parsed.body['command']) ?? '';
  const [program, ...words] = command.trim().split(/\s+/);
  if (command.length > maxCommand || !['ls', 'rm', 'du'].includes(program ?? ''))
    return failure(400, 'invalid_args', 'Invalid command: only ls, rm and du, at most 512 characters');
  const { cloud, results, parsed } = exchange;
  const answer = (output: string | Promise<string>) =>
    success({
      result_url: `${parsed.origin}${results.add(output, cloud.nowMs)}`,
      writeable_path: writeablePath,
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
