import { useEffect, useState } from 'react';
import { formatUntil } from '../clock.js';
import { useLostSince } from '../lost-server.js';
import { queryClient } from '../queries.js';
import styles from '../styles/frame.module.css';
import { words } from '../words.js';

const PAUSE = 5;

/** One quiet bar while the server does not answer; it asks again by itself, and what is on the page stays. */
export const LostServerBar = () => {
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
  return (
    <div role="status">
      {since === undefined ? null : (
        <div className={styles['bar']}>
          {words.errors.lost(formatUntil(new Date(since).toISOString()))}{' '}
          <span aria-hidden>{left === 0 ? words.errors.tryingNow : words.errors.again(left)}</span>
        </div>
      )}
    </div>
  );
};
