export const TeamsPage = () => null;
