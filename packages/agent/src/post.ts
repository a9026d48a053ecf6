import http from 'node:http';
import https from 'node:https';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Poster extends Disposable {
  /** Rejects when there is no answer in time, or the signal aborts. */
  post(url: string, token: string, body: string, signal: AbortSignal): Promise<Answer>;
  /** Bytes sent and received so far, save those over loopback. */
  trafficBytes(): number;
}

const timeoutMs = 10_000;
const maxAnswerBytes = 64 * 1024;

const isLoopback = (url: URL): boolean => /^(127\.[\d.]+|localhost|\[::1\])$/.test(url.hostname);

/** Keeps one connection, so that a beat costs no handshake, and knows what it costs on the wire. */
export const createPoster = (): Poster => {
  const options = { keepAlive: true, maxSockets: 1, noDelay: true };
  const agents = { http: new http.Agent(options), https: new https.Agent(options) };
  /** By socket: what of it is counted already. */
  const counted = new WeakMap<object, number>();
  let bytes = 0;

  const post: Poster['post'] = (address, token, body, signal) =>
    new Promise((resolve, reject) => {
      const url = new URL(address);
      const isSecure = url.protocol === 'https:';
      const request = (isSecure ? https : http).request(
        url,
        {
          method: 'POST',
          agent: isSecure ? agents.https : agents.http,
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          },
        },
        (response) => {
          // At its end the response has given it back.
          const { socket } = response;
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (part: string) => {
            text += part;
            if (text.length > maxAnswerBytes) request.destroy(new Error('the answer is too long'));
          });
          response.on('error', reject);
          response.on('end', () => {
            const total = socket.bytesRead + socket.bytesWritten;
            if (!isLoopback(url)) bytes += total - (counted.get(socket) ?? 0);
            counted.set(socket, total);
            resolve({ status: response.statusCode ?? 0, body: text });
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });

  return {
    post,
    trafficBytes: () => bytes,
    [Symbol.dispose]: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
};
