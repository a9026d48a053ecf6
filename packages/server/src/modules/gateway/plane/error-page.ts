import type { IncomingMessage } from 'node:http';
import type { AppError } from '../../../kernel/errors.ts';

/** A board on a wall comes back by itself when its service does. */
const againSeconds = 5;

const texts = {
  'pt-BR': ['Voltamos já', 'Este serviço está fora do ar agora. A página tenta de novo sozinha.'],
  en: ['Back soon', 'This service is not available right now. The page tries again by itself.'],
} as const;

const isPageWanted = ({ method, headers }: IncomingMessage): boolean =>
  (method === 'GET' || method === 'HEAD') && (headers.accept ?? '').includes('text/html');

/**
 * What people see in a browser where the service behind an address is down: they have no use for a problem as JSON.
 * Undefined where it is no page that was asked for, or where it is the request that is wrong.
 */
export const errorPage = (
  request: IncomingMessage,
  error: AppError,
  requestId: string,
): string | undefined => {
  if (error.status < 500 || !isPageWanted(request)) return undefined;
  const language = /^\s*pt\b/i.test(request.headers['accept-language'] ?? '') ? 'pt-BR' : 'en';
  const [title, text] = texts[language];
  return `<!doctype html>
<html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="${againSeconds}"><title>${title}</title>
<style>:root{color-scheme:light dark}body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto 0;padding:0 1rem}small{opacity:.7}</style>
<h1>${title}</h1><p>${text}</p><p><small>${error.status} · ${requestId}</small></p></html>
`;
};
