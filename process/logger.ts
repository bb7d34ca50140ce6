import { type DestinationStream, type Logger, pino } from 'pino';
import { redact } from './redact.js';

/**
 * A logger that writes one JSON object a line, with everything that looks like a secret redacted.
 *
 * @param logLevel pino's words, `trace` to `silent`
 * @param destination (Default: standard output)
 */
export const createLogger = (logLevel: string, destination: DestinationStream = pino.destination(1)): Logger =>
  pino(
    {
      level: logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // `redact` has made plain objects of errors already, which pino's own serializer would not recognise.
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(args, method) {
          // Redacted before pino reads the arguments: it would take an error's message for that of the line.
          const [first, ...others] = args.map((arg: unknown) => redact(arg));
          const error: unknown = args[0];
          const clean = error instanceof Error ? [{ err: first }, ...others] : [first, ...others];
          return Reflect.apply(method, this, clean);
        },
      },
    },
    destination,
  );
