import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { FormProblem } from '../parts/form-problem.js';
import { useAnswer, useDeed } from '../queries.js';
import { words } from '../words.js';

const w = words.performance.views;

/** All that is saved, to be deleted. */
export const SavedDialog = ({ close }: { close: () => void }) => {
  const { data } = useAnswer('getSavedViews', {});
  const remove = useDeed('deleteSavedView');
  return (
    <Modal opened onClose={close} title={w.manageTitle} closeButtonProps={{ 'aria-label': words.settings.close }}>
      <Stack>
        {data?.views.map(({ id, kind, name, shared, savedBy, can }) => (
          <Group key={id} justify="space-between" wrap="nowrap">
            <div>
              <Text size="sm" fw={500} className="name">
                {name}
              </Text>
              <Text size="xs" c="dimmed">
                {w.kinds[kind]}
                {shared && savedBy !== null ? `, ${w.savedBy(savedBy)}` : ''}
              </Text>
            </div>
            {can.change.allowed ? (
              <Button
                variant="default"
                size="xs"
                aria-label={w.remove(name)}
                onClick={() => remove.mutate({ params: { savedViewId: id } })}
              >
                {words.settings.remove}
              </Button>
            ) : null}
          </Group>
        ))}
        {data?.views.length === 0 ? <Text c="dimmed">{w.nothing}</Text> : null}
        <FormProblem error={remove.error} />
      </Stack>
    </Modal>
  );
};
