import { useEffect, useState } from 'react';
import { formatUntil } from '../clock.js';
import { useLostSince } from '../lost-server.js';
import { queryClient, useAnswer } from '../queries.js';
import styles from '../styles/frame.module.css';
import { words } from '../words.js';

const PAUSE = 5;

/** One quiet bar while a part of the installation is away. A server that is lost is asked again; what is on the page stays. */
export const AwayBar = () => {
  const since = useLostSince();
  const [left, setLeft] = useState(PAUSE);
  useEffect(() => {
    if (since === undefined) return undefined;
    setLeft(PAUSE);
    const timer = setInterval(() => {
      setLeft((seconds) => (seconds > 0 ? seconds - 1 : PAUSE));
    }, 1000);
    return () => clearInterval(timer);
  }, [since]);
  useEffect(() => {
    if (since !== undefined && left === 0) void queryClient.invalidateQueries();
  }, [since, left]);
  const { data } = useAnswer('getParts', {}, { every: 15_000 });
  return (
    <div role="status">
      {since === undefined ? (
        data?.lacks.map(({ part, since: away }) => (
          <div key={part} className={styles['bar']}>
            {words.errors.lacks[part](away === undefined ? words.errors.never : formatUntil(away))}
          </div>
        ))
      ) : (
        <div className={styles['bar']}>
          {words.errors.lost(formatUntil(new Date(since).toISOString()))}{' '}
          <span aria-hidden>{left === 0 ? words.errors.tryingNow : words.errors.again(left)}</span>
        </div>
      )}
    </div>
  );
};
