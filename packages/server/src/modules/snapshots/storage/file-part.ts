import type { FileHandle } from 'node:fs/promises';
import type { Writable } from 'node:stream';

/** Places of bytes; the end is not part of it. */
interface Part {
  readonly start: number;
  readonly end: number;
}

const chunkBytes = 256 * 1024;

const readAt = async (handle: FileHandle, buffer: Buffer, position: number): Promise<number> => {
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
  if (bytesRead === 0) throw new Error('the file is shorter than it was');
  return bytesRead;
};

export const readPart = async (handle: FileHandle, { start, end }: Part): Promise<Buffer<ArrayBuffer>> => {
  const content = Buffer.allocUnsafeSlow(Math.max(end - start, 0));
  for (let at = 0; at < content.length;) at += await readAt(handle, content.subarray(at), start + at);
  return content;
};

/**
 * Two buffers take turns: one is filled while the other is on its way. A fresh one for each chunk, as streams have,
 * costs as much processor as reading and sending together.
 */
export const sendPart = async (handle: FileHandle, { start, end }: Part, sink: Writable): Promise<void> => {
  const gone = Promise.withResolvers<never>();
  // Heard where it is waited for: otherwise it is no failure of ours.
  gone.promise.catch(() => undefined);
  const onClose = (): void => gone.reject(new Error('whoever read has gone'));
  sink.once('close', onClose);
  const send = (chunk: Buffer): Promise<void> => {
    const sent = new Promise<void>((resolve, reject) => {
      sink.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
    sent.catch(() => undefined);
    return sent;
  };
  try {
    let filled = Buffer.allocUnsafeSlow(Math.min(chunkBytes, Math.max(end - start, 0)));
    let onItsWay = Buffer.allocUnsafeSlow(filled.length);
    let sent = Promise.resolve();
    for (let at = start; at < end; [filled, onItsWay] = [onItsWay, filled]) {
      const bytes = await readAt(handle, filled.subarray(0, end - at), at);
      await Promise.race([sent, gone.promise]);
      sent = send(filled.subarray(0, bytes));
      at += bytes;
    }
    await Promise.race([sent, gone.promise]);
  } finally {
    sink.off('close', onClose);
  }
};
