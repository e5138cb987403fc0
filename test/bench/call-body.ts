/** Text as agents send it: prose and code, with the quotes and line ends that JSON must escape. */
const PARAGRAPH = `The tool returned {"status": "ok", "rows": 3}, so the next step reads the file again.
export function total(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + row.amount, 0); // "amount" is in cents
}
`;
const MESSAGE_BYTES = 4096;

/** A Chat Completions request of exactly this many bytes: one message when small, a long conversation when large. */
export function callBody(model: string, bytes: number, stream: boolean): Buffer {
  const head = stream ? { model, stream, stream_options: { include_usage: true } } : { model };
  const messages: Message[] = [];
  const room = (): number => bytes - Buffer.byteLength(JSON.stringify({ ...head, messages }));
  while (room() > 2 * MESSAGE_BYTES) messages.push(message(messages.length, text(MESSAGE_BYTES)));
  messages.push(message(messages.length, ''));
  const content = text(room() / 2);
  messages[messages.length - 1] = message(messages.length - 1, content);
  // Plain letters are one byte each, which makes the size exact.
  messages[messages.length - 1] = message(messages.length - 1, content + 'x'.repeat(Math.max(0, room())));
  return Buffer.from(JSON.stringify({ ...head, messages }));
}

interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

const message = (index: number, content: string): Message => ({
  role: index % 2 === 0 ? 'user' : 'assistant',
  content,
});

const text = (length: number): string => PARAGRAPH.repeat(Math.ceil(length / PARAGRAPH.length)).slice(0, length);
