// What is suggested while one types: customers that are known already, ready remarks, colleagues to call. No inline code anywhere.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);

  // A new customer that may be one we have: F2 takes the surest, arrows choose another, Escape stays with the new one.
  const takes = () => [...document.querySelectorAll("#doubles [data-take]")];
  const take = (code) => {
    const values = { code };
    for (const [name, value] of new FormData(byId("entry"))) {
      if (name === "csrfmiddlewaretoken" || name.startsWith("ship")) values[name] = value;
    }
    const url = byId("customer-choice").dataset.takeUrl;
    window.htmx.ajax("POST", url, { target: "#customer-part", swap: "innerHTML", values }).then(() => {
      const form = byId("entry");
      form.dispatchEvent(new Event("input", { bubbles: true }));
      form.dispatchEvent(new CustomEvent("quote"));
      byId("sku-search")?.focus();
    });
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take]");
    if (button) take(button.dataset.take);
  });
  document.addEventListener("keydown", (event) => {
    const found = takes();
    if (!found.length || event.isComposing || !event.target.closest("#entry")) return;
    const at = found.indexOf(event.target);
    const typing = event.target.matches(".buyer-fields input");
    if (event.key === "F2") take(found[0].dataset.take);
    else if (event.key === "ArrowDown" && (typing || at >= 0)) found[Math.min(at + 1, found.length - 1)].focus();
    else if (event.key === "ArrowUp" && at >= 0) (at ? found[at - 1] : byId("id_buyer-name")).focus();
    else if (event.key === "Escape" && (typing || at >= 0)) {
      byId("doubles").replaceChildren();
      if (at >= 0) byId("id_buyer-name").focus();
    } else return;
    event.preventDefault();
  });

  // After a pasted text one is on at the items: what is asked above must not be missed.
  document.addEventListener("htmx:afterSettle", (event) => {
    const items = byId("sku-search");
    const isOn = items && document.activeElement === items && !items.value;
    if (event.target.id === "doubles" && takes().length && isOn) event.target.scrollIntoView({ block: "nearest" });
  });

  // A ready remark fills the one being written, or a fresh one; whatever was typed before it stays.
  const part = (remark, name) => remark.querySelector(`[name="${name}"], [name$="-${name}"]`);
  const choose = (select, value) => {
    if ([...select.options].some((option) => option.value === value)) select.value = value;
  };
  const fill = (remark, phrase) => {
    const text = part(remark, "text");
    text.value = text.value ? `${text.value}\n${phrase.text}` : phrase.text;
    choose(part(remark, "audience"), phrase.audience);
    choose(part(remark, "stage"), phrase.stage);
    part(remark, "blocking").checked = phrase.blocking === "1";
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-phrase]");
    if (!button) return;
    const list = byId("remarks");
    const one = button.closest("[data-remark]");
    if (one || !list?.dataset.remarkUrl) return fill(one, button.dataset);
    const empty = [...list.querySelectorAll("[data-remark]")].find((remark) => !part(remark, "text").value.trim());
    if (empty) return fill(empty, button.dataset);
    const asked = { target: list, swap: "beforeend", source: list };
    window.htmx.ajax("GET", list.dataset.remarkUrl, asked).then(() => fill(list.lastElementChild, button.dataset));
  });

  // Colleagues: the word behind the last @ before the caret is looked for; what is chosen takes its place.
  const WAITS_MS = 120;
  let timer;
  const box = (field) => field.closest?.("[data-mentions]");
  const listOf = (field) => box(field).querySelector("[role=listbox]");
  const options = (field) => [...listOf(field).querySelectorAll("[role=option]")];
  const isOpen = (field) => box(field).classList.contains("open");
  const begun = (field) => {
    const before = field.value.slice(0, field.selectionStart);
    const match = /(?:^|[^A-Za-z0-9])@([^\s@]{0,40})$/u.exec(before);
    return match ? { text: match[1], start: before.length - match[1].length } : null;
  };
  const mark = (field, option) => {
    options(field).forEach((each) => each.setAttribute("aria-selected", String(each === option)));
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  };
  const open = (field, wanted) => {
    const visible = wanted && options(field).length > 0;
    box(field).classList.toggle("open", visible);
    // A text area that offers a list is a combobox for as long as it does.
    if (visible) {
      field.setAttribute("role", "combobox");
      field.setAttribute("aria-expanded", "true");
    } else {
      field.removeAttribute("role");
      field.removeAttribute("aria-expanded");
    }
    mark(field, visible ? options(field)[0] : undefined);
  };
  const look = (field) => {
    clearTimeout(timer);
    const asked = begun(field);
    if (!asked) return open(field, false);
    timer = setTimeout(async () => {
      const url = `${box(field).dataset.mentions}?q=${encodeURIComponent(asked.text)}`;
      const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
      // Somebody types on: an answer to an earlier word is no answer.
      if (!answer?.ok || begun(field)?.text !== asked.text) return;
      listOf(field).innerHTML = await answer.text();
      open(field, document.activeElement === field);
    }, WAITS_MS);
  };
  const call = (field, option) => {
    const { text, start } = begun(field) || { text: "", start: field.selectionStart };
    field.setRangeText(`${option.dataset.handle} `, start, start + text.length, "end");
    open(field, false);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-mentions] textarea") && !event.isComposing) look(event.target);
  });
  document.addEventListener("compositionend", (event) => {
    if (event.target.matches?.("[data-mentions] textarea")) look(event.target);
  });
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.matches?.("[data-mentions] textarea") || !isOpen(field) || event.isComposing) return;
    const all = options(field);
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      mark(field, all[(next + all.length) % all.length]);
    } else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") call(field, all[Math.max(at, 0)]);
    else if (event.key === "Escape") open(field, false);
    else return;
    event.preventDefault();
  });
  // By mouse or finger: the field keeps the focus, so that its word is still the one being written.
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[data-mentions] [role=option]");
    if (!option) return;
    event.preventDefault();
    call(box(option).querySelector("textarea"), option);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.("[data-mentions] textarea")) open(event.target, false);
  });
})();
