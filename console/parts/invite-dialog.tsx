import { Button, Group, Modal, MultiSelect, Radio, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { formatInstant } from '../clock.js';
import { useAnswer, useDeed } from '../queries.js';
import { words } from '../words.js';
import { FormProblem, mistakesOf } from './form-problem.js';
import { useMe } from './frame.js';
import { ShownOnce } from './shown-once.js';

const w = words.settings.members;

/** Makes a link that lets one person join. No mail is needed. */
export const InviteDialog = ({ close }: { close: () => void }) => {
  const { role: own } = useMe();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<'owner' | 'admin' | 'member' | 'viewer'>('member');
  const [teamIds, setTeamIds] = useState<string[]>([]);
  const { data: teams } = useAnswer('getTeams', {});
  const post = useDeed('postInvitation');
  const roles = (['owner', 'admin', 'member', 'viewer'] as const).filter((each) => each !== 'owner' || own === 'owner');
  return (
    <Modal opened onClose={close} title={w.inviteTitle} closeButtonProps={{ 'aria-label': words.settings.close }}>
      {post.data === undefined ? (
        <Stack>
          <TextInput
            data-autofocus
            type="email"
            label={w.email}
            description={w.emailHint}
            value={email}
            onChange={({ currentTarget }) => setEmail(currentTarget.value)}
            error={mistakesOf(post.error)['email']}
          />
          <Radio.Group
            label={w.role}
            value={role}
            onChange={(value) => setRole(roles.find((r) => r === value) ?? role)}
          >
            <Stack gap="xs" mt={6}>
              {roles.map((each) => (
                <Radio key={each} value={each} label={words.roles[each].name} description={words.roles[each].can} />
              ))}
            </Stack>
          </Radio.Group>
          {teams === undefined || teams.teams.length === 0 ? null : (
            <MultiSelect
              label={w.teams}
              data={teams.teams.map(({ id, name }) => ({ value: id, label: name }))}
              value={teamIds}
              onChange={setTeamIds}
            />
          )}
          <FormProblem error={post.error} />
          <Group justify="flex-end">
            <Button
              loading={post.isPending}
              onClick={() =>
                post.mutate({ body: { role, teamIds, ...(email.trim() === '' ? {} : { email: email.trim() }) } })
              }
            >
              {w.make}
            </Button>
          </Group>
        </Stack>
      ) : (
        <ShownOnce
          title={w.link}
          secret={post.data.link}
          hint={`${post.data.mailed === undefined ? '' : post.data.mailed ? w.mailed : w.notMailed}${w.linkHint(formatInstant(post.data.expiresAt))}`}
        />
      )}
    </Modal>
  );
};
