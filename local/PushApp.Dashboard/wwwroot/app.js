// The little that the pages cannot do from the server: scrolling, which only the browser sees.
(() => {
  'use strict';

  // A console that is scrolled to its end stays there; one that somebody has scrolled up stays where they read.
  const atEnd = new WeakMap();

  const watch = element => {
    if (!atEnd.has(element)) {
      atEnd.set(element, true);
      element.addEventListener('scroll', () => {
        atEnd.set(element, element.scrollHeight - element.scrollTop - element.clientHeight < 40);
      }, { passive: true });
    }
  };

  window.dashboard = {
    follow() {
      for (const element of document.querySelectorAll('[data-follow]')) {
        watch(element);
        if (atEnd.get(element)) {
          element.scrollTop = element.scrollHeight;
          // Rows are drawn as they come into sight, which makes it taller once more.
          requestAnimationFrame(() => { element.scrollTop = element.scrollHeight; });
        }
      }
    },

    reveal(selector, row, rowHeight) {
      const element = document.querySelector(selector);
      if (element) {
        const top = (row + 1) * rowHeight;
        if (top < element.scrollTop || top > element.scrollTop + element.clientHeight - 2 * rowHeight) {
          element.scrollTop = Math.max(0, top - element.clientHeight / 2);
        }
      }
    },
  };

  document.addEventListener('click', event => {
    if (event.target instanceof Element && event.target.closest('#blazor-error-ui .reload')) {
      event.preventDefault();
      location.reload();
    }
  });
})();
