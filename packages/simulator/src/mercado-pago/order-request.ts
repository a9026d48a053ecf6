import { isObject, type JsonObject } from '../json.ts';
import { OrdersError } from './answer.ts';
import { parseDuration } from './duration.ts';
import { parseAmount } from './money.ts';
import type { OrderRequest } from './provider.ts';

const known = [
  'type',
  'total_amount',
  'description',
  'external_reference',
  'expiration_time',
  'integration_data',
  'config',
  'transactions',
  'items',
];
const knownOfItem = [
  'title',
  'unit_price',
  'quantity',
  'unit_measure',
  'external_code',
  'external_categories',
];
const modes = ['static', 'dynamic', 'hybrid'] as const;
const maxItems = 10;
const minLifeMs = 30_000;
const maxLifeMs = 3600 * 3_600_000;

const refuse = (code: string, ...details: readonly string[]): never => {
  throw new OrdersError(400, code, 'The following validations failed', details);
};

const refuseUnknown = (object: JsonObject, names: readonly string[], at: string): void => {
  const unknown = Object.keys(object).filter((name) => !names.includes(name));
  if (unknown.length > 0)
    refuse('unsupported_properties', ...unknown.map((name) => `${at}${name}: is not supported`));
};

const readObject = (value: unknown, at: string): JsonObject => {
  if (value === undefined) return refuse('required_properties', `${at}: is required`);
  return isObject(value) ? value : refuse('property_type', `${at}: expected object`);
};

const readText = (value: unknown, at: string, maxLength: number): string => {
  if (typeof value !== 'string') return refuse('property_type', `${at}: expected string`);
  return value === '' || value.length > maxLength
    ? refuse('property_value', `${at}: expected 1 to ${maxLength} characters`)
    : value;
};

const readAmount = (value: unknown, at: string): number => {
  if (value === undefined) return refuse('required_properties', `${at}: is required`);
  if (typeof value !== 'string') return refuse('property_type', `${at}: expected string`);
  const cents = parseAmount(value);
  return cents === undefined || cents === 0 ? refuse('property_value', `${at}: invalid amount`) : cents;
};

const readItem = (value: unknown, index: number): JsonObject => {
  const at = `items[${index}]`;
  const item = readObject(value, at);
  refuseUnknown(item, knownOfItem, `${at}.`);
  readText(item['title'], `${at}.title`, 150);
  if (parseAmount(item['unit_price']) === undefined)
    refuse('property_value', `${at}.unit_price: invalid amount`);
  if (!Number.isInteger(item['quantity']) || Number(item['quantity']) < 1)
    refuse('property_value', `${at}.quantity: expected a whole number`);
  if (item['unit_measure'] !== undefined) readText(item['unit_measure'], `${at}.unit_measure`, 10);
  if (item['external_code'] !== undefined) readText(item['external_code'], `${at}.external_code`, 30);
  return item;
};

const readItems = (value: unknown): readonly JsonObject[] => {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return refuse('property_type', 'items: expected array');
  if (value.length > maxItems) refuse('maximum_items', `items: maximum ${maxItems}`);
  return value.map(readItem);
};

const readPayment = (value: unknown): number => {
  const { payments } = readObject(value, 'transactions');
  if (!Array.isArray(payments)) return refuse('property_type', 'transactions.payments: expected array');
  if (payments.length === 0) refuse('minimum_items', 'transactions.payments: minimum 1');
  if (payments.length > 1) refuse('maximum_items', 'transactions.payments: maximum 1');
  const { amount } = readObject(payments[0], 'transactions.payments[0]');
  return readAmount(amount, 'transactions.payments[0].amount');
};

/** Reads what `POST /v1/orders` takes for QR codes. Throws the refusal of the Orders API. */
export const readOrderRequest = (body: JsonObject, posIds: readonly string[]): OrderRequest => {
  refuseUnknown(body, known, '');
  if (body['type'] === undefined) refuse('required_properties', 'type: is required');
  if (body['type'] !== 'qr') refuse('property_value', 'type: expected qr');
  if (body['external_reference'] === undefined)
    refuse('required_properties', 'external_reference: is required');
  const externalReference = readText(body['external_reference'], 'external_reference', 64);
  if (!/^[\w-]+$/.test(externalReference))
    refuse('property_value', 'external_reference: letters, digits, - and _ only');
  const description =
    body['description'] === undefined ? undefined : readText(body['description'], 'description', 150);
  const totalCents = readPayment(body['transactions']);
  if (body['total_amount'] !== undefined && readAmount(body['total_amount'], 'total_amount') !== totalCents)
    refuse('invalid_total_amount', 'total_amount: is not the sum of the transactions');
  const expirationTime = readText(body['expiration_time'] ?? 'PT15M', 'expiration_time', 40);
  const lifeMs = parseDuration(expirationTime) ?? 0;
  if (lifeMs < minLifeMs || lifeMs > maxLifeMs)
    refuse('property_value', 'expiration_time: expected PT30S to PT3600H');
  const items = readItems(body['items']);
  const qr = readObject(readObject(body['config'], 'config')['qr'], 'config.qr');
  refuseUnknown(qr, ['external_pos_id', 'mode'], 'config.qr.');
  const posId = readText(qr['external_pos_id'], 'config.qr.external_pos_id', 40);
  const mode = modes.find((each) => each === (qr['mode'] ?? 'static'));
  if (mode === undefined) return refuse('property_value', `config.qr.mode: expected ${modes.join(', ')}`);
  if (!posIds.includes(posId)) throw new OrdersError(404, 'pos_not_found', `Pos not found: ${posId}`);
  return {
    api: 'orders',
    posId,
    mode,
    externalReference,
    description,
    totalCents,
    items,
    notificationUrl: undefined,
    expirationTime,
    lifeMs,
  };
};
