import { basename } from 'node:path';

/** Tells how each test ended, one JSON object a line, for JavaScriptClientIT. */
export default async function* report(events) {
  for await (const { type, data } of events) {
    if (type === 'test:stderr') {
      process.stderr.write(data.message); // For example why a file could not be loaded.
    }
    if (type !== 'test:pass' && type !== 'test:fail') {
      continue;
    }
    const error = data.details?.error;
    const failure = type === 'test:fail' ? String(error?.cause?.stack ?? error?.cause ?? error) : '';
    const skipped = Boolean(data.skip ?? data.todo);
    yield `${JSON.stringify({ file: basename(data.file), name: data.name, failure, skipped })}\n`;
  }
}
