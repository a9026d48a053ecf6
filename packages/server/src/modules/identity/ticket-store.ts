import type { Database } from '../../kernel/db/database.ts';

export type TicketPurpose = 'websocket' | 'download';

export const insertTicket = async (
  db: Database,
  ticket: { sha256: Buffer; purpose: TicketPurpose; sessionId: string; expiresAt: Date },
): Promise<void> => {
  await db
    .insertInto('tickets')
    .values({
      sha256: ticket.sha256,
      purpose: ticket.purpose,
      session_id: ticket.sessionId,
      expires_at: ticket.expiresAt,
    })
    .execute();
};

/** Uses a ticket up; only one caller ever gets its session. */
export const takeTicket = async (
  db: Database,
  ticket: { sha256: Buffer; purpose: TicketPurpose; now: Date },
): Promise<string | undefined> => {
  const row = await db
    .deleteFrom('tickets')
    .where('sha256', '=', ticket.sha256)
    .where('purpose', '=', ticket.purpose)
    .where('expires_at', '>', ticket.now)
    .returning('session_id')
    .executeTakeFirst();
  return row?.session_id;
};
