import { words } from '../words.js';
import { CheckIcon } from '../icons.js';
import styles from '../styles/set-up.module.css';

const STEPS = ['source', 'credentials', 'choose', 'review'] as const;
type SetUpStep = (typeof STEPS)[number];

/** Where one stands in *Add Connection*. */
export const SetUpSteps = ({ now }: { now: SetUpStep }) => {
  const at = STEPS.indexOf(now);
  return (
    <ol className={styles['steps']} aria-label={words.setUp.stepOf(at + 1, STEPS.length)}>
      {STEPS.map((step, index) => (
        <li
          key={step}
          className={styles['step']}
          data-state={index < at ? 'done' : index === at ? 'now' : 'later'}
          aria-current={index === at ? 'step' : undefined}
        >
          <span className={styles['dot']} aria-hidden>
            {index < at ? <CheckIcon size={14} /> : index + 1}
          </span>
          <span>
            {words.setUp.steps[step]}
            {index < at ? <span className="only-read"> ({words.setUp.done})</span> : null}
          </span>
        </li>
      ))}
    </ol>
  );
};
