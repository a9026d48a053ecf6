import { PipelineFailure } from './failure.ts';

/** Neither the site nor the folder has the file. */
export class NotFoundFailure extends PipelineFailure {
  constructor(message: string) {
    super(message);
    this.name = 'NotFoundFailure';
  }
}

/** The address as it may be shown: without user, password, query and fragment. */
export function publicUrl(url: string | URL): string {
  const parsed = new URL(url);
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}

/** What a status other than success means for a user, and whether another attempt may help. */
export function statusFailure(url: string, status: number): PipelineFailure {
  const shown = publicUrl(url);
  if (status === 404 || status === 410)
    return new NotFoundFailure(`${shown} does not exist (HTTP ${status})`);
  if (status === 401 || status === 403)
    return new PipelineFailure(`${shown} refused access (HTTP ${status}): check user name and password`);
  const temporary = status >= 500 || status === 408 || status === 429;
  const text = temporary ? 'is not able to answer now' : 'refused the request';
  return new PipelineFailure(`${shown} ${text} (HTTP ${status})`, { temporary });
}
