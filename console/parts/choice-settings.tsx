import { notifications } from '@mantine/notifications';
import { Text } from '@mantine/core';
import type { ShownConnection } from '../answers.js';
import { choiceOf, useChoiceDraft } from '../draft.js';
import { useDeed } from '../queries.js';
import { words } from '../words.js';
import { ChooseStep } from './choose-step.js';
import { FormProblem } from './form-problem.js';
import { RowsSkeleton } from './states.js';

const w = words.connection.settings;

/** Accounts, history and wait of a connection that lives. */
export const ChoiceSettings = ({ connection }: { connection: ShownConnection }) => {
  const { id, can } = connection;
  const [draft, setDraft] = useChoiceDraft(id, { isKept: false });
  const put = useDeed('putChoice');
  if (!can.choose.allowed) return <Text c="dimmed">{can.choose.reason}</Text>;
  if (draft === undefined) return <RowsSkeleton />;
  return (
    <>
      <ChooseStep
        connection={connection}
        draft={draft}
        setDraft={setDraft}
        nextLabel={w.save}
        next={() =>
          put.mutate(
            { params: { id }, body: choiceOf(draft) },
            { onSuccess: () => notifications.show({ message: w.saved }) },
          )
        }
      />
      <FormProblem error={put.error} />
    </>
  );
};
