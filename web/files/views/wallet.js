// The wallet: make, bring, open, send, take along.

import { get, hasToken, setToken } from "../api.js";
import { facts, h, notice, section, table } from "../dom.js";
import { entire, hashPattern, transactionLink, whole } from "../format.js";
import * as wallet from "../wallet.js";
import { history } from "./account.js";

const leastPassword = 8;

export default async function view({ signal, again }) {
  const kept = wallet.keystore();
  addEventListener("wallet-locked", again, { signal });
  const parts = kept ? await owned(kept.public, signal, again) : { body: [fresh(again)], update() {} };
  return { title: "Wallet", body: [...parts.body, hasToken() ? "" : token(again)], update: parts.update };
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

// fresh is the page of who has no key yet.
function fresh(again) {
  return h("div", { class: "pair" },
    section("A new key", h("p", {}, "The key is made in this browser and never leaves it. The password encrypts it; nobody can give you another."),
      form("create", "Make a key", [password("first", "Password", "new-password"), password("second", "The same again", "new-password")],
        async ({ first, second }) => {
          if (first !== second) throw new Error("The two passwords differ.");
          await wallet.create(first);
        }, again)),
    section("A key that you have", h("p", {}, "A keystore of this page, or of ", h("code", {}, "strata wallet"), "."),
      form("bring", "Import", [["file", "Keystore file", { type: "file", accept: ".json,.wallet,application/json" }], ["password", "Its password", { type: "password", autocomplete: "current-password" }]],
        async ({ file, password: word }) => wallet.bring(await file.text(), word), again)));
}

// owned is the page of who has one.
async function owned(key, signal, again) {
  const balance = h("div");
  const waiting = h("div");
  const past = h("div");
  const path = `/v1/accounts/${key}`;
  const draw = async () => {
    const [account, page] = await Promise.all([get(path, signal), get(`${path}/transactions?limit=25`, signal)]);
    await wallet.refresh(hasToken()).catch((problem) => notice(problem.message, "error"));
    balance.replaceChildren(facts([
      ["address", entire(key)],
      ["balance", whole(account.balance)],
      ["waiting, in", account.pending_in === "0" ? null : `+${whole(account.pending_in)}`],
      ["waiting, out", account.pending_out === "0" ? null : `−${whole(account.pending_out)}`],
    ]));
    waiting.replaceChildren(...pending(draw));
    past.replaceChildren(history(path, key, page, signal));
  };
  await draw();
  return {
    body: [
      balance, wallet.isOpen() ? sending(draw) : opening(again), waiting, section("History", past), section("This key", keeping(again)),
    ],
    update({ kind }) {
      if (kind === "block") return draw();
    },
  };
}

const opening = (again) => section("Locked",
  form("unlock", "Unlock", [["password", "Password", { type: "password", autocomplete: "current-password" }]], ({ password: word }) => wallet.unlock(word), again));

const sending = (draw) => section("Send",
  form("send", "Send", [["recipient", "To (public key)", { pattern: "[0-9a-fA-F]{64}", title: "64 hex digits" }], ["amount", "Amount", { inputmode: "numeric", pattern: "[0-9]{1,20}", title: "a whole number" }]],
    async ({ recipient, amount }) => {
      const to = recipient.trim().toLowerCase();
      if (!hashPattern.test(to)) throw new Error("A public key has 64 hex digits.");
      if (BigInt(amount) >= 2n ** 64n) throw new Error("No amount reaches 2^64.");
      await wallet.send(to, String(BigInt(amount)));
      notice("Sent. It is listed until a block has it.");
    }, draw));

// pending lists what is under way, and what was refused or replaced.
function pending(draw) {
  const list = wallet.payments().filter(({ state }) => state !== "confirmed").reverse();
  if (list.length === 0) return [];
  const row = (payment) => [
    transactionLink(payment.id), stateOf(payment), `−${whole(payment.amount)}`, whole(payment.nonce), wallet.isOpen() && wallet.mayCancel(payment) ? cancelling(payment, draw) : "",
  ];
  return [section("Under way", table("Under way", ["transaction", "state", "amount", "nonce", ""], list.map(row), ""))];
}

const stateOf = ({ state, depth, note }) => h("span", { title: note || null }, depth > 0 ? `${state}, ${depth} deep` : state);

const cancelling = ({ id }, draw) => h("button", { type: "button", onclick: ({ target }) => {
  target.disabled = true;
  wallet.cancel(id).then(() => notice("A payment of nothing to yourself takes its place, unless a block has it first."), (problem) => notice(problem.message, "error")).then(draw);
} }, "Cancel");

function keeping(again) {
  const save = () => {
    const link = h("a", { href: URL.createObjectURL(new Blob([wallet.keystoreText()], { type: "application/json" })), download: `strata-${wallet.keystore().public.slice(0, 8)}.wallet` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const remove = () => {
    if (confirm("Remove the key from this browser? Without an exported copy it is lost, and all it owns.")) {
      wallet.remove();
      again();
    }
  };
  return h("p", { class: "row" },
    h("button", { type: "button", id: "export", onclick: save }, "Export, encrypted"),
    wallet.isOpen() ? h("button", { type: "button", id: "lock", onclick: wallet.lock }, "Lock") : null,
    h("button", { type: "button", id: "remove", class: "danger", onclick: remove }, "Remove"));
}

// token asks for what a node wants to see before it takes a transaction.
const token = (again) => section("The node's token",
  h("p", {}, "To send, the node wants its token: the address that it prints when it starts has it, and so has the file api.token in its data directory."),
  form("token", "Use it", [["token", "Token", { pattern: "[0-9a-f]{64}", title: "64 hex digits" }]], ({ token: text }) => setToken(text), again));
