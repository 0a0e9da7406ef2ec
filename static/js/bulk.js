// A list with ticks: one tick for all, and how many are chosen. Without this script the ticks and buttons still work.

document.querySelectorAll("[data-bulk]").forEach((form) => {
  const all = form.querySelector("[data-bulk-all]");
  const items = Array.from(form.querySelectorAll("[data-bulk-item]"));
  const bar = form.querySelector(".bulk");
  const count = form.querySelector("[data-bulk-count]");
  const submit = form.querySelector("[data-bulk-some]");
  const plain = submit && submit.textContent;

  function show() {
    const chosen = items.filter((item) => item.checked).length;
    if (count) count.textContent = String(chosen);
    if (submit) submit.textContent = chosen ? submit.dataset.bulkSome.replace("{count}", String(chosen)) : plain;
    if (bar) bar.classList.toggle("is-active", chosen > 0);
    if (!all) return;
    all.checked = chosen > 0 && chosen === items.length;
    all.indeterminate = chosen > 0 && chosen < items.length;
  }

  form.addEventListener("change", (event) => {
    if (event.target === all) items.forEach((item) => { item.checked = all.checked; });
    show();
  });
  window.addEventListener("pageshow", show);
  show();
});
