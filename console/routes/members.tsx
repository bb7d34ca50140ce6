import { Button, Group, Modal, Select, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { AnswerTo } from '../api.js';
import { formatCount, formatInstant, formatRelative } from '../clock.js';
import { PlusIcon } from '../icons.js';
import { DataCell, DataTable, Sub } from '../parts/data-table.js';
import { FormProblem } from '../parts/form-problem.js';
import { useMe } from '../parts/frame.js';
import { InviteDialog } from '../parts/invite-dialog.js';
import { PageFrame } from '../parts/page.js';
import { ReasonedButton } from '../parts/reasoned-button.js';
import { Failure, RowsSkeleton } from '../parts/states.js';
import { useAnswer, useDeed } from '../queries.js';
import { words } from '../words.js';

type Member = AnswerTo<'getMembers'>['members'][number];

const w = words.settings.members;
const ROLES = ['owner', 'admin', 'member', 'viewer'] as const;

const RemoveDialog = ({
  member,
  members,
  close,
}: {
  member: Member;
  members: readonly Member[];
  close: () => void;
}) => {
  const [heir, setHeir] = useState<string | null>(null);
  const remove = useDeed('deleteMember');
  const me = useMe();
  const asksHeir = member.connections > 0;
  return (
    <Modal
      opened
      onClose={close}
      title={<span className="name">{w.removeOf(member.name)}</span>}
      closeButtonProps={{ 'aria-label': words.settings.close }}
    >
      <Stack>
        <Text c="dimmed">{w.removeLead}</Text>
        {asksHeir ? (
          <Select
            label={`${w.takesOver} (${formatCount(member.connections)})`}
            data={members
              .filter(({ personId, role }) => personId !== member.personId && role !== 'viewer')
              .map(({ personId, name }) => ({ value: personId, label: name }))}
            value={heir}
            onChange={setHeir}
          />
        ) : null}
        <FormProblem error={remove.error} />
        <Group justify="flex-end">
          <Button
            color="red"
            loading={remove.isPending}
            disabled={asksHeir && heir === null}
            onClick={() =>
              remove.mutate(
                { params: { personId: member.personId }, body: { transferTo: heir ?? me.person.id } },
                { onSuccess: close },
              )
            }
          >
            {w.removeOf(member.name)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
};

const Row = ({ member, remove }: { member: Member; remove: () => void }) => {
  const patch = useDeed('patchMember');
  const { personId, name, email, role, teams, connections, lastSeenAt, can } = member;
  return (
    <tr role="row">
      <DataCell>
        <b className="name">{name}</b>
        <Sub>
          <span className="name">{email}</span>
        </Sub>
      </DataCell>
      <DataCell label={w.columns.role}>
        {can.changeRole.allowed ? (
          <Select
            size="xs"
            w={120}
            aria-label={w.roleOf(name)}
            allowDeselect={false}
            data={ROLES.map((value) => ({ value, label: words.roles[value].name }))}
            value={role}
            onChange={(value) => {
              const next = ROLES.find((each) => each === value);
              if (next !== undefined) patch.mutate({ params: { personId }, body: { role: next } });
            }}
          />
        ) : (
          words.roles[role].name
        )}
        {patch.error === null ? null : <FormProblem error={patch.error} />}
      </DataCell>
      <DataCell label={w.columns.teams}>
        <span className="name">{teams.map((team) => team.name).join(', ') || words.connections.none}</span>
      </DataCell>
      <DataCell label={w.columns.connections}>{formatCount(connections)}</DataCell>
      <DataCell label={w.columns.lastSeen}>{lastSeenAt === undefined ? w.never : formatRelative(lastSeenAt)}</DataCell>
      <DataCell label={w.columns.actions}>
        <ReasonedButton may={can.remove} size="xs" variant="default" aria-label={w.removeOf(name)} onClick={remove}>
          {words.settings.remove}
        </ReasonedButton>
      </DataCell>
    </tr>
  );
};

const Invitations = () => {
  const { data } = useAnswer('getInvitations', {});
  const revoke = useDeed('deleteInvitation');
  if (data === undefined || data.invitations.length === 0) return null;
  return (
    <Stack mt="xl">
      <Title order={2}>{w.invitations}</Title>
      <DataTable label={w.invitations} heads={[w.columns.name, w.columns.role, w.columns.actions]}>
        {data.invitations.map(({ id, email, role, createdByName, expiresAt }) => (
          <tr role="row" key={id}>
            <DataCell>
              <b className="name">{email ?? w.anybody}</b>
              <Sub>
                <span className="name">{w.invitedBy(createdByName, formatInstant(expiresAt))}</span>
              </Sub>
            </DataCell>
            <DataCell label={w.columns.role}>{words.roles[role].name}</DataCell>
            <DataCell label={w.columns.actions}>
              <Button
                size="xs"
                variant="default"
                aria-label={w.revokeOf(email ?? w.anybody)}
                onClick={() => revoke.mutate({ params: { invitationId: id } })}
              >
                {w.revoke}
              </Button>
            </DataCell>
          </tr>
        ))}
      </DataTable>
    </Stack>
  );
};

export const MembersPage = () => {
  const { can } = useMe();
  const { data, error, refetch } = useAnswer('getMembers', {}, { every: 30_000 });
  const [isInviting, setInviting] = useState(false);
  const [leaver, setLeaver] = useState<Member>();
  return (
    <PageFrame
      title={w.title}
      lead={w.lead}
      actions={
        <ReasonedButton may={can.invite} leftSection={<PlusIcon size={16} />} onClick={() => setInviting(true)}>
          {w.invite}
        </ReasonedButton>
      }
    >
      {data === undefined ? (
        error === null ? (
          <RowsSkeleton />
        ) : (
          <Failure error={error} retry={() => void refetch()} order={2} />
        )
      ) : (
        <DataTable
          label={w.title}
          heads={[
            w.columns.name,
            w.columns.role,
            w.columns.teams,
            w.columns.connections,
            w.columns.lastSeen,
            w.columns.actions,
          ]}
        >
          {data.members.map((member) => (
            <Row key={member.personId} member={member} remove={() => setLeaver(member)} />
          ))}
        </DataTable>
      )}
      {can.invite.allowed ? <Invitations /> : null}
      {isInviting ? <InviteDialog close={() => setInviting(false)} /> : null}
      {leaver === undefined || data === undefined ? null : (
        <RemoveDialog member={leaver} members={data.members} close={() => setLeaver(undefined)} />
      )}
    </PageFrame>
  );
};
