import { expect, test } from 'vitest';
import { openSession, type SessionState, type TerminalSocket } from './session.ts';

const start = async () => {
  const sent: (string | Uint8Array)[] = [];
  const states: SessionState[] = [];
  let shown = '';
  let closed = false;
  const socket: TerminalSocket = {
    binaryType: '',
    onopen: null,
    onmessage: null,
    onclose: null,
    send: (data) => void sent.push(data),
    close: () => {
      closed = true;
    },
  };
  const session = openSession({
    issueTicket: async () => 'ticket',
    openSocket: () => socket,
    onText: (text) => {
      shown += text;
    },
    onState: (state) => states.push(state),
  });
  session.resize(100, 30);
  await Promise.resolve();
  await Promise.resolve();
  return { session, socket, sent, states, shown: () => shown, isClosed: () => closed };
};

test('the size is told once it is open, text goes and comes as bytes, letters cut in two included', async () => {
  const { session, socket, sent, states, shown } = await start();
  session.send('too early');
  socket.onopen?.();
  session.send('é');
  expect(sent).toEqual(['{"type":"resize","columns":100,"rows":30}', new Uint8Array([0xc3, 0xa9])]);
  socket.onmessage?.({ data: new Uint8Array([0x61, 0xc3]).buffer });
  socket.onmessage?.({ data: new Uint8Array([0xa9]).buffer });
  expect(shown()).toBe('aé');
  expect(sent.slice(2), 'told again once there is a shell').toEqual([
    '{"type":"resize","columns":100,"rows":30}',
  ]);
  session.send('x'.repeat(70_000));
  expect(sent.slice(3).map(({ length }) => length)).toEqual([65_536, 4464]);
  expect(states.map(({ kind }) => kind)).toEqual(['connecting', 'open']);
});

test('why it ended is told once: by the shell, by the server, by the line', async () => {
  const one = await start();
  one.socket.onopen?.();
  one.socket.onmessage?.({ data: '{"type":"exit","code":3}' });
  one.socket.onclose?.();
  expect(one.states.at(-1)).toEqual({ kind: 'exited', code: 3 });

  const two = await start();
  two.socket.onmessage?.({ data: '{"type":"error","code":"machine.unreachable","message":"No answer."}' });
  two.socket.onclose?.();
  expect(two.states.at(-1)).toEqual({
    kind: 'failed',
    code: 'machine.unreachable',
    message: 'No answer.',
  });

  const three = await start();
  three.socket.onopen?.();
  three.socket.onclose?.();
  expect(three.states.at(-1)).toEqual({ kind: 'lost' });
});

test('who leaves hears nothing more', async () => {
  const { session, socket, states, isClosed } = await start();
  session.close();
  socket.onclose?.();
  expect(isClosed()).toBe(true);
  expect(states.map(({ kind }) => kind)).toEqual(['connecting']);
});
