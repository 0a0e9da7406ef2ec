// The drafts of this computer: what was typed here and no server has yet, in IndexedDB. Each is bound to the person who
// typed it and to the stage; `here` is who typed last, so that without a server nobody is shown another person's drafts.
//
// { user, stage, cell, text, base, at } and how it is told without a server: { who, title, place, judge }.
//
// localStorage kept nothing for seconds: of a browser that is killed it lost all that was newer. What a transaction here
// has completed survives that.

const NAME = "portal";
const VERSION = 1;
const DRAFTS = "drafts";
const HERE = "here";
const WHO = "who";
// Upon the disk, not only out of the browser's hands; a browser that does not know the word ignores it.
const FIRMLY = { durability: "strict" };

// Between the smallest and the largest key that begins so: a list comes after every number and text.
const beginningWith = (...start) => IDBKeyRange.bound(start, [...start, []]);

function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function complete(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

function over(db) {
  const read = (store, ask) => answer(ask(db.transaction(store, "readonly").objectStore(store)));
  return {
    // Of this person; of one stage, or of all.
    of: (user, ...stage) => read(DRAFTS, (store) => store.getAll(beginningWith(user, ...stage))),
    all: () => read(DRAFTS, (store) => store.getAll()),
    here: () => read(HERE, (store) => store.get(WHO)),
    // All of it or nothing; resolved once it is written.
    write: (user, stage, changes) => {
      const transaction = db.transaction([DRAFTS, HERE], "readwrite", FIRMLY);
      const store = transaction.objectStore(DRAFTS);
      const done = complete(transaction);
      changes.forEach(([cell, draft]) => {
        if (draft) store.put({ ...draft, user, stage, cell });
        else store.delete([user, stage, cell]);
      });
      transaction.objectStore(HERE).put(user, WHO);
      return done;
    },
    // Nobody types here any more.
    leave: () => {
      const transaction = db.transaction(HERE, "readwrite", FIRMLY);
      transaction.objectStore(HERE).delete(WHO);
      return complete(transaction);
    },
    close: () => db.close(),
  };
}

// Rejected where the browser keeps nothing, as in some private windows.
export function openDrafts() {
  return new Promise((resolve, reject) => {
    const asked = window.indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore(DRAFTS, { keyPath: ["user", "stage", "cell"] });
      asked.result.createObjectStore(HERE);
    };
    asked.onsuccess = () => {
      // A newer page in another window may want another shape: it must not wait for this one.
      asked.result.onversionchange = () => asked.result.close();
      resolve(over(asked.result));
    };
    asked.onerror = () => reject(asked.error);
  });
}
