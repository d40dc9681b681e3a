// The order desk: the list's keyboard and bulk bar, the order page's watch. No inline code anywhere.
"use strict";
(() => {
  // One open question at a time.
  document.addEventListener("toggle", (event) => {
    const opened = event.target;
    if (!opened.matches?.(".inline-deed[open]")) return;
    document.querySelectorAll(".inline-deed[open]").forEach((other) => other !== opened && (other.open = false));
    opened.querySelector("input[type=text]")?.focus();
  }, true);

  // The list: what is ticked, and the bar that does something with it.
  const ticks = () => [...document.querySelectorAll("[data-tick]")];
  const showBulk = () => {
    const bar = document.querySelector("[data-bulk]");
    if (!bar) return;
    const count = ticks().filter((tick) => tick.checked).length;
    bar.hidden = count === 0;
    bar.querySelector("[data-bulk-count]").textContent = count;
    const all = document.querySelector("[data-tick-all]");
    if (all) all.checked = count > 0 && count === ticks().length;
    const chosen = bar.querySelector("select[data-bulk-action]")?.selectedOptions[0];
    const text = bar.querySelector("[data-bulk-text]");
    const owner = bar.querySelector("[data-bulk-owner]");
    const asks = chosen?.dataset.asks || "";
    if (text) {
      text.hidden = !asks;
      text.required = Boolean(asks);
      text.placeholder = asks;
    }
    if (owner) owner.hidden = !chosen || !("people" in chosen.dataset);
    bar.querySelector("[data-bulk-query]").value = window.location.search.slice(1);
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick-all]")) ticks().forEach((tick) => (tick.checked = event.target.checked));
    if (event.target.matches("[data-tick], [data-tick-all], [data-bulk-action]")) showBulk();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-tick-none]")) return;
    ticks().forEach((tick) => (tick.checked = false));
    showBulk();
  });
  document.addEventListener("htmx:afterSettle", showBulk);
  // A filter changes the address, not the page around the list: what hangs on the address follows.
  document.addEventListener("htmx:pushedIntoHistory", () => {
    document.querySelectorAll("[data-export]").forEach((link) => (link.search = window.location.search));
    document.querySelectorAll("[data-view-form] [name=query]").forEach((input) => (input.value = window.location.search.slice(1)));
    showBulk();
  });
  window.addEventListener("pageshow", showBulk);

  // Keys of a list: j and k move, x ticks, Enter opens, ? tells.
  const move = (by) => {
    const rows = [...document.querySelectorAll("[data-row]")];
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.classList.contains("is-here"));
    const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
    rows.forEach((row) => row.classList.toggle("is-here", row === next));
    next.querySelector(".row-link").focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
    const here = document.querySelector("[data-row].is-here");
    if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
    else if (event.key === "x" && here) here.querySelector("[data-tick]").click();
    else if (event.key === "Enter" && here && event.target.matches("[data-tick]")) here.querySelector(".row-link").click();
    else if (event.key === "?" && document.getElementById("keys")) document.getElementById("keys").showModal();
    else return;
    event.preventDefault();
  });

  // An open order asks now and then whether it changed; the answer stands above it, nothing typed is touched.
  const ASKS_EVERY_MS = 15000;
  const ask = () => {
    const pulse = document.querySelector("[data-pulse]");
    if (pulse && document.visibilityState === "visible" && window.htmx) window.htmx.trigger(pulse, "pulse");
  };
  setInterval(ask, ASKS_EVERY_MS);
  document.addEventListener("visibilitychange", ask);

  // So does the bell; a page that nobody looks at asks nothing.
  const BELL_ASKS_EVERY_MS = 30000;
  const ring = () => {
    const bell = document.querySelector("[data-bell]");
    if (bell && document.visibilityState === "visible" && window.htmx) window.htmx.trigger(document.body, "bell");
  };
  setInterval(ring, BELL_ASKS_EVERY_MS);
  document.addEventListener("visibilitychange", ring);
})();
