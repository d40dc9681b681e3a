// Promotions: fields that only some choices need, searches that keep what is chosen, the basket to try on. No inline code.
"use strict";
(() => {
  const offer = () => document.getElementById("offer");
  const say = () => offer()?.dispatchEvent(new CustomEvent("offer"));
  const touched = () => {
    // The form counts as edited also where a row was added or taken away.
    offer()?.dispatchEvent(new Event("input", { bubbles: true }));
    say();
  };

  // `what=percent;target=unit | what=gift`: within a part its fields' names begin with its prefix.
  const valueOf = (part, name) => {
    const prefix = part.dataset.part;
    return part.querySelector(`[name="${prefix ? `${prefix}-` : ""}${name}"]`)?.value ?? "";
  };
  const holds = (part, rule) =>
    rule.split("|").some((alternative) =>
      alternative.split(";").every((clause) => {
        const [name, values] = clause.trim().split("=");
        return values.split(",").includes(valueOf(part, name));
      }),
    );
  const arrange = (root) =>
    root.querySelectorAll("[data-when]").forEach((element) => {
      element.hidden = !holds(element.closest("[data-part]"), element.dataset.when);
    });

  document.addEventListener("change", (event) => {
    if (!event.target.closest?.("#offer")) return;
    const part = event.target.closest("[data-part]");
    if (event.target.matches("select")) arrange(part);
    say();
  });
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (field.closest?.("#offer") && field !== offer() && !field.matches("[role=combobox]")) say();
  });

  // What is chosen becomes a chip; of a single thing the next one takes its place.
  const pick = (picker, option) => {
    const picks = picker.querySelector(".picks");
    const input = picker.querySelector("[role=combobox]");
    const token = option.dataset.token;
    if (picker.dataset.single !== undefined) picks.replaceChildren();
    if (![...picks.children].some((chip) => chip.dataset.pick === token)) {
      const chip = document.getElementById("pick-template").content.cloneNode(true).firstElementChild;
      chip.dataset.pick = token;
      chip.querySelector("input").name = picker.dataset.picker;
      chip.querySelector("input").value = token;
      chip.querySelector(".pick-name").textContent = option.dataset.name;
      const button = chip.querySelector("button");
      button.setAttribute("aria-label", `${button.dataset.label} ${option.dataset.name}`);
      picks.append(chip);
    }
    clear(picker, input);
    touched();
  };
  const clear = (box, input) => {
    input.value = "";
    box.querySelector("[role=listbox]").replaceChildren();
    input.removeAttribute("aria-activedescendant");
    input.focus();
  };
  const addLine = (box, option) => {
    const lines = document.getElementById("basket-lines");
    const sku = option.dataset.token.slice(option.dataset.token.indexOf(":") + 1);
    const there = [...lines.children].find((line) => line.dataset.line === sku);
    clear(box, box.querySelector("[role=combobox]"));
    if (there) {
      const quantity = there.querySelector("[data-quantity]");
      quantity.value = String(Number(quantity.value) + 1 || 1);
      touched();
      return;
    }
    const url = `${lines.dataset.lineUrl}?${new URLSearchParams({ sku })}`;
    window.htmx.ajax("GET", url, { target: lines, swap: "beforeend", source: lines }).then(touched);
  };
  document.addEventListener("chosen", (event) => {
    const picker = event.target.closest("[data-picker]");
    if (picker) pick(picker, event.detail);
    else if (event.target.dataset.combobox === "line") addLine(event.target, event.detail);
  });
  const drop = (chip) => {
    const input = chip.closest("[data-picker]").querySelector("[role=combobox]");
    chip.remove();
    input.focus();
    touched();
  };
  document.addEventListener("click", (event) => {
    const chip = event.target.closest?.("[data-unpick]")?.closest(".pick");
    if (chip) drop(chip);
    // The row itself goes by entry.js.
    else if (event.target.closest?.("#offer [data-remove]")) say();
    else if (event.target.matches?.(".picker-box")) event.target.querySelector("[role=combobox]").focus();
  });
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.closest?.("#offer") || event.isComposing) return;
    if (event.key === "Backspace" && field.matches(".picker-input") && !field.value) {
      const last = field.closest("[data-picker]").querySelector(".pick:last-child");
      if (last) drop(last);
    } else if (event.key === "Enter" && field.matches("input") && !event.defaultPrevented) {
      event.preventDefault(); // Saving is a button's: half an offer is not sent by a slip.
    } else if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      offer().querySelector("button[value=save]").click();
    }
  });

  // A row that was added is written at once.
  document.addEventListener("htmx:afterSettle", (event) => {
    const list = event.detail.target;
    if (!list.closest?.("#offer") || !list.matches(".offer-rows, .rungs")) return;
    const row = list.lastElementChild;
    row?.querySelector("select, input:not([type=hidden])")?.focus();
    touched();
  });
})();
