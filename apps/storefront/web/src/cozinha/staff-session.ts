import { ask, Refused } from '../lib/api.ts';
import { nowMs } from '../lib/browser.ts';

/** A session of the staff: passwords go to the server that knows them, past this service. */
export interface StaffSession {
  readonly token: string;
  readonly refreshToken: string;
  readonly endsMs: number;
}

interface Answered {
  readonly token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
}

/** Renewed this long before it ends. */
const marginMs = 60_000;

const sessionOf = ({ token, refresh_token: refreshToken, expires_in: seconds }: Answered): StaffSession => ({
  token,
  refreshToken,
  endsMs: nowMs() + seconds * 1000,
});

export const signIn = async (email: string, password: string): Promise<StaffSession> => {
  try {
    return sessionOf(await ask<Answered>('POST', '/equipe/entrar', { body: { email, password } }));
  } catch (error) {
    if (error instanceof Refused && error.status === 401)
      throw new Refused(401, 'E-mail ou senha não conferem.');
    throw error;
  }
};

/** Gives a token that is good for now. A refresh token works once: two renewals at a time would end the session. */
export const createTokens = (
  first: StaffSession,
  onRenewed: (session: StaffSession) => void,
): (() => Promise<string>) => {
  let session = first;
  let renewing: Promise<string> | undefined;
  const renew = async (): Promise<string> => {
    session = sessionOf(
      await ask<Answered>('POST', '/equipe/renovar', { body: { refresh_token: session.refreshToken } }),
    );
    onRenewed(session);
    return session.token;
  };
  return async () => {
    if (session.endsMs - nowMs() > marginMs) return session.token;
    renewing ??= renew().finally(() => {
      renewing = undefined;
    });
    return renewing;
  };
};
