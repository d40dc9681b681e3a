// The order desk: ready remarks, the list's keyboard and bulk bar, the order page's watch. No inline code anywhere.
"use strict";
(() => {
  // A ready remark fills the form; whatever was typed before it stays.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-phrase]");
    if (!button) return;
    const form = button.closest("form");
    const text = form.querySelector("[name=text]");
    text.value = text.value ? `${text.value}\n${button.dataset.text}` : button.dataset.text;
    form.querySelector("[name=audience]").value = button.dataset.audience;
    form.querySelector("[name=stage]").value = button.dataset.stage;
    form.querySelector("[name=blocking]").checked = button.dataset.blocking === "1";
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  });

  // One open question at a time.
  document.addEventListener("toggle", (event) => {
    const opened = event.target;
    if (!opened.matches?.(".inline-deed[open]")) return;
    document.querySelectorAll(".inline-deed[open]").forEach((other) => other !== opened && (other.open = false));
    opened.querySelector("input[type=text]")?.focus();
  }, true);
})();
