import { Button, Group, MultiSelect, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { AnswerTo } from '../api.js';
import { TeamIcon } from '../icons.js';
import { FormProblem, mistakesOf } from '../parts/form-problem.js';
import { useMe } from '../parts/frame.js';
import { PageFrame, Panel } from '../parts/page.js';
import { Failure, RowsSkeleton, State } from '../parts/states.js';
import { useAnswer, useDeed } from '../queries.js';
import { words } from '../words.js';

type Team = AnswerTo<'getTeams'>['teams'][number];

const w = words.settings.teams;

const AddTeam = () => {
  const [name, setName] = useState('');
  const post = useDeed('postTeam');
  const add = (event: FormEvent): void => {
    event.preventDefault();
    post.mutate({ body: { name: name.trim() } }, { onSuccess: () => setName('') });
  };
  return (
    <form onSubmit={add}>
      <Group align="flex-start" gap="xs">
        <TextInput
          flex="1 1 200px"
          maw={320}
          aria-label={w.name}
          placeholder={w.name}
          value={name}
          maxLength={100}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          error={mistakesOf(post.error)['name']}
        />
        <Button type="submit" loading={post.isPending} disabled={name.trim() === ''}>
          {w.add}
        </Button>
      </Group>
      <FormProblem error={post.error} />
    </form>
  );
};

const TeamPanel = ({ team, mayManage }: { team: Team; mayManage: boolean }) => {
  const { id, name, personIds: before } = team;
  const [personIds, setPersonIds] = useState<string[]>();
  const { data: people } = useAnswer('getMembers', {});
  const put = useDeed('putTeamMembers');
  const remove = useDeed('deleteTeam');
  const chosen = personIds ?? before;
  const namesOf = (ids: readonly string[]): string =>
    people?.members.flatMap((each) => (ids.includes(each.personId) ? [each.name] : [])).join(', ') ?? '';
  return (
    <Panel
      title={name}
      aside={
        <Text size="xs" c="dimmed">
          {w.count(before.length)}
        </Text>
      }
    >
      {mayManage ? (
        <Stack>
          <MultiSelect
            label={w.members}
            aria-label={w.membersOf(name)}
            searchable
            data={people?.members.map((each) => ({ value: each.personId, label: each.name })) ?? []}
            value={chosen}
            onChange={setPersonIds}
          />
          <FormProblem error={put.error ?? remove.error} />
          <Group justify="space-between">
            <Button
              variant="default"
              size="xs"
              aria-label={w.removeOf(name)}
              onClick={() => remove.mutate({ params: { teamId: id } })}
            >
              {words.settings.remove}
            </Button>
            <Button
              size="xs"
              disabled={personIds === undefined}
              loading={put.isPending}
              onClick={() =>
                put.mutate(
                  { params: { teamId: id }, body: { personIds: chosen } },
                  { onSuccess: () => setPersonIds(undefined) },
                )
              }
            >
              {w.save}
            </Button>
          </Group>
        </Stack>
      ) : (
        <span className="name">{namesOf(before)}</span>
      )}
    </Panel>
  );
};

export const TeamsPage = () => {
  const { can } = useMe();
  const mayManage = can.manageTeams.allowed;
  const { data, error, refetch } = useAnswer('getTeams', {});
  return (
    <PageFrame title={w.title} lead={w.lead}>
      {data === undefined ? (
        error === null ? (
          <RowsSkeleton />
        ) : (
          <Failure error={error} retry={() => void refetch()} order={2} />
        )
      ) : (
        <Stack gap="lg">
          {mayManage ? <AddTeam /> : null}
          {data.teams.length === 0 ? (
            <State icon={<TeamIcon size={20} />} title={w.empty}>
              {w.emptyText}
            </State>
          ) : (
            data.teams.map((team) => <TeamPanel key={team.id} team={team} mayManage={mayManage} />)
          )}
        </Stack>
      )}
    </PageFrame>
  );
};
