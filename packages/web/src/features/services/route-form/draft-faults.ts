import { RouteDefinition } from '@dumont/contracts/gateway/gateway-routes';
import type { TFunction } from 'i18next';
import type { FieldPath } from 'react-hook-form';
import type { services } from '../../../i18n/en/services.ts';
import { definitionFrom, type RouteDraft } from './route-draft.ts';

export interface DraftFault {
  readonly field: FieldPath<RouteDraft>;
  readonly text: string;
}

type Wrong = keyof typeof services.wrong;

/** Fields of which the contract's words say less than ours; by their name without places in lists. */
const ownWords: Readonly<Record<string, Wrong>> = {
  name: 'required',
  path: 'path',
  hosts: 'hosts',
  upstreamPath: 'upstreamPath',
  'upstreams.url': 'upstreamUrl',
  'authentication.issuers': 'issuers',
  'authentication.issuers.issuer': 'issuer',
  'authentication.issuers.audience': 'required',
  'authentication.issuers.jwksUrl': 'issuer',
  'authentication.claims': 'claims',
  identityAudience: 'audience',
  'healthCheck.path': 'checkPath',
  'cors.origins': 'origins',
  'cors.credentials': 'credentials',
  'cors.headers': 'headerNames',
  'cors.exposed': 'headerNames',
  'requestHeaders.set': 'headerLines',
  'requestHeaders.remove': 'headerNames',
  'responseHeaders.set': 'headerLines',
  'responseHeaders.remove': 'headerNames',
};

/** The field of the form for a place in the definition: lists and maps are one field of text. */
const fieldAt = (path: readonly string[], draft: RouteDraft): string => {
  let value: unknown = draft;
  const walked: string[] = [];
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !(part in value)) break;
    value = (value as Record<string, unknown>)[part];
    walked.push(part);
  }
  // An issuer that is wrong as a whole is shown at its first field.
  if (typeof value === 'object' && value !== null && 'issuer' in value) walked.push('issuer');
  return walked.join('.');
};

const faultAt = (
  path: readonly string[],
  draft: RouteDraft,
  otherwise: string,
  t: TFunction<'services'>,
): DraftFault => {
  const field = fieldAt(path, draft);
  const wrong = ownWords[field.replaceAll(/\.\d+/g, '')];
  return {
    field: field as FieldPath<RouteDraft>,
    text: wrong === undefined ? otherwise : t(`wrong.${wrong}`),
  };
};

type Checked =
  | { readonly definition: RouteDefinition }
  | { readonly definition: undefined; readonly faults: readonly DraftFault[] };

/** What a draft spells, or what is wrong with it, by the contract's own rules. */
export const checkDraft = (draft: RouteDraft, t: TFunction<'services'>): Checked => {
  const checked = RouteDefinition.safeParse(definitionFrom(draft));
  if (checked.success) return { definition: checked.data };
  return {
    definition: undefined,
    faults: checked.error.issues.map((issue) => {
      const otherwise =
        issue.code === 'too_small'
          ? t('wrong.least', { least: Number(issue.minimum) })
          : issue.code === 'too_big'
            ? t('wrong.most', { most: Number(issue.maximum) })
            : t('wrong.wholeNumber');
      return faultAt(issue.path.map(String), draft, otherwise, t);
    }),
  };
};

/** What the server found wrong, field by field: `body.route.path` where a route is made, `body.path` where it is replaced. */
export const serverFaults = (
  errors: readonly { readonly path: string; readonly message: string }[],
  draft: RouteDraft,
  t: TFunction<'services'>,
): readonly DraftFault[] =>
  errors
    .map(({ path, message }) => faultAt(path.replace(/^body\.(route\.)?/, '').split('.'), draft, message, t))
    .filter(({ field }) => field.length > 0);
