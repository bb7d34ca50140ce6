import type { ComponentType } from 'react';
import {
  AlertIcon,
  CircleCheckIcon,
  ClockIcon,
  DashedCircleIcon,
  HourglassIcon,
  PauseIcon,
  ProgressIcon,
  UnplugIcon,
} from '../icons.js';
import type { Mark } from '../answers.js';
import styles from '../styles/status.module.css';

type Look = readonly [Icon: ComponentType<{ size?: number; 'aria-hidden'?: boolean }>, tone: string];

/** Told apart by icon and word, never by colour alone. */
const looks: Readonly<Record<Mark['status'], Look>> = {
  not_finished: [DashedCircleIcon, 'calm'],
  starting: [ProgressIcon, 'busy'],
  importing_history: [ProgressIcon, 'busy'],
  up_to_date: [CircleCheckIcon, 'good'],
  behind: [ClockIcon, 'late'],
  waiting_for_x: [HourglassIcon, 'late'],
  needs_person: [AlertIcon, 'bad'],
  paused: [PauseIcon, 'calm'],
  disconnected: [UnplugIcon, 'calm'],
};

export const MarkBadge = ({ mark }: { mark: Pick<Mark, 'status' | 'label'> }) => {
  const [Icon, tone] = looks[mark.status];
  const turns = mark.status === 'starting' || mark.status === 'importing_history';
  return (
    <span className={`${styles['mark']} ${styles[tone]} ${turns ? styles['turns'] : ''}`}>
      <Icon size={16} aria-hidden />
      {mark.label}
    </span>
  );
};
