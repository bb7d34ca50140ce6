import { Radio, Select } from '@mantine/core';
import styles from '../styles/set-up.module.css';
import { words } from '../words.js';
import { useMe } from './frame.js';
import { OptionCard } from './option-card.js';

const w = words.setUp.review;

export interface PrivacyDraft {
  readonly privacy: 'workspace' | 'private' | 'team';
  readonly teamId?: string;
}

interface PrivacyChoiceProps {
  readonly value: PrivacyDraft;
  readonly onChange: (value: PrivacyDraft) => void;
}

/** Who sees a connection: the workspace, its maker, or one team of the maker's. */
export const PrivacyChoice = ({ value, onChange }: PrivacyChoiceProps) => {
  const { teams } = useMe();
  const first = teams[0]?.id;
  const pick = (privacy: string): void => {
    if (privacy === 'team' && first !== undefined) onChange({ privacy, teamId: value.teamId ?? first });
    else if (privacy === 'workspace' || privacy === 'private') onChange({ privacy });
  };
  return (
    <>
      <Radio.Group label={w.privacy} labelProps={{ className: 'only-read' }} value={value.privacy} onChange={pick}>
        <div className={styles['options']}>
          {(['workspace', 'private', 'team'] as const).map((privacy) => (
            <OptionCard
              key={privacy}
              value={privacy}
              title={w.privacies[privacy][0]}
              text={privacy === 'team' && teams.length === 0 ? w.noTeam : w.privacies[privacy][1]}
              disabled={privacy === 'team' && teams.length === 0}
            />
          ))}
        </div>
      </Radio.Group>
      {value.privacy === 'team' ? (
        <Select
          mt="sm"
          label={w.team}
          allowDeselect={false}
          data={teams.map(({ id, name }) => ({ value: id, label: name }))}
          value={value.teamId ?? null}
          onChange={(teamId) => {
            if (teamId !== null) onChange({ privacy: 'team', teamId });
          }}
        />
      ) : null}
    </>
  );
};
