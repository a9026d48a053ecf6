import type { OwnSettings } from './settings.ts';

/** A user pool of AWS Cognito that keeps the customers of the project `default`. */
export interface CognitoConfig {
  readonly userPoolId: string;
  readonly region: string;
  /** AWS's own unless given. */
  readonly endpoint: string | undefined;
  /** Where AWS's libraries look for them unless given: the role of the machine or function, a profile. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

export const readCognitoConfig = (own: Pick<OwnSettings, 'text' | 'required'>): CognitoConfig => ({
  userPoolId: own.required('USER_POOL_ID'),
  region: own.required('REGION'),
  endpoint: own.text('ENDPOINT'),
  credentials:
    own.text('ACCESS_KEY_ID') === undefined && own.text('SECRET_ACCESS_KEY') === undefined
      ? undefined
      : { accessKeyId: own.required('ACCESS_KEY_ID'), secretAccessKey: own.required('SECRET_ACCESS_KEY') },
});
