import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Logger } from '../../../kernel/log.ts';
import { gatewayPath, type Repositories } from '../repositories.ts';
import type { RepositoryStore } from '../repository-store.ts';
import {
  fileKinds,
  isFileName,
  WrongContent,
  type FileId,
  type FileKind,
  type RepositoryFiles,
} from '../storage/repository-files.ts';
import { authorityOf, type Authority } from './authority.ts';
import { incoming } from './incoming.ts';
import { parseRange } from './range.ts';

/**
 * Repositories of machines over restic's REST protocol (version 2), for machines alone: each has a secret of its own
 * for its own repository. Append-only: nothing that is there is changed or removed, save the caller's own locks.
 */
export interface GatewayDeps {
  readonly store: RepositoryStore;
  readonly repositories: Pick<Repositories, 'files'>;
  readonly clock: Clock;
  readonly log: Logger;
}

const mebibyte = 1024 * 1024;
/** restic's largest pack is 128 MiB and may exceed it by one blob; the others are far smaller than this. */
const maxBytes: Readonly<Record<FileKind, number>> = {
  config: 0,
  keys: 0,
  data: 160 * mebibyte,
  index: 64 * mebibyte,
  snapshots: mebibyte,
  locks: mebibyte,
};
const listType = 'application/vnd.x.restic.rest.v2';

type Target = { readonly list: FileKind } | { readonly file: FileId };

/** What follows the machine in the address. Undefined for what is not of the protocol. */
const parseTarget = (path: string): Target | undefined => {
  if (path === 'config') return { file: { kind: 'config', name: '' } };
  const [kindText = '', name = '', ...more] = path.split('/');
  const kind = fileKinds.find((known) => known === kindText && known !== 'config');
  if (kind === undefined || more.length > 0) return undefined;
  if (name === '') return { list: kind };
  return isFileName(name) ? { file: { kind, name } } : undefined;
};

export const serveRepositories = async (app: FastifyInstance, deps: GatewayDeps): Promise<void> => {
  const { store, repositories, clock, log } = deps;

  const list = async (
    request: FastifyRequest,
    reply: FastifyReply,
    files: RepositoryFiles,
    kind: FileKind,
  ): Promise<FastifyReply> => {
    const abort = new AbortController();
    reply.raw.once('close', () => abort.abort());
    const found = await files.list(kind, abort.signal);
    const isSecond = request.headers.accept?.includes(listType) === true;
    return reply
      .header('content-type', isSecond ? listType : 'application/json')
      .send(
        JSON.stringify(
          isSecond
            ? found.map(({ name, sizeBytes }) => ({ name, size: sizeBytes }))
            : found.map(({ name }) => name),
        ),
      );
  };

  const read = async (
    request: FastifyRequest,
    reply: FastifyReply,
    files: RepositoryFiles,
    file: FileId,
  ): Promise<void> => {
    void reply.header('content-type', 'application/octet-stream').header('accept-ranges', 'bytes');
    if (request.method === 'HEAD') {
      const sizeBytes = await files.findSize(file);
      if (sizeBytes === undefined) throw new AppError('repository.no_file');
      void reply.header('content-length', sizeBytes).send();
      return;
    }
    const range = parseRange(request.headers.range);
    await using found = await files.open(file, range);
    if (found === undefined) throw new AppError('repository.no_file');
    const { sizeBytes } = found;
    const start = range?.start ?? 0;
    if (range !== undefined && start >= sizeBytes) {
      void reply.code(416).header('content-range', `bytes */${sizeBytes}`).send();
      return;
    }
    const end = Math.min(range?.end ?? sizeBytes - 1, sizeBytes - 1);
    void reply.header('content-length', end - start + 1);
    if (range !== undefined)
      void reply.code(206).header('content-range', `bytes ${start}-${end}/${sizeBytes}`);
    // Written by hand: what a reply does to a stream costs more than the bytes in it.
    reply.hijack();
    reply.raw.writeHead(reply.statusCode, reply.getHeaders() as OutgoingHttpHeaders);
    try {
      await found.sendTo(reply.raw);
      reply.raw.end();
    } catch (error) {
      if (!reply.raw.destroyed) log.warn({ error, file }, 'a file of a repository was not sent to its end');
      // Whoever reads sees that it was cut off, and asks again.
      reply.raw.destroy();
    }
  };

  const append = async (
    request: FastifyRequest,
    reply: FastifyReply,
    files: RepositoryFiles,
    file: FileId,
    authority: Authority,
  ): Promise<FastifyReply> => {
    const limitBytes = maxBytes[file.kind];
    if (!authority.mayAppend || limitBytes === 0) throw new AppError('repository.append_only');
    if (Number(request.headers['content-length'] ?? 0) > limitBytes)
      throw new AppError('request.too_large', { limitBytes });
    if (file.kind === 'locks') {
      const { machineId, grantId } = authority;
      await store.insertLock({
        machine_id: machineId,
        name: file.name,
        grant_id: grantId,
        created_at: clock.now(),
      });
    }
    const permit = async (): Promise<void> => {
      await authorityOf(store, request.headers.authorization, authority.machineId);
    };
    try {
      await files.write(file, incoming(request.raw, limitBytes, permit));
    } catch (error) {
      if (error instanceof WrongContent) throw new AppError('repository.content', {}, { cause: error });
      throw error;
    }
    return reply.code(200).send();
  };

  const removeLock = async (
    reply: FastifyReply,
    files: RepositoryFiles,
    file: FileId,
    { machineId, holderId }: Authority,
  ): Promise<FastifyReply> => {
    if (file.kind !== 'locks' || !(await store.holdsLock(machineId, file.name, holderId)))
      throw new AppError('repository.append_only');
    await files.remove(file);
    await store.deleteLock(machineId, file.name);
    return reply.code(200).send();
  };

  const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { machineId, '*': path } = request.params as { machineId: string; '*': string };
    const authority = await authorityOf(store, request.headers.authorization, machineId);
    const target = parseTarget(path);
    const files = repositories.files(machineId);
    void reply.header('cache-control', 'no-store');
    if (target !== undefined && 'file' in target) {
      if (request.method === 'POST') return append(request, reply, files, target.file, authority);
      if (request.method === 'DELETE') return removeLock(reply, files, target.file, authority);
      await read(request, reply, files, target.file);
      return reply;
    }
    // Making and deleting a repository is the server's.
    if (request.method === 'POST' || request.method === 'DELETE')
      throw new AppError('repository.append_only');
    if (target === undefined) throw new AppError('repository.no_file');
    return list(request, reply, files, target.list);
  };

  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // The handler reads the body by itself, after it knows who sends it.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.route({
      method: ['GET', 'HEAD', 'POST', 'DELETE'],
      url: `${gatewayPath}/:machineId/*`,
      bodyLimit: maxBytes.data,
      config: { operation: 'repositoryGateway', slowBody: true },
      handler: serve,
    });
  });
};
