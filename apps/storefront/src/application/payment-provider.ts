/**
 * The port to whoever takes the money. The ordering service trusts its answers to questions and nothing else:
 * a notification only makes it ask. Money is integer cents.
 */
export interface PaymentProvider {
  /** The same `paymentId` twice answers the same charge: it is the idempotency key and the external reference. */
  createCharge(charge: ChargeRequest): Promise<{ externalId: string; qrData: string }>;
  /** What the provider says now: notifications are never believed, they only make us ask. Undefined where it knows none. */
  findCharge(externalId: string): Promise<ChargeState | undefined>;
  /** By our own id: after a lost reply. */
  findChargeOf(paymentId: string): Promise<(ChargeState & { externalId: string }) | undefined>;
  cancelCharge(externalId: string): Promise<void>;
  refundCharge(externalId: string): Promise<void>;
  /** Whose charge a notification is about; throws NotificationRefused for a bad signature, a stale one, or nonsense. */
  readNotification(request: NotificationRequest, now: Date): { externalId: string };
}

export interface ChargeRequest {
  readonly paymentId: string;
  readonly title: string;
  readonly totalCents: number;
  readonly items: readonly ChargeItem[];
  readonly expiresAt: Date;
}

interface ChargeItem {
  readonly title: string;
  readonly unitCents: number;
  readonly quantity: number;
}

export interface ChargeState {
  readonly status: 'pending' | 'approved' | 'refused' | 'cancelled' | 'expired' | 'refunded';
  readonly paymentId: string;
  readonly totalCents: number;
}

export interface NotificationRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
}

/** The provider did not answer, or not in sense: the outcome is unknown, and asking again later is right. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
}

/** The provider understood and said no; the message holds its words. Asking again would not help. */
export class ProviderRefused extends Error {
  override readonly name = 'ProviderRefused';
}

/** A notification that is not the provider's: a bad or stale signature, or nonsense. */
export class NotificationRefused extends Error {
  override readonly name = 'NotificationRefused';
}
