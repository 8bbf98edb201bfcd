/* Tabs that are moved through with the arrow keys. */

/** Wire the tabs of a tablist; `shown(panel id)` is called when another one is in sight. Returns a function that shows one. */
export function wireTabs(list, shown) {
  const tabs = [...list.querySelectorAll("[role=tab]")];
  const choose = (tab, focus = false) => {
    for (const one of tabs) {
      const chosen = one === tab;
      one.setAttribute("aria-selected", String(chosen));
      one.tabIndex = chosen ? 0 : -1;
      document.getElementById(one.getAttribute("aria-controls")).hidden = !chosen;
    }
    if (focus) tab.focus();
    shown(tab.getAttribute("aria-controls"));
  };
  for (const tab of tabs) tab.addEventListener("click", () => choose(tab));
  list.addEventListener("keydown", (event) => {
    const place = tabs.indexOf(event.target);
    const to = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined || place < 0 || event.altKey) return;
    event.preventDefault();
    choose(tabs[(to + tabs.length) % tabs.length], true);
  });
  return (panel) => choose(tabs.find((tab) => tab.getAttribute("aria-controls") === panel));
}
