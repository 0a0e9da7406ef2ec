// What is not saved yet is also kept on this computer, each cell for itself, until the server has it.
//
// "kept" only once it is written; "keeping" until then; "failed" while the browser keeps nothing: the drafts then live
// as long as the page, and writing them is tried again.

import { openDrafts } from "./drafts.js";

const AGAIN_MS = 5000;

export function makeKeep({ stage, user, facts, told }) {
  // What is to be written yet, by cell: a draft, or null for none.
  const wanted = new Map();
  const last = new Map();
  let db = null;
  let busy = false;
  let failed = false;
  let timer = 0;

  const reach = () => {
    db = db || openDrafts();
    return db;
  };

  async function flush() {
    clearTimeout(timer);
    if (busy || !wanted.size) return;
    busy = true;
    const batch = Array.from(wanted);
    try {
      await (await reach()).write(user, stage, batch);
      batch.forEach(([cell, draft]) => {
        if (wanted.get(cell) === draft) wanted.delete(cell);
      });
      failed = false;
    } catch (refused) {
      failed = true;
      db = null;
      timer = setTimeout(flush, AGAIN_MS);
    }
    busy = false;
    told();
    if (!failed) flush();
  }

  function want(cell, draft) {
    wanted.set(cell, draft);
    // What changes in the same moment, as a pasted block, is written together.
    Promise.resolve().then(flush);
  }

  // What an older version of this page has kept in localStorage is taken over once.
  async function takeOver() {
    const prefix = `grid:${stage}:${user}:`;
    const keys = Object.keys(window.localStorage).filter((key) => key.startsWith(prefix));
    if (!keys.length) return;
    const found = keys.map((key) => [key.slice(prefix.length), JSON.parse(window.localStorage.getItem(key))]);
    const at = Date.now();
    await (await reach()).write(user, stage, found.map(([cell, draft]) => [cell, { ...draft, at, ...facts(cell) }]));
    keys.forEach((key) => window.localStorage.removeItem(key));
  }

  return {
    put: (cell, { text, base }) => {
      const same = JSON.stringify([text, base]);
      if (last.get(cell) === same) return;
      last.set(cell, same);
      want(cell, { text, base, at: Date.now(), ...facts(cell) });
    },
    drop: (cell) => {
      if (last.delete(cell)) want(cell, null);
    },
    // What was typed in earlier visits and never saved.
    all: async () => {
      try {
        await takeOver();
      } catch (refused) {
        // What cannot be read or written stays where it is.
      }
      try {
        const found = await (await reach()).of(user, stage);
        found.forEach(({ cell, text, base }) => {
          if (!last.has(cell)) last.set(cell, JSON.stringify([text, base]));
        });
        return found.map(({ cell, ...draft }) => [cell, draft]);
      } catch (refused) {
        db = null;
        return [];
      }
    },
    state: () => {
      if (failed) return "failed";
      return Array.from(wanted.values()).some((draft) => draft) ? "keeping" : "kept";
    },
  };
}
