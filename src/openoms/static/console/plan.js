// The production plan: a bar is dragged to another day; what that does is shown before anything is done. No inline code.
"use strict";
(() => {
  let dragged = null;
  const dayAt = (x) => {
    for (const head of document.querySelectorAll(".supply-days th[data-day]")) {
      const { left, right } = head.getBoundingClientRect();
      if (x >= left && x < right) return head;
    }
    return null;
  };
  const mark = (head) => {
    document.querySelectorAll(".supply-days .is-drop").forEach((one) => one.classList.remove("is-drop"));
    head?.classList.add("is-drop");
  };

  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-move]") ?? null;
    if (!dragged) return;
    // The bar is taken hold of anywhere; the day that counts is the one its beginning is dropped on.
    dragged.grip = event.clientX - dragged.getBoundingClientRect().left;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.move);
    dragged.classList.add("is-dragged");
  });
  document.addEventListener("dragover", (event) => {
    if (!dragged || !event.target.closest?.(".supply-days")) return;
    const head = dayAt(event.clientX - dragged.grip + 8);
    mark(head);
    if (head) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!dragged || !event.target.closest?.(".supply-days")) return;
    const head = dayAt(event.clientX - dragged.grip + 8);
    if (!head) return;
    event.preventDefault();
    window.htmx.ajax("GET", `${dragged.dataset.move}?day=${head.dataset.day}`, { target: "#move", swap: "innerHTML" });
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    mark(null);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "move") return;
    const panel = event.target.firstElementChild;
    panel?.scrollIntoView({ block: "nearest" });
    panel?.querySelector("h2")?.focus();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-dismiss-move]");
    if (!button) return;
    event.preventDefault();
    document.getElementById("move").replaceChildren();
  });
})();
