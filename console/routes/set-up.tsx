import { useDocumentTitle } from '@mantine/hooks';
import { Navigate, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ShownConnection } from '../answers.js';
import { useChoiceDraft } from '../draft.js';
import { ChooseStep } from '../parts/choose-step.js';
import { CreatedHead, CreatedStep } from '../parts/created-step.js';
import { CallbackProblem, RefusedByX } from '../parts/callback-problem.js';
import { CredentialsStep } from '../parts/credentials-step.js';
import { PageFrame } from '../parts/page.js';
import { ReviewStep } from '../parts/review-step.js';
import { Failure, PageSkeleton, RowsSkeleton } from '../parts/states.js';
import { SetUpSteps } from '../parts/set-up-steps.js';
import { useAnswer } from '../queries.js';
import styles from '../styles/set-up.module.css';
import { words } from '../words.js';
import { BackToConnections } from './new-connection.js';

const Created = ({ connection }: { connection: ShownConnection }) => {
  useDocumentTitle(`${words.setUp.created.title} – ${words.product}`);
  return (
    <>
      <CreatedHead />
      <CreatedStep connection={connection} />
    </>
  );
};

interface ChoiceProps {
  readonly connection: ShownConnection;
  readonly step: 'choose' | 'review';
  readonly problem: string | undefined;
}

const Choice = ({ connection, step, problem }: ChoiceProps) => {
  const navigate = useNavigate({ from: '/connections/$id/set-up' });
  const [draft, setDraft, error] = useChoiceDraft(connection.id, { isKept: true });
  if (draft === undefined)
    return error === null ? <RowsSkeleton /> : <Failure error={error} retry={() => location.reload()} order={2} />;
  const given = { connection, draft, setDraft };
  return step === 'choose' ? (
    <>
      <CallbackProblem problem={problem} />
      <ChooseStep {...given} next={() => void navigate({ search: { step: 'review' } })} />
    </>
  ) : (
    <ReviewStep
      {...given}
      back={() => void navigate({ search: {} })}
      saved={() => void navigate({ search: {}, replace: true })}
    />
  );
};

const SetUp = ({ connection }: { connection: ShownConnection }) => {
  const { id, phase } = connection;
  const { step, problem } = useSearch({ from: '/frame/connections/$id/set-up' });
  if (phase !== 'authorizing' && phase !== 'choosing') {
    // A failed reconnect comes back here too; its page says so.
    if (problem !== undefined || phase !== 'active')
      return (
        <Navigate to="/connections/$id" params={{ id }} search={problem === undefined ? {} : { problem }} replace />
      );
    return <Created connection={connection} />;
  }
  const now = phase === 'authorizing' ? 'credentials' : step === 'review' ? 'review' : 'choose';
  return (
    <PageFrame title={words.setUp.title} back={<BackToConnections />}>
      <SetUpSteps now={now} />
      {now === 'credentials' && problem !== undefined ? null : <RefusedByX connection={connection} />}
      {now === 'credentials' ? (
        <CredentialsStep connectionId={id} problem={problem} />
      ) : (
        <Choice connection={connection} step={now} problem={problem} />
      )}
    </PageFrame>
  );
};

/** *Add Connection* from X's answer on: the step follows from where the connection stands, so back and reload lose nothing. */
export const SetUpPage = () => {
  const { id } = useParams({ from: '/frame/connections/$id/set-up' });
  const { data, error, refetch } = useAnswer(
    'getConnection',
    { params: { id } },
    // While X's answer is being worked on, the next step is near.
    { every: (seen) => (seen?.phase === 'choosing' ? 10_000 : 1500) },
  );
  return (
    <div className={styles['narrow']}>
      {data === undefined ? (
        error === null ? (
          <PageSkeleton />
        ) : (
          <Failure error={error} retry={() => void refetch()} />
        )
      ) : (
        <SetUp connection={data} />
      )}
    </div>
  );
};
