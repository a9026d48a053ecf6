import { parentPort } from 'node:worker_threads';
import { examine, type Question } from './examination.ts';

/** Both threads see it: a part of the document may come back to be checked, and nothing of it is copied for that. */
const inShared = (numbers: Int32Array): Int32Array => {
  const copy = new Int32Array(new SharedArrayBuffer(numbers.byteLength));
  copy.set(numbers);
  return copy;
};

const port = parentPort;
if (port === null) throw new Error('This is a thread of the server.');
port.on('message', (question: Question) => {
  const examination = examine(question);
  if (examination.kind !== 'read') return port.postMessage(examination);
  const { tape } = examination;
  const shared = { ...tape, starts: inShared(tape.starts), links: inShared(tape.links) };
  port.postMessage({ ...examination, tape: shared });
});
