// What is not saved yet is also kept on this machine, each cell for itself, until the server has it.

export function makeKeep(stage, user) {
  const prefix = `grid:${stage}:${user}:`;

  function quietly(work, otherwise) {
    try {
      return work(window.localStorage);
    } catch (refused) {
      // A browser that keeps nothing (private mode, full disk): the drafts then live as long as the page.
      return otherwise;
    }
  }

  return {
    put: (cell, { text, base }) => quietly((store) => store.setItem(prefix + cell, JSON.stringify({ text, base }))),
    drop: (cell) => quietly((store) => store.removeItem(prefix + cell)),
    all: () => quietly((store) => Object.keys(store)
      .filter((key) => key.startsWith(prefix))
      .map((key) => [key.slice(prefix.length), JSON.parse(store.getItem(key))]), []),
  };
}
