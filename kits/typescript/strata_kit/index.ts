/** What a layer in TypeScript needs of the workshop: the boundary, the host, the wire formats and the errors. */
export { NotWritten, StrataError, errors } from "./errors.ts";
export { Host, SECOND, Stream, Timer, type Receiver } from "./host.ts";
export { serve } from "./layers.ts";
