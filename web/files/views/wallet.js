// The wallet: make, bring, open, send, take along.

import { get, hasToken, seldom, setToken } from "../api.js";
import { facts, h, notice, row, section, show, table } from "../dom.js";
import { hashPattern, number, transactionLink, whole } from "../format.js";
import * as wallet from "../wallet.js";
import { address, amounts, history } from "./account.js";

const leastPassword = 8;

export default async function view({ signal, again }) {
  addEventListener("wallet-locked", again, { signal });
  let kept;
  try {
    kept = wallet.keystore();
  } catch (problem) {
    return { title: "Wallet", body: [h("p", { class: "notice error" }, `What this browser keeps as its key cannot be read: ${problem.message}`), section("This key", keeping(again))] };
  }
  const parts = kept ? await owned(kept.public, signal, again) : { body: [await elsewhere(signal), fresh(again)], update() {} };
  return { title: "Wallet", body: [...parts.body, hasToken() ? "" : token(again)], update: parts.update };
}

// elsewhere says where this node's page was first, if it is somewhere else now: what browsers keep, they keep by that.
async function elsewhere(signal) {
  const { origin } = await get("/v1/status", signal);
  if (!origin || origin === location.origin || !/^http:\/\/[0-9a-z.:[\]-]+$/.test(origin)) return "";
  return h("p", { class: "notice", id: "elsewhere" }, "Browsers keep keys by address. Your key may be at ",
    h("a", { href: `${origin}/#/wallet` }, origin), `, where this node's page was served first. You are at ${location.origin}.`);
}

// form makes a form that runs act with its fields' values, and says what went wrong.
function form(id, label, fields, act, done) {
  const button = h("button", {}, label);
  const problem = h("p", { class: "notice error", role: "alert", hidden: true });
  const onsubmit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    problem.hidden = true;
    try {
      await act(Object.fromEntries(new FormData(event.target)));
      event.target.reset();
      await done();
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    } finally {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  };
  const secret = fields.some(([, , props]) => props.type === "password");
  return h("form", { id, class: "stack", onsubmit },
    secret ? h("input", { hidden: true, name: "username", autocomplete: "username", value: "Strata" }) : null, // by which password managers file it
    fields.map(([name, text, props]) =>
      h("label", {}, text, h("input", { name, required: true, autocomplete: "off", spellcheck: "false", ...props }))),
    problem, button);
}

const password = (name, text, autocomplete) => [name, text, { type: "password", autocomplete, minlength: leastPassword }];

// fresh is what a reader without a key sees.
function fresh(again) {
  return h("div", { class: "pair" },
    section("A new key", h("p", {}, `The key is made in this browser, encrypted with your password, and kept for ${location.origin} alone. Nobody can reset the password.`),
      form("create", "Make a key", [password("first", "Password", "new-password"), password("second", "Repeat the password", "new-password")],
        async ({ first, second }) => {
          if (first !== second) throw new Error("The two passwords differ.");
          await wallet.create(first);
        }, again)),
    section("Import a key", h("p", {}, "Take a keystore that this page exported, or one of ", h("code", {}, "strata wallet"), "."),
      form("bring", "Import", [["file", "Keystore file", { type: "file", accept: ".json,.wallet,application/json" }], ["password", "Password of the keystore", { type: "password", autocomplete: "current-password" }]],
        async ({ file, password: word }) => wallet.bring(await file.text(), word), again)));
}

// owned is what a reader with a key sees.
async function owned(key, signal, again) {
  const balance = h("div");
  const waiting = h("div");
  const warning = h("div");
  const path = `/v1/accounts/${key}`;
  const past = history(path, key, signal);
  const draw = async () => {
    const [account] = await Promise.all([get(path, signal), past.look()]);
    await wallet.refresh(hasToken()).catch((problem) => notice(problem.message, "error"));
    show(balance, facts([["address", address(key)], ...amounts(account)]));
    show(waiting, ...pending(draw));
  };
  const look = seldom(draw, 500, signal);
  const warn = () => show(warning, wallet.isExported() ? [] : unsaved(warn));
  warn();
  await draw();
  return {
    body: [
      warning, balance, wallet.isOpen() ? sending(draw) : opening(again), waiting, section("History", past.element), section("This key", keeping(again, warn)),
    ],
    update: ({ kind }) => (kind === "block" ? look() : null),
  };
}

// unsaved asks for a copy of a key that is here and nowhere else.
const unsaved = (warn) => h("div", { class: "notice warn", id: "unsaved" },
  h("p", {}, h("strong", {}, "Save a copy of this key now. "),
    `It is kept by this browser, for ${location.origin}, and nowhere else. If you clear the browser's data, or open the page at another address, the key is not there, and what it owns is lost without a copy.`),
  h("p", {}, h("button", { type: "button", id: "save", onclick: () => save(warn) }, "Export, encrypted")));

const opening = (again) => section("Locked",
  form("unlock", "Unlock", [["password", "Password", { type: "password", autocomplete: "current-password" }]], ({ password: word }) => wallet.unlock(word), again));

const sending = (draw) => section("Send",
  form("send", "Send", [["recipient", "To (address)", { pattern: "[0-9a-fA-F]{64}", title: "64 hex digits" }], ["amount", "Amount", { inputmode: "numeric", pattern: "[0-9]{1,20}", title: "a whole number" }]],
    async ({ recipient, amount }) => {
      const to = recipient.trim().toLowerCase();
      if (!hashPattern.test(to)) throw new Error("An address has 64 hex digits.");
      if (BigInt(amount) >= 2n ** 64n) throw new Error("That amount is too large: it has to be below 2^64.");
      await wallet.send(to, String(BigInt(amount)));
      notice("Sent. The payment is listed until a block has it.");
    }, draw));

// pending lists what is under way, and what was refused or replaced.
function pending(draw) {
  const list = wallet.payments().filter(({ state }) => state !== "confirmed").reverse();
  if (list.length === 0) return [];
  const rowOf = (payment) => row(payment.id,
    transactionLink(payment.id), stateOf(payment), `−${whole(payment.amount)}`, number(payment.nonce), wallet.isOpen() && wallet.mayCancel(payment) ? cancelling(payment, draw) : "");
  return [section("Under way", table("Under way", ["transaction", "state", "amount", "nonce", ""], list.map(rowOf), ""))];
}

const stateOf = ({ state, depth, note }) => h("span", { title: note || null }, depth > 0 ? `${state}, ${depth} deep` : state);

const cancelling = ({ id }, draw) => h("button", { type: "button", onclick: ({ target }) => {
  target.disabled = true;
  wallet.cancel(id).then(() => notice("A payment of nothing to yourself takes its place, unless a block has it first."), (problem) => notice(problem.message, "error")).then(draw);
} }, "Cancel");

// save hands the reader the keystore as a file.
function save(warn) {
  const link = h("a", { href: URL.createObjectURL(new Blob([wallet.keystoreText()], { type: "application/json" })), download: `strata-${wallet.keystore().public.slice(0, 8)}.wallet` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  try {
    wallet.exported();
  } catch {
    // it asks again next time
  }
  warn();
}

function keeping(again, warn) {
  const remove = () => {
    if (confirm("Remove the key from this browser? Without an exported copy the key is lost, and everything it owns.")) {
      wallet.remove();
      again();
    }
  };
  return h("p", { class: "row" },
    warn ? h("button", { type: "button", id: "export", onclick: () => save(warn) }, "Export, encrypted") : null,
    wallet.isOpen() ? h("button", { type: "button", id: "lock", onclick: wallet.lock }, "Lock") : null,
    h("button", { type: "button", id: "remove", class: "danger", onclick: remove }, "Remove"));
}

// token asks for what a node wants to see before it takes a transaction.
const token = (again) => section("The node's token",
  h("p", {}, "The node takes payments from those who have its token. The token is in the address that the node prints on a terminal when it starts, and in the file api.token of its data directory."),
  form("token", "Use this token", [["token", "Token", { pattern: "[0-9a-f]{64}", title: "64 hex digits" }]], ({ token: text }) => setToken(text), again));
