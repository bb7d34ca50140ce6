export const YouPage = () => null;
