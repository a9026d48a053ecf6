/** Events as API Gateway sends them, with all that they carry besides what is read. */

interface Given {
  readonly path?: string;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly from?: string;
}

/** A REST API with proxy integration (format 1.0). */
export const restEvent = ({ path = '/auth', body = null, isBase64Encoded = false, headers, from }: Given) => {
  const all = {
    Host: 'abc123.execute-api.sa-east-1.amazonaws.com',
    'X-Forwarded-For': '10.9.9.9',
    ...headers,
  };
  return {
    resource: path,
    path,
    httpMethod: 'POST',
    headers: headers === undefined ? null : all,
    multiValueHeaders:
      headers === undefined
        ? null
        : Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      resourceId: '2gxmpl',
      resourcePath: path,
      httpMethod: 'POST',
      extendedRequestId: 'JJbxmplHYosFVYQ=',
      requestTime: '10/Mar/2026:00:03:59 +0000',
      path: `/prod${path}`,
      accountId: '123456789012',
      protocol: 'HTTP/1.1',
      stage: 'prod',
      domainPrefix: 'abc123',
      requestTimeEpoch: 1_773_100_000_000,
      requestId: '77375676-xmpl-4b79-853a-f982474efe18',
      identity: {
        cognitoIdentityPoolId: null,
        accountId: null,
        caller: null,
        sourceIp: from ?? '203.0.113.7',
        accessKey: null,
        userAgent: 'Mozilla/5.0',
        user: null,
      },
      domainName: 'abc123.execute-api.sa-east-1.amazonaws.com',
      apiId: 'abc123',
    },
    body,
    isBase64Encoded,
  };
};

/** An HTTP API (format 2.0): header names in small letters, no field where there is no body. */
export const httpEvent = ({
  path = '/auth',
  body = null,
  isBase64Encoded = false,
  headers,
  from,
}: Given) => ({
  version: '2.0',
  routeKey: `POST ${path}`,
  rawPath: path,
  rawQueryString: '',
  headers: {
    'content-type': 'application/json',
    host: 'abc123.execute-api.sa-east-1.amazonaws.com',
    'x-forwarded-for': '10.9.9.9',
    ...Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
  },
  requestContext: {
    accountId: '123456789012',
    apiId: 'abc123',
    domainName: 'abc123.execute-api.sa-east-1.amazonaws.com',
    domainPrefix: 'abc123',
    http: {
      method: 'POST',
      path,
      protocol: 'HTTP/1.1',
      sourceIp: from ?? '203.0.113.8',
      userAgent: 'agent',
    },
    requestId: 'JKJaXmPLvHcESHA=',
    routeKey: `POST ${path}`,
    stage: '$default',
    time: '10/Mar/2026:00:03:59 +0000',
    timeEpoch: 1_773_100_000_000,
  },
  ...(body === null ? {} : { body }),
  isBase64Encoded,
});

export const methodArn = 'arn:aws:execute-api:sa-east-1:123456789012:abc123/prod/GET/pedidos/7';

export const tokenAuthorizerEvent = (authorizationToken: string) => ({
  type: 'TOKEN',
  methodArn,
  authorizationToken,
});

export const restAuthorizerEvent = (headers: Readonly<Record<string, string>> | null) => ({
  ...restEvent({ path: '/pedidos/7', ...(headers === null ? {} : { headers }) }),
  type: 'REQUEST',
  methodArn,
});

export const httpAuthorizerEvent = (headers: Readonly<Record<string, string>>) => ({
  ...httpEvent({ path: '/pedidos/7', headers }),
  type: 'REQUEST',
  routeArn: methodArn,
  identitySource: Object.values(headers),
});
