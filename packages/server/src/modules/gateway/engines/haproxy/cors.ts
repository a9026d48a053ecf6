import { corsNames, type Cors } from '../../plane/cors.ts';
import { exists, headerValue, is, setVar, type Condition } from './syntax.ts';

/** As `plane/cors.ts`: who may read answers, and the answer to what a browser asks before. */
export const corsRules = (cors: Cors | null): string[] => {
  if (cors === null) return [];
  const isOpen = cors.origins.includes('*');
  const allowed = '{ var(txn.origin) -m len gt 0 }';
  const preflight: Condition = [
    'METH_OPTIONS',
    exists('req.fhdr(origin)'),
    exists('req.fhdr(access-control-request-method)'),
  ];
  const permissions = [
    ['access-control-allow-methods', cors.methods.join(', ')],
    ['access-control-allow-headers', cors.headers.join(', ')],
    ['access-control-max-age', String(cors.maxAgeSeconds)],
  ].map(([name, value]) => `hdr ${name} ${headerValue(value ?? '')}`);
  return [
    // A line has room for 64 words, and a route for 50 origins.
    ...(isOpen ? [[]] : cors.origins.map((origin) => [is('req.fhdr(origin)', origin)])).map((condition) =>
      setVar('origin', 'req.fhdr(origin)', ['{ req.fhdr_cnt(origin) eq 1 }', ...condition]),
    ),
    ...corsNames.map((name) => `http-response del-header ${name}`),
    // Whatever answers, this proxy or the service: a page must be able to read why it was refused.
    ...(isOpen ? [] : ['http-after-response add-header vary origin']),
    `http-after-response set-header access-control-allow-origin ${isOpen ? '*' : '%[var(txn.origin)]'} if ${allowed}`,
    ...(cors.credentials
      ? [`http-after-response set-header access-control-allow-credentials true if ${allowed}`]
      : []),
    ...(cors.exposed.length === 0
      ? []
      : [
          `http-after-response set-header access-control-expose-headers ${headerValue(cors.exposed.join(', '))} if ${allowed}`,
        ]),
    `http-request return status 204 ${permissions.join(' ')} if ${preflight.join(' ')} ${allowed}`,
    `http-request return status 204 if ${preflight.join(' ')}`,
  ];
};
