export const DataHealthPage = () => null;
