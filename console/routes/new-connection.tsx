export const NewConnectionPage = () => null;
