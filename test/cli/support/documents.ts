import { documentShapes, errorDocumentShape } from '../../../cli/documents.js';

/** Throws unless what a command has printed with `--json` has exactly the fields of its schema: a refusal, or its document. */
export const expectDocument = (args: readonly string[], code: number, stdout: string): void => {
  const command = Object.entries(documentShapes).find(([name]) => args.includes(name));
  const document: unknown = JSON.parse(stdout);
  const isError = typeof document === 'object' && document !== null && 'error' in document;
  if (code === 0 && isError) throw new Error('a command that ended well has printed an error');
  if (isError) errorDocumentShape.parse(document);
  else if (command === undefined) throw new Error(`no document is described for ${args.join(' ')}`);
  else command[1].parse(document);
};
