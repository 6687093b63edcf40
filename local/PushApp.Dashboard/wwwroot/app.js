// The little that the pages cannot do from the server: scrolling and the widths of columns, which only the browser sees.
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

    // The rows are drawn as they come into sight, by the server: so it is scrolled to where the row must be until it is there.
    reveal(selector, row) {
      const element = document.querySelector(selector);
      const look = frames => {
        const selected = element?.querySelector('.selected');
        if (selected) {
          selected.scrollIntoView({ block: 'nearest' });
          return;
        }
        const height = element?.querySelector('[data-span]')?.offsetHeight;
        if (height) {
          element.scrollTop = row * height - element.clientHeight / 2;
        }
        if (element?.isConnected && frames > 0) {
          requestAnimationFrame(() => look(frames - 1));
        }
      };
      look(600);
    },
  };

  // The column of names, for as long as the tab is open.
  const setNames = (splitter, width) => {
    const table = splitter.closest('.waterfall');
    const names = Math.round(Math.max(120, Math.min(width, table.clientWidth - 120)));
    document.documentElement.style.setProperty('--names', `${names}px`);
    splitter.setAttribute('aria-valuenow', Math.round((100 * names) / table.clientWidth));
  };

  const splitterOf = event => (event.target instanceof Element ? event.target.closest('.splitter') : null);

  document.addEventListener('pointerdown', event => {
    const splitter = splitterOf(event);
    if (splitter) {
      const offset = splitter.closest('.waterfall').getBoundingClientRect().left;
      const drag = move => setNames(splitter, move.clientX - offset);
      splitter.setPointerCapture(event.pointerId);
      splitter.classList.add('dragged');
      splitter.addEventListener('pointermove', drag);
      splitter.addEventListener('lostpointercapture', () => {
        splitter.classList.remove('dragged');
        splitter.removeEventListener('pointermove', drag);
      }, { once: true });
    }
  });

  document.addEventListener('keydown', event => {
    const splitter = splitterOf(event);
    const step = { ArrowLeft: -24, ArrowRight: 24 }[event.key];
    if (splitter && step) {
      event.preventDefault();
      setNames(splitter, splitter.parentElement.offsetWidth + step);
    }
  });

  document.addEventListener('click', event => {
    if (event.target instanceof Element && event.target.closest('#blazor-error-ui .reload')) {
      event.preventDefault();
      location.reload();
    }
  });
})();
