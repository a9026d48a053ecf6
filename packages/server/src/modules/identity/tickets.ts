import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { Random } from '../../kernel/random.ts';
import { sha256 } from './hashes.ts';
import { insertTicket } from './ticket-store.ts';

const ticketMs = 30_000;

export const createTicketHandlers = (deps: {
  db: Database;
  clock: Clock;
  random: Random;
}): Handlers<'issueTicket'> => ({
  issueTicket: async ({ caller, body }) => {
    if (caller.sessionId === undefined) throw new AppError('auth.required');
    const ticket = deps.random.secret(32);
    const expiresAt = new Date(deps.clock.now().getTime() + ticketMs);
    await insertTicket(deps.db, {
      sha256: sha256(ticket),
      purpose: body.purpose,
      sessionId: caller.sessionId,
      expiresAt,
    });
    return { ticket, expiresAt: expiresAt.toISOString() };
  },
});
