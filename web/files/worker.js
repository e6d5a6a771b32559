// Argon2id, away from the page: one question, one answer.

import { argon2id } from "./vendor/noble-hashes/argon2.js";

onmessage = ({ data: { password, salt, time, memory, threads } }) => {
  postMessage(argon2id(password, salt, { t: time, m: memory, p: threads, dkLen: 32 }));
};
