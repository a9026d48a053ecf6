import { parseJson } from '../json.ts';
import { isSame } from '../is-same.ts';
import type { ServedRequest } from '../serve.ts';
import { json, type Answer } from './answer.ts';
import { faultNames, isFaultRates, isPlannedFault, type Faults } from './faults.ts';
import type { Provider } from './provider.ts';
import type { Sender } from './sender.ts';

export interface ControlOptions {
  readonly provider: Provider;
  readonly faults: Faults;
  readonly sender: Sender;
  /** Sends what is due. */
  readonly onHurry: () => void;
  /** Who may: the bearer of this token. */
  readonly token: string;
}

export const controlPrefix = '/_simulator/';

const done = (): Answer => json(200, { success: true });
const refuse = (status: number, message: string): Answer => json(status, { success: false, message });

const pay = ({ provider }: ControlOptions, id: string, deed: string): Answer => {
  if (!provider.store.orders.has(id)) return refuse(404, 'There is no such order.');
  return provider.pay(id, deed === 'approve') ? done() : refuse(409, 'The order does not wait for a payer.');
};

/** What a seller can neither do nor see: payers, faults and the truth. For tests of what uses the API. */
export const handleControl = (options: ControlOptions, request: ServedRequest, path: string): Answer => {
  const { provider, faults, sender, onHurry, token } = options;
  const given = /^Bearer (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
  if (!isSame(token, given)) return refuse(403, 'The control token is needed.');
  const call = `${request.method} ${path.slice(controlPrefix.length)}`;
  const deed = /^POST orders\/([\w-]+)\/(approve|refuse)$/.exec(call);
  if (deed !== null) return pay(options, deed[1] ?? '', deed[2] ?? '');
  const body = parseJson(request.body);
  switch (call) {
    case 'GET orders':
      return json(200, { orders: [...provider.store.orders.values()] });
    case 'GET notifications':
      return json(200, { notifications: [...provider.store.notifications.values()] });
    case 'POST notifications/send':
      sender.hurry();
      onHurry();
      return done();
    case 'GET faults':
      return json(200, { names: faultNames, counts: faults.counts() });
    case 'POST faults':
      if (!isPlannedFault(body))
        return refuse(400, `A fault is one of ${faultNames.join(', ')}, with times.`);
      faults.add(body);
      return done();
    case 'DELETE faults':
      faults.clear();
      return done();
    case 'PUT rates':
      if (!isFaultRates(body)) return refuse(400, 'Rates are probabilities by the names of faults.');
      faults.setRates(body);
      return done();
    default:
      return refuse(404, 'There is no such control.');
  }
};
