// SPDX-License-Identifier: Apache-2.0

/// Keeps an open status page up to date: the page is fetched again, and its main part replaced.
///
/// What is open or has the focus stays so. Nothing is announced but that the number of warnings
/// changed, or that the daemon does not answer. Without scripts the browser loads the page anew.
enum PageScript {
  /// Seconds between two fetches.
  static let interval = 15

  static let text = """
    (() => {
      const live = document.getElementById('live');
      const say = text => { if (live.textContent !== text) live.textContent = text; };
      const open = main => [...main.querySelectorAll('details[open]')].map(part => part.id);
      async function refresh() {
        if (document.hidden) return;
        try {
          const answer = await fetch(location.pathname, {cache: 'no-store'});
          if (!answer.ok) throw new Error(answer.status);
          const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
          const main = document.getElementById('main'), fresh = page.getElementById('main');
          for (const id of open(main)) {
            const part = fresh.querySelector('#' + id);
            if (part) part.open = true;
          }
          const focus = main.contains(document.activeElement) && document.activeElement.id;
          const before = main.dataset.warnings, now = fresh.dataset.warnings;
          const about = document.getElementById('about');
          about.replaceWith(document.adoptNode(page.getElementById('about')));
          main.replaceWith(document.adoptNode(fresh));
          if (focus) document.getElementById(focus)?.focus({preventScroll: true});
          document.title = page.title;
          document.documentElement.dataset.refreshed = Date.now();
          say(before === now ? '' : now === '0' ? 'No warnings any more.' : 'Warnings: ' + now + '.');
        } catch {
          say('The daemon does not answer; what is shown is old.');
        }
      }
      setInterval(refresh, \(interval * 1000));
      document.addEventListener('visibilitychange', refresh);
    })();

    """
}
