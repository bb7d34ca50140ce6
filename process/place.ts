import { type CommandPlace, COMMAND_PLACES } from '../domain/place.js';

/**
 * Where this process runs, so that it names commands as they are typed there: the clone's starter and the image say so in
 * XADS_PLACE. By itself, because the help of the command line loads no configuration.
 */
export const placeOfProcess = (): CommandPlace =>
  COMMAND_PLACES.find((place) => place === process.env['XADS_PLACE']) ?? 'package';
