/* Dragging something onto a place between the entries: a line shows where it would fall. */

/** Begin at a pointerdown; `drop(place)` is called with the entry before which it fell. Escape gives up. */
export function drag(event, list, drop) {
  const start = [event.clientX, event.clientY];
  let place = null;
  const clear = () => {
    list.classList.remove("drop-end");
    for (const one of list.querySelectorAll(".drop-before")) one.classList.remove("drop-before");
  };
  const move = (moved) => {
    if (place === null && Math.hypot(moved.clientX - start[0], moved.clientY - start[1]) < 6) return;
    clear();
    place = placeAt(list, moved);
    if (place === undefined) return;
    scroll(list, moved.clientY);
    const entry = list.children[place];
    if (entry) entry.classList.add("drop-before");
    else list.classList.add("drop-end");
  };
  const end = (ended) => {
    for (const [name, heard] of heards) document.removeEventListener(name, heard);
    clear();
    if (ended.type === "pointerup" && Number.isInteger(place)) drop(place);
  };
  const key = (pressed) => pressed.key === "Escape" && end(pressed);
  const heards = [["pointermove", move], ["pointerup", end], ["pointercancel", end], ["keydown", key]];
  for (const [name, heard] of heards) document.addEventListener(name, heard);
}

/** Return the entry before which the pointer is, undefined outside of the list. */
function placeAt(list, { clientX, clientY }) {
  const box = list.getBoundingClientRect();
  if (clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom) return undefined;
  const entries = [...list.children];
  const found = entries.findIndex((one) => {
    const { top, height } = one.getBoundingClientRect();
    return height && clientY < top + height / 2;
  });
  return found < 0 ? entries.length : found;
}

function scroll(list, y) {
  const { top, bottom } = list.getBoundingClientRect();
  if (y < top + 40) list.scrollTop -= 12;
  if (y > bottom - 40) list.scrollTop += 12;
}
