/** What a layer needs of the workshop: the host, and the boundary to those around it. */
export { NotWritten, StrataError, caught } from "./errors.ts";
export { Host, SECOND, type Receiver, type Stream, type Timer } from "./host.ts";
export { serve } from "./layers.ts";
