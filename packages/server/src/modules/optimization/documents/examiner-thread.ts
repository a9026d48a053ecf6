import { parentPort } from 'node:worker_threads';
import { examine, type Question } from './examination.ts';

const port = parentPort;
if (port === null) throw new Error('This is a thread of the server.');
port.on('message', (question: Question) => {
  const examination = examine(question);
  if (examination.kind !== 'read') return port.postMessage(examination);
  // Its memory is handed over. Bytes may stand in a larger buffer, that is Node's own.
  const { starts, links } = examination.tape;
  const bytes = Buffer.from(new Uint8Array(examination.tape.bytes).buffer);
  const tape = { ...examination.tape, bytes };
  port.postMessage({ ...examination, tape }, [bytes.buffer, starts.buffer, links.buffer] as ArrayBuffer[]);
});
