/**
 * When to ask X for the state of the open jobs again, in seconds: never later than an eighth of the age of the oldest
 * job, so that what a job took is prolonged by an eighth at most. Right after a create or progress it is one second; a
 * job that X takes long over is asked for every 15 s after two minutes and every 60 s after ten.
 */
export const nextPoll = (sinceProgress: number): number => {
  if (sinceProgress >= 600) return 60;
  if (sinceProgress >= 120) return 15;
  return Math.min(5, Math.max(1, Math.floor(sinceProgress / 8)));
};
