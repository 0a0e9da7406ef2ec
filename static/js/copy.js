// A button that copies what stands beside it; also on pages from plain HTTP, where the clipboard itself is not lent.

function oldWay(source) {
  const range = document.createRange();
  range.selectNodeContents(source);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  return document.execCommand("copy");
}

async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    return true;
  } catch (notLent) {
    return oldWay(source);
  }
}

document.querySelectorAll("[data-copy-button]").forEach((button) => {
  const source = document.querySelector("[data-copy]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (await copy(source)) button.textContent = button.dataset.copied;
  });
});
