// Tables wider than the page scroll in a frame of their own; the keyboard must reach that frame, and only then.

export function watchScrollAreas(root: HTMLElement): void {
  const update = () => {
    for (const area of root.querySelectorAll<HTMLElement>(".scroll")) {
      const scrolls = area.scrollWidth > area.clientWidth + 1 || area.scrollHeight > area.clientHeight + 1;
      if (scrolls) area.tabIndex = 0;
      else area.removeAttribute("tabindex");
      if (!area.hasAttribute("aria-label")) {
        area.role = "group";
        area.ariaLabel = "Table";
      }
    }
  };
  // whatever opens, closes or rewraps changes the size of the page
  new ResizeObserver(update).observe(root);
}
