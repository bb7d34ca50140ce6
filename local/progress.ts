/** Reports what takes long. On a terminal one line is rewritten; in a log a line is added every 20 seconds at most. */
export interface Progress {
  (text: string): void;
}

const logEveryMillis = 20_000;

export interface ProgressLine {
  readonly report: Progress;
  /** Removes the line from a terminal. */
  readonly clear: () => void;
}

export const progressLine = (stream: NodeJS.WriteStream = process.stderr): ProgressLine => {
  let shown = '';
  const lastLogged = new Map<string, number>();
  return {
    report: (text) => {
      if (stream.isTTY) {
        shown = text;
        stream.write(`\r\u001B[2K${text}`);
        return;
      }
      // A line that differs only by its elapsed time is not repeated within that time.
      const subject = text.split(':', 1)[0] ?? '';
      const now = Date.now();
      if (now - (lastLogged.get(subject) ?? 0) < logEveryMillis) return;
      lastLogged.set(subject, now);
      stream.write(`${text}\n`);
    },
    clear: () => {
      if (stream.isTTY && shown !== '') stream.write('\r\u001B[2K');
      shown = '';
    },
  };
};

export const elapsed = (sinceMillis: number): string => {
  const seconds = Math.floor((Date.now() - sinceMillis) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

/** Reports a text with its elapsed time, every second, while the task runs. */
export const reporting = async <T>(progress: Progress, text: string, task: () => Promise<T>): Promise<T> => {
  const started = Date.now();
  progress(`${text}: 0 s`);
  const timer = setInterval(() => progress(`${text}: ${elapsed(started)}`), 1000);
  try {
    return await task();
  } finally {
    clearInterval(timer);
  }
};
